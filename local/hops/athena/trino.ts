/**
 * What differs between Trino, whose SQL Athena speaks, and DuckDB, which answers here: function names that are
 * rewritten in the query's syntax tree, macros for those DuckDB lacks, settings, and the names of types.
 */

/** Trino's function → the DuckDB function or macro of ours that does the same. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  max_by: 'arg_max_null',
  min_by: 'arg_min_null',
  approx_distinct: 'approx_count_distinct',
  approx_percentile: 'trino_approx_percentile',
  arbitrary: 'any_value',
  array_join: 'array_to_string',
  array_max: 'list_max',
  array_min: 'list_min',
  bitwise_and: 'trino_bitwise_and',
  bitwise_or: 'trino_bitwise_or',
  bitwise_xor: 'xor',
  bool_and: 'bool_and',
  cardinality: 'trino_cardinality',
  codepoint: 'unicode',
  concat: 'trino_concat',
  date_add: 'trino_date_add',
  // Whole units that have passed, as Trino counts; DuckDB's date_diff counts boundaries that were crossed.
  date_diff: 'date_sub',
  date_format: 'strftime',
  date_parse: 'strptime',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  element_at: 'trino_element_at',
  every: 'bool_and',
  format: 'printf',
  greatest: 'trino_greatest',
  least: 'trino_least',
  from_iso8601_date: 'trino_from_iso8601_date',
  from_iso8601_timestamp: 'trino_from_iso8601_timestamp',
  from_unixtime: 'to_timestamp',
  from_utf8: 'decode',
  infinity: 'trino_infinity',
  is_finite: 'isfinite',
  is_infinite: 'isinf',
  is_nan: 'isnan',
  json_extract_scalar: 'json_extract_string',
  json_format: 'to_json',
  json_parse: 'json',
  last_day_of_month: 'last_day',
  levenshtein_distance: 'levenshtein',
  md5: 'trino_md5',
  nan: 'trino_nan',
  regexp_count: 'trino_regexp_count',
  regexp_extract: 'trino_regexp_extract',
  replace: 'trino_replace',
  regexp_like: 'regexp_matches',
  regexp_replace: 'trino_regexp_replace',
  rand: 'random',
  sha256: 'trino_sha256',
  slice: 'trino_slice',
  split: 'string_split',
  split_part: 'trino_split_part',
  strpos: 'strpos',
  to_hex: 'hex',
  to_iso8601: 'trino_to_iso8601',
  to_unixtime: 'epoch',
  to_utf8: 'encode',
  truncate: 'trunc',
  week_of_year: 'weekofyear',
  width_bucket: 'trino_width_bucket',
  year_of_week: 'isoyear',
};

export const SETTINGS: readonly string[] = [
  "SET TimeZone = 'UTC'",
  "SET default_null_order = 'nulls_last'",
  'SET integer_division = true',
  'SET preserve_insertion_order = false',
];

const DATE_UNITS = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const;

/**
 * MySQL's date patterns, which Trino's date_format and date_parse take, as DuckDB's letters. In this order no letter is
 * replaced twice (https://trino.io/docs/current/functions/datetime.html, "MySQL date functions").
 */
const DATE_PATTERN_LETTERS: readonly (readonly [string, string])[] = [
  ['%M', '%B'],
  ['%i', '%M'],
  ['%s', '%S'],
  ['%W', '%A'],
  ['%c', '%-m'],
  ['%e', '%-d'],
  ['%k', '%-H'],
  ['%l', '%-I'],
  ['%h', '%I'],
  ['%r', '%I:%M:%S %p'],
  ['%T', '%H:%M:%S'],
];

/** A MySQL date pattern as DuckDB's. */
export function datePattern(pattern: string): string {
  return DATE_PATTERN_LETTERS.reduce((text, [from, to]) => text.replaceAll(from, to), pattern);
}

/** A macro has a form for each number of arguments. */
const ARGUMENTS_MAX = 8;

