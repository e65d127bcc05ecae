/**
 * A crawled table as a DuckDB relation over the lake's rows as text, wherever they are read from (`json-files.ts`,
 * `kept-rows.ts`): the columns with their catalog types, the partition columns from the registered partitions (an
 * unregistered folder is not read, as in Athena), and Trino's hidden columns `$path` and `$file_modified_time`
 * (https://trino.io/docs/476/connector/hive.html#metadata-columns).
 *
 * A number with a fraction in an integer column loses the fraction without an error, as with Athena's OpenX SerDe
 * (https://github.com/rcongiu/Hive-JSON-Serde).
 */

import { quoted, text } from './json-files.ts';
import { QueryError } from './query-error.ts';
import { duckType, splitTop } from './trino.ts';

export type Column = { Name: string; Type?: string };

export type GlueTable = {
  Name: string;
  DatabaseName: string;
  TableType?: string;
  Parameters?: Record<string, string>;
  StorageDescriptor?: {
    Columns?: Column[];
    Location?: string;
    SerdeInfo?: { SerializationLibrary?: string; Parameters?: Record<string, string> };
  };
  PartitionKeys?: Column[];
  ViewOriginalText?: string;
};

/** A file of the table: where it is on disk, its address in S3, when it was written, and its partition's values. */
export type TableFile = {
  path: string;
  uri: string;
  bytes: number;
  modifiedAt: Date;
  values: string[];
  /** S3's; with it two versions of one size and one millisecond are told apart. */
  etag?: string;
};

const JSON_SERDES = new Set([
  'org.openx.data.jsonserde.JsonSerDe',
  'org.apache.hive.hcatalog.data.JsonSerDe',
]);

/** Throws a QueryError for a table in a format that is not read here. */
export function checkReadable(table: GlueTable): void {
  const serde = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? 'none';
  if (!JSON_SERDES.has(serde))
    throw new QueryError(
      `NOT_SUPPORTED: Table ${table.DatabaseName}.${table.Name} has the SerDe ${serde}; JSON is what is read here.`,
    );
}

/** Where rows are found as text: a relation with a column for each of the table's, and one that names the file. */
export type Rows = {
  relation: string;
  /** The relation's column that says of which file a row is, and its value for each file, in SQL. */
  fileColumn: string;
  files: readonly { file: TableFile; key: string }[];
};

/** SQL of the SELECT that is the table; `hidden` shows Trino's hidden columns too. */
export function selectOf(table: GlueTable, sources: readonly Rows[], hidden: boolean): string {
  const filled = sources.filter(({ files }) => files.length > 0);
  // A table without a column would have no SELECT at all.
  const all = hidden || columnNames(table).length + (table.PartitionKeys ?? []).length === 0;
  if (filled.length === 0) return emptySelect(table, all);
  return filled.map((rows) => selectFrom(table, rows, all)).join(' UNION ALL ');
}

function selectFrom(table: GlueTable, { relation, fileColumn, files }: Rows, hidden: boolean): string {
  const columns = table.StorageDescriptor?.Columns ?? [];
  const partitions = table.PartitionKeys ?? [];
  const values = files.map(({ file: { uri, modifiedAt, values: each }, key }) => {
    const texts = [uri, modifiedAt.toISOString(), ...partitions.map((_, index) => each[index] ?? '')];
    return `(${[key, ...texts.map(text)].join(', ')})`;
  });
  const keys = ['file', 'uri', 'modified_at', ...partitions.map((_, index) => `p${index}`)].join(', ');
  const selected = [
    ...columns.map((column) => `${columnOf(column, `r.${quoted(column.Name)}`)} AS ${quoted(column.Name)}`),
    ...partitions.map(
      ({ Name, Type }, index) => `CAST(f.p${index} AS ${duckType(Type ?? 'string')}) AS ${quoted(Name)}`,
    ),
    ...(hidden ? ['f.uri AS "$path"', 'CAST(f.modified_at AS TIMESTAMPTZ) AS "$file_modified_time"'] : []),
  ];
  return `SELECT ${selected.join(', ')} FROM ${relation} r JOIN (VALUES ${values.join(', ')}) f(${keys}) ON r.${quoted(fileColumn)} = f.file`;
}

export function columnNames(table: GlueTable): string[] {
  return (table.StorageDescriptor?.Columns ?? []).map(({ Name }) => Name);
}

export const HIDDEN_COLUMNS = ['$path', '$file_modified_time'];

/** The names of all columns that a SELECT of the table shows. */
export function shownColumns(table: GlueTable, hidden: boolean): string[] {
  const partitions = (table.PartitionKeys ?? []).map(({ Name }) => Name);
  return [...columnNames(table), ...partitions, ...(hidden ? HIDDEN_COLUMNS : [])];
}

const HIDDEN_NULLS = [
  'CAST(NULL AS VARCHAR) AS "$path"',
  'CAST(NULL AS TIMESTAMPTZ) AS "$file_modified_time"',
];

function emptySelect(table: GlueTable, hidden: boolean): string {
  const columns = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
  const nulls = columns.map(
    ({ Name, Type }) => `CAST(NULL AS ${duckType(Type ?? 'string')}) AS ${quoted(Name)}`,
  );
  return `SELECT ${[...nulls, ...(hidden ? HIDDEN_NULLS : [])].join(', ')} WHERE false`;
}

function columnOf({ Name, Type = 'string' }: Column, raw: string): string {
  const type = duckType(Type);
  if (type === 'VARCHAR') return raw;
  const value = INTEGERS.has(type) ? `split_part(${raw}, '.', 1)` : raw;
  const cast = isNested(Type) ? nestedCast(raw, type) : `try_cast(${value} AS ${type})`;
  const complaint = `'HIVE_BAD_DATA: Error Parsing a column in the table: ' || ${text(Name)} || ': ' || ${raw} || ' is no ${Type.replaceAll("'", '')}'`;
  return `CASE WHEN ${raw} IS NULL OR ${raw} = '' THEN NULL ELSE coalesce(${cast}, CAST(error(${complaint}) AS ${type})) END`;
}

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']);

function isNested(hive: string): boolean {
  return /^(array|struct|map)</i.test(hive.trim());
}

function nestedCast(raw: string, type: string): string {
  return `from_json(${raw}, ${text(jsonStructure(type))})`;
}

/** DuckDB's `from_json` structure of a type: `STRUCT("a" INTEGER)[]` → `[{"a":"INTEGER"}]`. */
function jsonStructure(type: string): string {
  const structure = (each: string): unknown => {
    if (each.endsWith('[]')) return [structure(each.slice(0, -2))];
    if (!each.startsWith('STRUCT(')) return each;
    return Object.fromEntries(
      splitTop(each.slice('STRUCT('.length, -1), ',').map((field) => {
        const match = /^\s*"([^"]*)" ([\s\S]+)$/.exec(field);
        return [match?.[1] ?? '', structure(match?.[2]?.trim() ?? 'VARCHAR')];
      }),
    );
  };
  return JSON.stringify(structure(type));
}
