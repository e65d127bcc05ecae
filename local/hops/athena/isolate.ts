/**
 * What a rewritten tree must have before DuckDB runs it: its tables are those that the query itself defined, stars
 * leave Trino's hidden columns out (https://trino.io/docs/476/connector/hive.html#metadata-columns), and nothing in it
 * reads files or DuckDB's own tables past the catalog.
 */

import { HIDDEN_COLUMNS } from './external-table.ts';
import { position, QueryError } from './query-error.ts';
import { CATALOG } from './rewrite.ts';

/** No column of a crawled table begins so. */
const NOT_HIDDEN = '^[^$]';

/** Those that Trino has too, or that only make rows. */
const TABLE_FUNCTIONS = new Set(['unnest', 'range', 'generate_series']);

type Node = Record<string, unknown>;

/** Whether the SQL names a hidden column. */
export function mentionsHidden(tree: unknown): boolean {
  let found = false;
  walk(tree, (node) => {
    if (node['class'] !== 'COLUMN_REF') return;
    const name = String((node['column_names'] as string[] | undefined)?.at(-1)).toLowerCase();
    found ||= HIDDEN_COLUMNS.includes(name);
  });
  return found;
}

type Isolation = {
  catalog: string;
  /** `schema.table` → the name that it is defined under; another one when its hidden columns show. */
  shown: ReadonlyMap<string, string>;
  /** The SQL names hidden columns, so they are there for stars to leave out. */
  hidden: boolean;
};

/** Works in place. Throws a QueryError for what Athena does not have either. */
export function isolate(tree: unknown, sql: string, { catalog, shown, hidden }: Isolation): void {
  const withHidden = new Set<string>();
  walk(tree, (node) => {
    if (node['type'] === 'TABLE_FUNCTION') checkTableFunction(node, sql);
    if (node['type'] === 'SHOW_REF') throw new QueryError('NOT_SUPPORTED: SHOW in FROM is not run here.');
    if (node['type'] !== 'BASE_TABLE' || node['catalog_name'] !== CATALOG) return;
    node['catalog_name'] = catalog;
    const name = shown.get(`${node['schema_name']}.${node['table_name']}`) ?? node['table_name'];
    if (name !== node['table_name']) withHidden.add(String(node['alias']).toLowerCase());
    node['table_name'] = name;
  });
  if (!hidden) return;
  walk(tree, (node) => {
    if (node['class'] === 'STAR' && node['columns'] === false) leaveHiddenOut(node, withHidden);
  });
}

function checkTableFunction(node: Node, sql: string): void {
  const { function_name: name } = (node['function'] ?? {}) as { function_name?: string };
  if (TABLE_FUNCTIONS.has(String(name).toLowerCase())) return;
  throw new QueryError(
    `FUNCTION_NOT_FOUND: ${position(sql, Number(node['query_location']))}: Table function '${name}' not registered`,
  );
}

function leaveHiddenOut(star: Node, withHidden: ReadonlySet<string>): void {
  const relation = String(star['relation_name']).toLowerCase();
  if (relation === '') {
    star['columns'] = true;
    star['expr'] = {
      class: 'CONSTANT',
      type: 'VALUE_CONSTANT',
      alias: '',
      query_location: star['query_location'],
      value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: NOT_HIDDEN },
    };
  } else if (withHidden.has(relation)) {
    star['exclude_list'] = [...(star['exclude_list'] as string[]), ...HIDDEN_COLUMNS];
  }
}

function walk(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, see);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  see(node as Node);
  for (const each of Object.values(node)) walk(each, see);
}
