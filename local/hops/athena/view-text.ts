/**
 * How Athena stores a view in the Glue catalog: base64 JSON in a comment in ViewOriginalText, its columns in Hive's
 * types beside it. Tools that read views (and this repository's own publisher) rely on that form.
 */

import { CATALOG } from './rewrite.ts';
import { athenaType, hiveType } from './trino.ts';
import type { ResultColumn } from './values.ts';

export type StoredView = {
  originalSql: string;
  catalog: string;
  schema: string;
  columns: { name: string; type: string }[];
};

const ENVELOPE = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/;

function encodeView(view: StoredView): string {
  return `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`;
}

/** undefined when the text is no Athena view (a Hive view, say). */
export function decodeView(viewOriginalText: string | undefined): StoredView | undefined {
  const match = ENVELOPE.exec(viewOriginalText ?? '');
  if (!match) return undefined;
  return JSON.parse(Buffer.from(match[1] as string, 'base64').toString('utf8')) as StoredView;
}

/** Glue's TableInput of a view, as CREATE VIEW in Athena writes it. */
export function viewInput(
  name: string,
  schema: string,
  sql: string,
  columns: ResultColumn[],
): Record<string, unknown> {
  const stored = columns.map(({ name: column, duckType }) => ({ name: column, type: trinoType(duckType) }));
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { comment: 'Presto View', presto_view: 'true' },
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map(({ name: column, duckType }) => ({ Name: column, Type: hiveType(duckType) })),
      Location: '',
      SerdeInfo: {},
    },
    ViewOriginalText: encodeView({ originalSql: sql, catalog: CATALOG, schema, columns: stored }),
    ViewExpandedText: '/* Presto View */',
  };
}

function trinoType(duckType: string): string {
  const { type, precision, scale } = athenaType(duckType);
  return type === 'decimal' ? `decimal(${precision},${scale})` : type;
}
