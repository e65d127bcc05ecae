/**
 * The filter of GetPartitions: a part of SQL's WHERE over a table's partition keys.
 *
 *     dt = '2026-07-07' AND (hour >= '10' OR hour IN ('01', '02')) AND NOT dt LIKE '2025%'
 *
 * AWS parses it with JSQLParser and lists these operators: = <> > < >= <= AND OR IN BETWEEN LIKE NOT IS NULL
 * (https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html). Functions, arithmetic, and a key on the
 * right of an operator are refused. Nothing is decided by guess: what the grammar below does not hold is an
 * InvalidInputException.
 */

import { AwsError } from '../../aws-error.ts';

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type Literal = { kind: 'text'; value: string } | { kind: 'number'; value: string };
export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; of: Expression }
  | { kind: 'compare'; key: string; operator: Comparison; with: Literal }
  | { kind: 'in'; key: string; list: Literal[] }
  | { kind: 'between'; key: string; low: Literal; high: Literal }
  | { kind: 'like'; key: string; pattern: string }
  | { kind: 'null'; key: string };

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html */
export const EXPRESSION_LENGTH_MAX = 2048;
const NESTING_MAX = 100;

type Token =
  | { kind: 'word'; text: string; name: string }
  | { kind: 'quoted-name'; text: string; name: string }
  | { kind: 'number' | 'text' | 'symbol'; text: string };

const TOKEN =
  /\s+|(?<word>[A-Za-z_][A-Za-z0-9_]*)|"(?<quoted>[^"]+)"|`(?<ticked>[^`]+)`|(?<number>-?(?:\d+(?:\.\d+)?|\.\d+))|'(?<text>(?:[^']|'')*)'|(?<symbol><>|!=|<=|>=|=|<|>|\(|\)|,)/y;
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'IS', 'NULL']);
const COMPARISONS: Record<string, Comparison> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function tokens(source: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < source.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (!match) throw unsupported(source, source.slice(at, at + 20));
    at = TOKEN.lastIndex;
    const { word, quoted, ticked, number, text, symbol } = match.groups ?? {};
    const name = quoted ?? ticked;
    if (word !== undefined) found.push({ kind: 'word', text: word.toUpperCase(), name: word.toLowerCase() });
    else if (name !== undefined) found.push({ kind: 'quoted-name', text: name, name: name.toLowerCase() });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (text !== undefined) found.push({ kind: 'text', text: text.replaceAll("''", "'") });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol });
  }
  return found;
}

function unsupported(source: string, near: string): AwsError {
  return new AwsError('InvalidInputException', `Unsupported expression '${source}' near '${near}'`);
}

type Cursor = { source: string; tokens: readonly Token[]; at: number; depth: number };

export function parseExpression(source: string): Expression {
  const cursor: Cursor = { source, tokens: tokens(source), at: 0, depth: 0 };
  const found = either(cursor);
  return cursor.at === cursor.tokens.length ? found : refuse(cursor);
}

function refuse(cursor: Cursor): never {
  throw unsupported(cursor.source, cursor.tokens[cursor.at]?.text ?? 'end of expression');
}

/** Moves past the keyword or symbol if it is next. */
function take(cursor: Cursor, text: string): boolean {
  const token = cursor.tokens[cursor.at];
  const isNext = (token?.kind === 'word' || token?.kind === 'symbol') && token.text === text;
  if (isNext) cursor.at += 1;
  return isNext;
}

function expect(cursor: Cursor, text: string): void {
  if (!take(cursor, text)) refuse(cursor);
}

function either(cursor: Cursor): Expression {
  let left = both(cursor);
  while (take(cursor, 'OR')) left = { kind: 'or', left, right: both(cursor) };
  return left;
}

function both(cursor: Cursor): Expression {
  let left = negated(cursor);
  while (take(cursor, 'AND')) left = { kind: 'and', left, right: negated(cursor) };
  return left;
}

function negated(cursor: Cursor): Expression {
  cursor.depth += 1;
  if (cursor.depth > NESTING_MAX) refuse(cursor);
  const found: Expression = take(cursor, 'NOT') ? { kind: 'not', of: negated(cursor) } : simple(cursor);
  cursor.depth -= 1;
  return found;
}

function simple(cursor: Cursor): Expression {
  if (!take(cursor, '(')) return predicate(cursor, key(cursor));
  const inner = either(cursor);
  expect(cursor, ')');
  return inner;
}

function key(cursor: Cursor): string {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'quoted-name' && token?.kind !== 'word') return refuse(cursor);
  if (token.kind === 'word' && KEYWORDS.has(token.text)) return refuse(cursor);
  cursor.at += 1;
  return token.name;
}

function literal(cursor: Cursor): Literal {
  const token = cursor.tokens[cursor.at];
  if (token?.kind !== 'number' && token?.kind !== 'text') return refuse(cursor);
  cursor.at += 1;
  return { kind: token.kind, value: token.text };
}

function predicate(cursor: Cursor, key: string): Expression {
  if (take(cursor, 'IS')) {
    const not = take(cursor, 'NOT');
    expect(cursor, 'NULL');
    return not ? { kind: 'not', of: { kind: 'null', key } } : { kind: 'null', key };
  }
  if (take(cursor, 'NOT')) return { kind: 'not', of: among(cursor, key) ?? refuse(cursor) };
  return among(cursor, key) ?? comparison(cursor, key);
}

function comparison(cursor: Cursor, key: string): Expression {
  const token = cursor.tokens[cursor.at];
  const operator = token?.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
  if (!operator) return refuse(cursor);
  cursor.at += 1;
  return { kind: 'compare', key, operator, with: literal(cursor) };
}

/** IN, BETWEEN or LIKE, which NOT may stand before. */
function among(cursor: Cursor, key: string): Expression | undefined {
  if (take(cursor, 'IN')) {
    expect(cursor, '(');
    const list = [literal(cursor)];
    while (take(cursor, ',')) list.push(literal(cursor));
    expect(cursor, ')');
    return { kind: 'in', key, list };
  }
  if (take(cursor, 'BETWEEN')) {
    const low = literal(cursor);
    expect(cursor, 'AND');
    return { kind: 'between', key, low, high: literal(cursor) };
  }
  if (!take(cursor, 'LIKE')) return undefined;
  const pattern = literal(cursor);
  return pattern.kind === 'text' ? { kind: 'like', key, pattern: pattern.value } : refuse(cursor);
}