/** Trino's function of these names is null when any argument is; DuckDB's leaves nulls out. */
function nullWhenAnyIs(macro: string, duckDb: string): string[] {
  const overloads = Array.from({ length: ARGUMENTS_MAX - 1 }, (_, i) => {
    const names = Array.from({ length: i + 2 }, (_each, at) => `a${at}`);
    const anyNull = names.map((name) => `${name} IS NULL`).join(' OR ');
    return `(${names.join(', ')}) AS CASE WHEN ${anyNull} THEN NULL ELSE ${duckDb}(${names.join(', ')}) END`;
  });
  return [`CREATE MACRO ${macro}${overloads.join(', ')}`];
}

export const MACROS: readonly string[] = [
  'CREATE MACRO trino_approx_percentile(x, p) AS approx_quantile(x, CAST(p AS FLOAT))',
  ...nullWhenAnyIs('trino_concat', 'concat'),
  ...nullWhenAnyIs('trino_greatest', 'greatest'),
  ...nullWhenAnyIs('trino_least', 'least'),
  'CREATE MACRO trino_cardinality(x) AS len(x)',
  `CREATE MACRO trino_date_add(unit, n, t) AS t + CASE lower(unit) ${DATE_UNITS.map(
    (unit) => `WHEN '${unit}' THEN to_${unit}s(CAST(n AS INTEGER))`,
  ).join(' ')} ELSE error('INVALID_FUNCTION_ARGUMENT: ''' || unit || ''' is not a valid time unit') END`,
  'CREATE MACRO trino_from_iso8601_date(s) AS CAST(s AS DATE)',
  'CREATE MACRO trino_from_iso8601_timestamp(s) AS CAST(s AS TIMESTAMPTZ)',
  `CREATE MACRO trino_to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ')`,
  `CREATE MACRO trino_regexp_extract(s, p) AS nullif(regexp_extract(s, p), ''), (s, p, g) AS nullif(regexp_extract(s, p, g), '')`,
  'CREATE MACRO trino_regexp_count(s, p) AS len(regexp_extract_all(s, p))',
  // Trino's groups are $1, DuckDB's are \\1.
  `CREATE MACRO trino_regexp_replace(s, p) AS regexp_replace(s, p, '', 'g'), (s, p, r) AS regexp_replace(s, p, regexp_replace(r, '\\$(\\d)', '\\\\\\1', 'g'), 'g')`,
  `CREATE MACRO trino_replace(s, f) AS replace(s, f, ''), (s, f, t) AS replace(s, f, t)`,
  `CREATE MACRO trino_split_part(s, d, i) AS CASE WHEN i > len(string_split(s, d)) THEN NULL ELSE split_part(s, d, i) END`,
  'CREATE MACRO trino_bitwise_and(a, b) AS a & b',
  'CREATE MACRO trino_bitwise_or(a, b) AS a | b',
  'CREATE MACRO trino_element_at(x, k) AS x[k]',
  `CREATE MACRO trino_infinity() AS CAST('inf' AS DOUBLE)`,
  `CREATE MACRO trino_nan() AS CAST('nan' AS DOUBLE)`,
  'CREATE MACRO trino_md5(b) AS unhex(md5(b))',
  'CREATE MACRO trino_sha256(b) AS unhex(sha256(b))',
  `CREATE MACRO trino_width_bucket(x, a, b, n) AS CASE WHEN x < a THEN 0 WHEN x >= b THEN n + 1 ELSE CAST(floor(n * (x - a) / (b - a)) AS BIGINT) + 1 END`,
  'CREATE MACRO trino_slice(list, start, length) AS list_slice(list, start, start + length - 1)',
];

/** A DuckDB type as Athena names it in a result's metadata. */
export function athenaType(duckType: string): { type: string; precision: number; scale: number } {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckType);
  if (decimal) return { type: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  if (duckType.endsWith(']')) return { type: 'array', precision: 0, scale: 0 };
  if (duckType.startsWith('STRUCT')) return { type: 'row', precision: 0, scale: 0 };
  if (duckType.startsWith('MAP')) return { type: 'map', precision: 0, scale: 0 };
  const simple = SIMPLE_TYPES[duckType];
  return simple ?? { type: 'varchar', precision: 2147483647, scale: 0 };
}

