/**
 * The crawled table against the contract of `schemas/`: before a view is published, the types that the crawler found
 * must be able to carry what the schema promises. It fails closed. Athena would publish all the same and then cut the
 * cents off prices in an int column, without a word.
 *
 *     catalog → [contract] → plan
 */

import type { Table } from '@aws-sdk/client-glue';
import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';
import { columnsOf } from './catalog.ts';

type SchemaType = (typeof ORDER_FIELDS)[number]['type'];
export type ContractField = { name: string; type: SchemaType };

/** Every column that an order and its change bring to the lake, with the schema's type. */
export const CONTRACT: readonly ContractField[] = [...ORDER_FIELDS, ...CHANGE_FIELDS];

export type ContractFault = { column: string; found: string; wanted: string; why: string };

const TYPES: Readonly<Record<SchemaType, { fits: (hive: string) => boolean; wanted: string; why: string }>> =
  {
    string: {
      fits: (hive) => /^(string|(var)?char(\(\d+\))?)$/.test(hive),
      wanted: 'string',
      why: 'a row holds something else than text there',
    },
    integer: {
      fits: (hive) => ['tinyint', 'smallint', 'int', 'integer', 'bigint'].includes(hive),
      wanted: 'int or bigint',
      why: 'a row holds something else than a whole number there',
    },
    number: {
      fits: (hive) => hive === 'double' || decimalScale(hive) >= 2,
      wanted: 'double or a decimal with two digits after the point',
      why: 'Athena would cut off or round the cents, without an error',
    },
  };

function decimalScale(hive: string): number {
  return Number(/^decimal\(\d+,\s*(\d+)\)$/.exec(hive)?.[1] ?? -1);
}

/** Columns whose type cannot carry what the schema promises; a column that is not there is no fault of this kind. */
export function contractFaults(table: Table, contract: readonly ContractField[]): ContractFault[] {
  const found = new Map(columnsOf(table).map(({ name, type }) => [name, type.toLowerCase()]));
  return contract.flatMap(({ name, type }) => {
    const hive = found.get(name);
    if (hive === undefined || TYPES[type].fits(hive)) return [];
    return [{ column: name, found: hive, wanted: TYPES[type].wanted, why: TYPES[type].why }];
  });
}

/** Columns that no schema names: attributes that shops added. They pass, and are told. */
export function unknownColumns(table: Table, contract: readonly ContractField[]): string[] {
  const known = new Set([
    ...contract.map(({ name }) => name),
    ...(table.PartitionKeys ?? []).map(({ Name }) => Name ?? ''),
  ]);
  return columnsOf(table)
    .map(({ name }) => name)
    .filter((name) => !known.has(name));
}

export function faultText(table: string, { column, found, wanted, why }: ContractFault): string {
  return `${table}.${column} is ${found}, the contract wants ${wanted}: ${why}.`;
}
