/** Why a query failed, in Athena's words: it ends as the execution's StateChangeReason, not as an API error. */

import { tokens } from './tokens.ts';

export class QueryError extends Error {
  /** 1 system, 2 the user's query, 3 other (API_AthenaError). */
  readonly category: 1 | 2 | 3;

  constructor(message: string, category: 1 | 2 | 3 = 2) {
    super(message);
    this.category = category;
  }
}

/** Athena's `line 1:8` for an offset into the SQL. */
export function position(sql: string, offset: number): string {
  const before = sql.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}:${offset - before.lastIndexOf('\n')}`;
}

/** DuckDB's sentence as Athena would put it. What has no counterpart keeps DuckDB's words under Athena's code. */
export function fromDuckDb(error: unknown, sql: string): QueryError {
  const text = error instanceof Error ? error.message : String(error);
  const place = placeOf(text, sql);
  const own = /(HIVE_\w+|TABLE_NOT_FOUND|NOT_SUPPORTED|EXCEEDED_\w+): [^\n]*/.exec(text);
  if (own) return new QueryError(own[0]);
  const column = /Referenced column "([^"]+)" not found/.exec(text);
  if (column)
    return new QueryError(
      `COLUMN_NOT_FOUND: ${placeNamed(sql, column[1])}: Column '${column[1]}' cannot be resolved`,
    );
  const routine = /(?:Function|Macro) with name "?([\w.]+)"? does not exist/.exec(text);
  if (routine)
    return new QueryError(
      `FUNCTION_NOT_FOUND: ${placeNamed(sql, routine[1])}: Function '${routine[1]}' not registered`,
    );
  if (/^Parser Error/.test(text)) {
    const near = /at or near "([^"]*)"/.exec(text);
    return new QueryError(`${place}: mismatched input '${near?.[1] ?? '<EOF>'}'`);
  }
  if (/Conversion Error/.test(text)) return new QueryError(`INVALID_CAST_ARGUMENT: ${firstLine(text)}`);
  if (/Division by zero|divide by zero/i.test(text))
    return new QueryError('DIVISION_BY_ZERO: Division by zero');
  if (/Out of Memory/i.test(text))
    return new QueryError('EXCEEDED_MEMORY_LIMIT: Query exhausted resources at this scale factor');
  if (/INTERRUPT/i.test(text)) return new QueryError('Query cancelled by user', 3);
  if (/Malformed JSON/.test(text))
    return new QueryError(
      `HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: ${firstLine(text)}`,
    );
  return new QueryError(`SYNTAX_ERROR: ${place}: ${firstLine(text)}`);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/^\w+( \w+)? Error: /, '');
}

/** Where a name stands in the SQL as it was asked: DuckDB saw it rewritten, so its own places are off. */
function placeNamed(sql: string, name = ''): string {
  const lower = name.toLowerCase();
  return position(sql, tokens(sql).find(({ text }) => text.toLowerCase() === lower)?.start ?? 0);
}

/** DuckDB underlines the place: `LINE 2:   foo(1)` and a caret below it. */
function placeOf(text: string, sql: string): string {
  const match = /LINE (\d+): ([^\n]*)\n([^\n]*)\^/.exec(text);
  if (!match) return position(sql, /end of input/.test(text) ? sql.length : 0);
  const prefix = `LINE ${match[1]}: `.length;
  return `line ${match[1]}:${Math.max(1, (match[3]?.length ?? 0) - prefix + 1)}`;
}
