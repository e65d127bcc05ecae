/**
 * Tells Athena's statements apart. Queries go on to DuckDB's own parser; the few DDL statements that views need are
 * recognised here. Anything else is refused with a sentence, as the stack or the crawler owns tables.
 */

import { QueryError } from './query-error.ts';
import { type Token, tokens } from './tokens.ts';

export type Name = { catalog?: string; schema?: string; name: string };

export type Statement =
  | { kind: 'query'; sql: string }
  | { kind: 'explain'; sql: string }
  | { kind: 'create-view'; view: Name; replace: boolean; sql: string }
  | { kind: 'drop-view'; view: Name; ifExists: boolean }
  | { kind: 'show-create-view'; view: Name }
  | { kind: 'show-tables'; schema?: string; pattern?: string }
  | { kind: 'show-views'; schema?: string; pattern?: string }
  | { kind: 'show-columns'; table: Name }
  | { kind: 'show-databases' }
  | { kind: 'show-partitions'; table: Name }
  | { kind: 'describe'; table: Name };

/** Throws a QueryError in Athena's words for what is no statement, or for one the engine does not run. */
export function parseStatement(sql: string): Statement {
  const all = tokens(sql);
  while (all.at(-1)?.text === ';') all.pop();
  const last = all.at(-1);
  if (!last) throw new QueryError("line 1:1: mismatched input '<EOF>'");
  const reader = createReader(all, sql);
  const first = reader.peek()?.text.toUpperCase() ?? '';
  const body = sql.slice(0, last.end);
  if (['SELECT', 'WITH', 'VALUES', '(', 'TABLE'].includes(first)) return { kind: 'query', sql: body };
  if (reader.take('EXPLAIN')) {
    if (reader.take('ANALYZE')) throw unsupported('EXPLAIN ANALYZE');
    return { kind: 'explain', sql: body.slice(reader.at()) };
  }
  if (reader.take('CREATE')) return createStatement(reader, body);
  if (reader.take('DROP')) return dropStatement(reader);
  if (reader.take('SHOW')) return showStatement(reader);
  if (reader.take('DESCRIBE') || reader.take('DESC')) {
    for (const word of ['FORMATTED', 'EXTENDED'])
      if (reader.take(word)) throw unsupported(`DESCRIBE ${word}`);
    return ended(reader, { kind: 'describe', table: reader.name() });
  }
  if (
    /^(INSERT|UPDATE|DELETE|MERGE|ALTER|MSCK|UNLOAD|OPTIMIZE|VACUUM|PREPARE|EXECUTE|DEALLOCATE|USE)$/.test(
      first,
    )
  )
    throw unsupported(first);
  throw reader.mismatch();
}

type Reader = ReturnType<typeof createReader>;

function createReader(all: Token[], sql: string) {
  let next = 0;
  const mismatch = (): QueryError => {
    const token = all[next];
    const line = sql.slice(0, token?.start ?? sql.length).split('\n');
    return new QueryError(
      `line ${line.length}:${(line.at(-1)?.length ?? 0) + 1}: mismatched input '${token?.text ?? '<EOF>'}'`,
    );
  };
  const reader = {
    mismatch,
    peek: () => all[next],
    /** Offset of the next token. */
    at: () => all[next]?.start ?? sql.length,
    take(...words: string[]): boolean {
      const found = words.every((word, index) => all[next + index]?.text.toUpperCase() === word);
      if (found) next += words.length;
      return found;
    },
    expect(...words: string[]): void {
      for (const word of words) if (!reader.take(word)) throw mismatch();
    },
    identifier(): string {
      const token = all[next];
      if (token?.kind !== 'word' && token?.kind !== 'quoted') throw mismatch();
      next++;
      return token.text.toLowerCase();
    },
    name(): Name {
      const parts = [reader.identifier()];
      while (reader.take('.')) parts.push(reader.identifier());
      const [name, schema, catalog] = parts.reverse();
      return { name: name as string, ...(schema ? { schema } : {}), ...(catalog ? { catalog } : {}) };
    },
    text(): string | undefined {
      if (all[next]?.kind !== 'text') return undefined;
      return all[next++]?.text;
    },
  };
  return reader;
}

function createStatement(reader: Reader, body: string): Statement {
  const replace = reader.take('OR', 'REPLACE');
  if (!reader.take('VIEW'))
    throw new QueryError(
      'NOT_SUPPORTED: Only views can be created here; tables come from the crawler or from the stack.',
    );
  const view = reader.name();
  reader.expect('AS');
  return { kind: 'create-view', view, replace, sql: body.slice(reader.at()) };
}

function dropStatement(reader: Reader): Statement {
  if (!reader.take('VIEW'))
    throw new QueryError(
      'NOT_SUPPORTED: Only views can be dropped here; use the Glue API for a crawled table.',
    );
  const ifExists = reader.take('IF', 'EXISTS');
  return ended(reader, { kind: 'drop-view', view: reader.name(), ifExists });
}

function showStatement(reader: Reader): Statement {
  if (reader.take('CREATE', 'VIEW')) return ended(reader, { kind: 'show-create-view', view: reader.name() });
  if (reader.take('PARTITIONS')) return ended(reader, { kind: 'show-partitions', table: reader.name() });
  if (reader.take('COLUMNS')) {
    if (!reader.take('IN') && !reader.take('FROM')) throw reader.mismatch();
    return ended(reader, { kind: 'show-columns', table: reader.name() });
  }
  if (reader.take('DATABASES') || reader.take('SCHEMAS')) return ended(reader, { kind: 'show-databases' });
  const kind = reader.take('TABLES') ? 'show-tables' : reader.take('VIEWS') ? 'show-views' : undefined;
  if (!kind) throw reader.mismatch();
  const schema = reader.take('IN') || reader.take('FROM') ? reader.identifier() : undefined;
  reader.take('LIKE');
  const pattern = reader.text();
  return ended(reader, {
    kind,
    ...(schema ? { schema } : {}),
    ...(pattern === undefined ? {} : { pattern }),
  });
}

function ended(reader: Reader, statement: Statement): Statement {
  if (reader.peek()) throw reader.mismatch();
  return statement;
}

function unsupported(what: string): QueryError {
  return new QueryError(
    `NOT_SUPPORTED: ${what} is not run here; see docs/differences.md for what Athena on a laptop runs.`,
  );
}
