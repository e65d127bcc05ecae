/**
 * SQL that reads the lake's JSON files as text, a column for each key: keys match columns whatever their case, as
 * Athena's OpenX SerDe has it (https://github.com/rcongiu/Hive-JSON-Serde). What type a column has is not known here.
 */

export type Keys = readonly string[];

/** Firehose writes objects up to 128 MB, and a JSON line is one Kinesis record at most, 10 MB. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;
const OPTIONS = `filename = '$file', maximum_object_size = ${LINE_BYTES_MAX}`;

/** Each file with all keys of its rows, as they are spelled: `file, keys`. Lines that are no JSON are passed over. */
export function keysQuery(paths: readonly string[]): string {
  const source = `read_ndjson_objects([${paths.map(text).join(', ')}], ${OPTIONS}, ignore_errors = true)`;
  return `SELECT file, list_distinct(flatten(list(keys))) AS keys FROM (SELECT DISTINCT "$file" AS file, json_keys(json) AS keys FROM ${source}) GROUP BY file`;
}

/** Rows of the files as text: `"$file"` and the columns. `keys` are those of all the files, as they are spelled. */
export function rowsQuery(paths: readonly string[], columns: readonly string[], keys: Keys): string {
  const list = paths.map(text).join(', ');
  const others = (column: string) =>
    keys.filter((key) => key !== column && key.toLowerCase() === column.toLowerCase());
  // Keys in another case than their column mean taking the objects apart one by one, which costs three times as much.
  if (columns.length > 0 && !columns.some((column) => others(column).length > 0)) {
    const types = columns.map((column) => `${text(column)}: 'VARCHAR'`);
    const names = columns.map((column) => `, ${quoted(column)}`);
    return `SELECT "$file"${names.join('')} FROM read_json([${list}], columns = {${types.join(', ')}}, format = 'newline_delimited', ${OPTIONS})`;
  }
  const values = columns.map((column) => {
    const each = [column, ...others(column)].map(
      (key) => `json_extract_string(json, ${text(`$.${quoted(key)}`)})`,
    );
    return `, coalesce(${each.join(', ')}) AS ${quoted(column)}`;
  });
  return `SELECT "$file"${values.join('')} FROM read_ndjson_objects([${list}], ${OPTIONS})`;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
