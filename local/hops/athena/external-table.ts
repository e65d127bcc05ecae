/**
 * A crawled table as a DuckDB relation over the lake's files: the columns with their catalog types, the partition
 * columns from the registered partitions (an unregistered folder is not read, as in Athena), and Trino's hidden columns
 * `$path` and `$file_modified_time` (https://trino.io/docs/476/connector/hive.html#metadata-columns).
 *
 * It reads JSON as Athena's OpenX SerDe does: keys match columns whatever their case, and a number with a fraction in
 * an integer column loses the fraction without an error (https://github.com/rcongiu/Hive-JSON-Serde).
 */

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
export type TableFile = { path: string; uri: string; bytes: number; modifiedAt: Date; values: string[] };

const JSON_SERDES = new Set([
  'org.openx.data.jsonserde.JsonSerDe',
  'org.apache.hive.hcatalog.data.JsonSerDe',
]);

/** Firehose writes objects up to 128 MB, and a JSON line is one Kinesis record at most, 10 MB. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** Throws a QueryError for a table in a format that is not read here. */
export function checkReadable(table: GlueTable): void {
  const serde = table.StorageDescriptor?.SerdeInfo?.SerializationLibrary ?? 'none';
  if (!JSON_SERDES.has(serde))
    throw new QueryError(
      `NOT_SUPPORTED: Table ${table.DatabaseName}.${table.Name} has the SerDe ${serde}; JSON is what is read here.`,
    );
}

/**
 * SQL of the SELECT that is the table. `keysOf` gives, for a column, the other spellings of its key in the files.
 */
export function selectOf(
  table: GlueTable,
  files: readonly TableFile[],
  keysOf: (column: string) => string[],
): string {
  const columns = table.StorageDescriptor?.Columns ?? [];
  const partitions = table.PartitionKeys ?? [];
  if (files.length === 0) return emptySelect([...columns, ...partitions]);
  const paths = files.map(({ path }) => text(path)).join(', ');
  // Keys in another case than their column mean taking the objects apart one by one, which costs three times as much.
  const mixed = columns.some(({ Name }) => keysOf(Name).length > 0);
  const types = columns.map(({ Name }) => `${text(Name)}: 'VARCHAR'`);
  const rows = files.map(
    ({ path, uri, modifiedAt, values }) =>
      `(${[path, uri, modifiedAt.toISOString(), ...partitions.map((_, index) => values[index] ?? '')].map(text).join(', ')})`,
  );
  const keys = ['file', 'uri', 'modified_at', ...partitions.map((_, index) => `p${index}`)].join(', ');
  const options = `filename = '$file', maximum_object_size = ${LINE_BYTES_MAX}`;
  const source =
    mixed || columns.length === 0
      ? `read_ndjson_objects([${paths}], ${options})`
      : `read_json([${paths}], columns = {${types.join(', ')}}, format = 'newline_delimited', ${options})`;
  const rawOf = ({ Name }: Column): string => {
    if (!mixed) return `r.${quoted(Name)}`;
    const each = [Name, ...keysOf(Name)].map(
      (key) => `json_extract_string(r.json, ${text(`$.${quoted(key)}`)})`,
    );
    return `coalesce(${each.join(', ')})`;
  };
  const selected = [
    ...columns.map((column) => `${columnOf(column, rawOf(column))} AS ${quoted(column.Name)}`),
    ...partitions.map(
      ({ Name, Type }, index) => `CAST(f.p${index} AS ${duckType(Type ?? 'string')}) AS ${quoted(Name)}`,
    ),
    'f.uri AS "$path"',
    'CAST(f.modified_at AS TIMESTAMPTZ) AS "$file_modified_time"',
  ];
  return `SELECT ${selected.join(', ')} FROM ${source} r JOIN (VALUES ${rows.join(', ')}) f(${keys}) ON r."$file" = f.file`;
}

/** Finds the spellings of keys that differ from their lower-case column, in files that were not looked at before. */
export function mixedCaseKeysQuery(files: readonly TableFile[]): string {
  const paths = files.map(({ path }) => text(path)).join(', ');
  return `SELECT DISTINCT key FROM (SELECT unnest(json_keys(json)) AS key FROM read_ndjson_objects([${paths}], maximum_object_size = ${LINE_BYTES_MAX}, ignore_errors = true)) WHERE key <> lower(key)`;
}

const HIDDEN_NULLS = [
  'CAST(NULL AS VARCHAR) AS "$path"',
  'CAST(NULL AS TIMESTAMPTZ) AS "$file_modified_time"',
];

function emptySelect(columns: Column[]): string {
  const nulls = columns.map(
    ({ Name, Type }) => `CAST(NULL AS ${duckType(Type ?? 'string')}) AS ${quoted(Name)}`,
  );
  return `SELECT ${[...nulls, ...HIDDEN_NULLS].join(', ')} WHERE false`;
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

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