const SIMPLE_TYPES: Readonly<Record<string, { type: string; precision: number; scale: number }>> = {
  BOOLEAN: { type: 'boolean', precision: 0, scale: 0 },
  TINYINT: { type: 'tinyint', precision: 3, scale: 0 },
  SMALLINT: { type: 'smallint', precision: 5, scale: 0 },
  INTEGER: { type: 'integer', precision: 10, scale: 0 },
  BIGINT: { type: 'bigint', precision: 19, scale: 0 },
  // DuckDB widens sums of integers to 128 bits and counts of some kinds to unsigned; Trino's are bigint.
  HUGEINT: { type: 'bigint', precision: 19, scale: 0 },
  UBIGINT: { type: 'bigint', precision: 19, scale: 0 },
  FLOAT: { type: 'float', precision: 17, scale: 0 },
  DOUBLE: { type: 'double', precision: 17, scale: 0 },
  DATE: { type: 'date', precision: 0, scale: 0 },
  TIMESTAMP: { type: 'timestamp', precision: 3, scale: 0 },
  'TIMESTAMP WITH TIME ZONE': { type: 'timestamp with time zone', precision: 3, scale: 0 },
  BLOB: { type: 'varbinary', precision: 1073741824, scale: 0 },
  JSON: { type: 'json', precision: 2147483647, scale: 0 },
};

/** A DuckDB type as Glue's catalog writes it for a view's column (Hive's names). */
export function hiveType(duckType: string): string {
  const { type, precision, scale } = athenaType(duckType);
  switch (type) {
    case 'decimal':
      return `decimal(${precision},${scale})`;
    case 'varchar':
    case 'json':
      return 'string';
    case 'integer':
      return 'int';
    case 'varbinary':
      return 'binary';
    case 'timestamp with time zone':
      return 'timestamp';
    case 'array':
      return `array<${hiveType(duckType.slice(0, -2))}>`;
    case 'row':
      return `struct<${structFields(duckType)
        .map(({ name, type: field }) => `${name}:${hiveType(field)}`)
        .join(',')}>`;
    default:
      return type;
  }
}

/** A Hive type from the catalog as DuckDB's, for reading the lake: `struct<a:int>` → `STRUCT("a" INTEGER)`. */
export function duckType(hive: string): string {
  const text = hive.trim().toLowerCase();
  if (text.startsWith('array<')) return `${duckType(text.slice(6, -1))}[]`;
  if (text.startsWith('struct<')) {
    const fields = splitTop(text.slice(7, -1), ',').map((field) => {
      const colon = field.indexOf(':');
      return `"${field.slice(0, colon).trim()}" ${duckType(field.slice(colon + 1))}`;
    });
    return `STRUCT(${fields.join(', ')})`;
  }
  if (text.startsWith('map<')) {
    const [key = 'string', value = 'string'] = splitTop(text.slice(4, -1), ',');
    return `MAP(${duckType(key)}, ${duckType(value)})`;
  }
  if (/^decimal\(\d+,\s*\d+\)$/.test(text)) return text.toUpperCase();
  if (/^(var)?char(\(\d+\))?$/.test(text)) return 'VARCHAR';
  return HIVE_TYPES[text] ?? 'VARCHAR';
}

const HIVE_TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  decimal: 'DECIMAL(38,0)',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  string: 'VARCHAR',
  binary: 'BLOB',
};

function structFields(duck: string): { name: string; type: string }[] {
  return splitTop(duck.slice('STRUCT('.length, -1), ',').map((field) => {
    const text = field.trim();
    const match = /^"([^"]+)" ([\s\S]+)$/.exec(text) ?? /^(\S+) ([\s\S]+)$/.exec(text);
    return { name: match?.[1] ?? '', type: match?.[2] ?? 'VARCHAR' };
  });
}

/** Splits at `separator` outside brackets. */
export function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if ('<(['.includes(character)) depth++;
    else if ('>)]'.includes(character)) depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
