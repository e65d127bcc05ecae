/** A result's values as Athena writes them: all text, in Trino's forms; null is null. */

import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/** `duckType` is DuckDB's name of the column's type. */
export type ResultColumn = { name: string; duckType: string };

export function valueText(value: DuckDBValue, duckType: string): string | null {
  if (value === null) return null;
  if (typeof value === 'number')
    return duckType === 'DOUBLE' || duckType === 'FLOAT' ? doubleText(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBTimestampTZValue) return `${timestampText(value.micros)} UTC`;
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBListValue) return `[${value.items.map(nestedText).join(', ')}]`;
  if (value instanceof DuckDBStructValue)
    return `{${Object.entries(value.entries)
      .map(([name, each]) => `${name}=${nestedText(each)}`)
      .join(', ')}}`;
  if (value instanceof DuckDBMapValue)
    return `{${value.entries.map(({ key, value: each }) => `${nestedText(key)}=${nestedText(each)}`).join(', ')}}`;
  return String(value);
}

function nestedText(value: DuckDBValue): string {
  return valueText(value, typeof value === 'number' && !Number.isInteger(value) ? 'DOUBLE' : '') ?? 'null';
}

/** Java's Double.toString, which Trino prints: 27.0, 1.0E10, 1.0E-5. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** `2026-07-07 10:15:30.123`: Athena shows milliseconds. */
function timestampText(micros: bigint): string {
  const milliseconds = Number(micros / 1000n) - (micros < 0n && micros % 1000n !== 0n ? 1 : 0);
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
