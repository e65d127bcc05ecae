/**
 * A view's SQL read by Trino's own grammar: which tables and views it reads, and how often each. What does not parse
 * is told with its line. It resolves no name; lambdas/publish-views/dependencies.ts does.
 */

import {
  type NamedQueryContext,
  QueryStatementContext,
  TableContext,
  TableNameContext,
  WithContext,
} from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { TrinoSQL } from 'dt-sql-parser/dist/parser/trino/index.js';
import { type Reads, ViewsError } from '../../lambdas/publish-views/dependencies.ts';

type Tree = { getChildCount(): number; getChild(index: number): unknown; getText(): string };
/** The WITH names in scope, each with what one use of it reads. */
type Scope = ReadonlyMap<string, Reads>;

/** Throws ViewsError with the line where the SQL is no single query of Trino's. */
export function readsOf({ name, sql }: { name: string; sql: string }): Reads {
  const parser = new TrinoSQL();
  const [error] = parser.validate(sql);
  if (error)
    throw new ViewsError(
      `sql/views/${name}.sql, line ${error.startLine}: ${error.message.replace(/\s+/g, ' ')}`,
      'It is read by the grammar of Trino, whose SQL Athena speaks: correct the line.',
    );
  const tree = parser.parse(sql) as unknown as Tree;
  const queries = children(tree, (each) => each instanceof QueryStatementContext);
  if (queries.length !== 1)
    throw new ViewsError(
      `sql/views/${name}.sql holds ${queries.length} queries.`,
      'A view is one SELECT, without a semicolon; its name is the name of its file.',
    );
  return inQuery(queries[0] as Tree, new Map());
}

/** Athena puts a WITH query in wherever its name is used, so each use counts what it reads anew. */
function inQuery(query: Tree, scope: Scope): Reads {
  const own = new Map(scope);
  const total = new Map<string, number>();
  for (let at = 0; at < query.getChildCount(); at++) {
    const child = query.getChild(at) as Tree;
    if (child instanceof WithContext) for (const named of child.namedQuery()) define(named, own);
    else add(total, inPart(child, own));
  }
  return total;
}

/** A recursive query reads itself, which is no table. */
function define(named: NamedQueryContext, scope: Map<string, Reads>): void {
  const name = nameIn(named.identifier().getText());
  const [inner] = children(named as unknown as Tree, (each) => each instanceof QueryStatementContext);
  const recursive = (named.parent as WithContext).KW_RECURSIVE() !== null;
  const seen = recursive ? new Map(scope).set(name, new Map()) : scope;
  scope.set(name, inner ? inQuery(inner, seen) : new Map());
}

function inPart(node: Tree, scope: Scope): Reads {
  if (node instanceof QueryStatementContext) return inQuery(node as unknown as Tree, scope);
  if (node instanceof TableNameContext || node instanceof TableContext) return inTable(node, scope);
  const total = new Map<string, number>();
  for (let at = 0; at < (node.getChildCount?.() ?? 0); at++)
    add(total, inPart(node.getChild(at) as Tree, scope));
  return total;
}

function inTable(node: TableNameContext | TableContext, scope: Scope): Reads {
  const written = node instanceof TableContext ? node.tableRef().getText() : node.tableOrViewName().getText();
  const name = written.split('.').map(nameIn).join('.');
  return scope.get(name) ?? new Map([[name, 1]]);
}

/** The nearest descendants that are wanted: it does not look inside one that it found. */
function children(node: Tree, wanted: (each: unknown) => boolean): Tree[] {
  const found: Tree[] = [];
  for (let at = 0; at < (node.getChildCount?.() ?? 0); at++) {
    const child = node.getChild(at) as Tree;
    if (wanted(child)) found.push(child);
    else found.push(...children(child, wanted));
  }
  return found;
}

/** Trino's names are lower case, quoted or not, in the catalogs that Athena has. */
function nameIn(identifier: string): string {
  return identifier
    .replace(/^"([\s\S]*)"$/, '$1')
    .replaceAll('""', '"')
    .toLowerCase();
}

function add(total: Map<string, number>, more: Reads): void {
  for (const [name, times] of more) total.set(name, (total.get(name) ?? 0) + times);
}
