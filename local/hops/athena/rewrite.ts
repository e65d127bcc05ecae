/**
 * A query's syntax tree, as DuckDB serializes it: which tables it reads, and the same query with every table fully
 * qualified and every Trino function renamed to its counterpart. Working on the tree, not on the text, leaves
 * strings, comments and aliases alone.
 */

import { datePattern, FUNCTIONS } from './trino.ts';

export const CATALOG = 'awsdatacatalog';

export type TableReference = {
  schema: string;
  name: string /** Offset into the SQL, for messages. */;
  offset: number;
};

type Node = Record<string, unknown>;

/**
 * DuckDB's trees hold 64-bit offsets and integers of any size, which JSON.parse would round: such a number is carried
 * as a marked text and written back as it was.
 */
export function readTree(json: string): unknown {
  return JSON.parse(json.replace(/(?<!\\)":(-?\d{16,})(?=[,}\]])/g, `":"\\u0001integer $1"`));
}

export function writeTree(tree: unknown): string {
  return JSON.stringify(tree).replace(/"\\u0001integer (-?\d+)"/g, '$1');
}

/**
 * Qualifies and renames in place, and returns the tables that the query reads, each once. `schema` is what an
 * unqualified name belongs to.
 */
export function rewriteTree(tree: unknown, schema: string): TableReference[] {
  const found = new Map<string, TableReference>();
  visit(tree, new Set(), (node, named) => {
    if (node['type'] === 'BASE_TABLE') {
      const name = String(node['table_name']).toLowerCase();
      const own = String(node['schema_name']).toLowerCase();
      if (own === '' && named.has(name)) return;
      const reference = { schema: own || schema, name, offset: Number(node['query_location']) };
      found.set(`${reference.schema}.${name}`, found.get(`${reference.schema}.${name}`) ?? reference);
      if (node['alias'] === '') node['alias'] = node['table_name'];
      node['catalog_name'] = CATALOG;
      node['schema_name'] = reference.schema;
      node['table_name'] = name;
    }
    if (node['class'] === 'FUNCTION') renameFunction(node);
    if (node['class'] === 'CONSTANT') keepDouble(node);
    if (node['class'] === 'CAST') keepDigits(node);
  });
  return [...found.values()];
}

/** DuckDB writes the double `1.5e0` back as `1.5`, which it then reads as a decimal, of other arithmetic. */
function keepDouble(node: Node): void {
  const {
    type,
    value,
    is_null: isNull,
  } = node['value'] as { type?: { id?: string }; value?: unknown; is_null?: boolean };
  if (type?.id !== 'DOUBLE' || isNull === true) return;
  const child = {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    alias: '',
    query_location: node['query_location'],
    value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: String(value) },
  };
  delete node['value'];
  Object.assign(node, {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    child,
    cast_type: { id: 'DOUBLE', type_info: null },
    try_cast: false,
  });
}

/** `DECIMAL '1.50'` has the digits that it is written with; DuckDB would give it three after the point. */
function keepDigits(node: Node): void {
  const type = node['cast_type'] as { id?: string; type_info?: unknown };
  const { value } = ((node['child'] as Node | undefined)?.['value'] ?? {}) as { value?: unknown };
  const [, whole, fraction = ''] =
    /^[+-]?(\d+)(?:\.(\d*))?$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (type.id !== 'DECIMAL' || hasDigits(type.type_info) || whole === undefined) return;
  type.type_info = {
    type: 'DECIMAL_TYPE_INFO',
    alias: '',
    extension_info: null,
    width: whole.length + fraction.length,
    scale: fraction.length,
  };
}

/** A DECIMAL without digits of its own is DuckDB's DECIMAL(18,3). */
function hasDigits(info: unknown): boolean {
  const { width, scale } = (info ?? { width: 18, scale: 3 }) as { width?: number; scale?: number };
  return width !== 18 || scale !== 3;
}

function renameFunction(node: Node): void {
  const name = String(node['function_name']).toLowerCase();
  node['function_name'] = FUNCTIONS[name] ?? node['function_name'];
  if (name !== 'date_format' && name !== 'date_parse') return;
  const pattern = (node['children'] as { value?: { value?: unknown } }[])[1]?.value;
  if (typeof pattern?.value === 'string') pattern.value = datePattern(pattern.value);
}

/**
 * Names the result's columns that the query leaves without a name, as Trino does: `_col0`, `_col1`, by their place.
 * Answers the places, since a view must name all of its columns.
 */
export function nameColumns(tree: unknown): number[] {
  const { statements } = tree as { statements: { node: Node }[] };
  let node = statements[0]?.node;
  while (node?.['type'] === 'SET_OPERATION_NODE')
    node = (node['children'] as Node[] | undefined)?.[0] ?? (node['left'] as Node);
  const list = (node?.['select_list'] ?? []) as Node[];
  const unnamed: number[] = [];
  list.forEach((column, place) => {
    if (column['alias'] !== '' || column['class'] === 'COLUMN_REF' || column['class'] === 'STAR') return;
    column['alias'] = `_col${place}`;
    unnamed.push(place);
  });
  return unnamed;
}

/** Walks the tree; `named` holds the WITH names that are in scope, which are no tables. */
function visit(
  node: unknown,
  named: ReadonlySet<string>,
  see: (node: Node, named: ReadonlySet<string>) => void,
): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, named, see);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const scope = new Set(named);
  const withs = (node as { cte_map?: { map?: { key: string }[] } }).cte_map?.map ?? [];
  for (const { key } of withs) scope.add(key.toLowerCase());
  see(node as Node, scope);
  for (const each of Object.values(node)) visit(each, scope, see);
}
