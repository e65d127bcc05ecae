/**
 * A query's syntax tree, as DuckDB serializes it: which tables it reads, and the same query with every table fully
 * qualified and every Trino function renamed to its counterpart. Working on the tree, not on the text, leaves
 * strings, comments and aliases alone.
 */

import { FUNCTIONS } from './trino.ts';

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
    if (node['class'] === 'FUNCTION' && typeof node['function_name'] === 'string')
      node['function_name'] = FUNCTIONS[node['function_name'].toLowerCase()] ?? node['function_name'];
  });
  return [...found.values()];
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
