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

export function parseExpression(source: string): Expression {
  const all = tokens(source);
  let at = 0;
  let depth = 0;

  const refuse = (): never => {
    throw unsupported(source, all[at]?.text ?? 'end of expression');
  };
  const is = (text: string) => {
    const token = all[at];
    return token !== undefined && (token.kind === 'word' || token.kind === 'symbol') && token.text === text;
  };
  const take = (text: string) => {
    if (!is(text)) return false;
    at += 1;
    return true;
  };
  const expect = (text: string) => take(text) || refuse();

  function either(): Expression {
    let left = both();
    while (take('OR')) left = { kind: 'or', left, right: both() };
    return left;
  }

  function both(): Expression {
    let left = negated();
    while (take('AND')) left = { kind: 'and', left, right: negated() };
    return left;
  }

  function negated(): Expression {
    depth += 1;
    if (depth > NESTING_MAX) refuse();
    const found = take('NOT') ? ({ kind: 'not', of: negated() } as const) : simple();
    depth -= 1;
    return found;
  }

  function simple(): Expression {
    if (take('(')) {
      const inner = either();
      expect(')');
      return inner;
    }
    return predicate(key());
  }

  function key(): string {
    const token = all[at];
    if (token?.kind !== 'quoted-name' && token?.kind !== 'word') return refuse();
    if (token.kind === 'word' && KEYWORDS.has(token.text)) return refuse();
    at += 1;
    return token.name;
  }

  function literal(): Literal {
    const token = all[at];
    if (token?.kind !== 'number' && token?.kind !== 'text') return refuse();
    at += 1;
    return { kind: token.kind, value: token.text };
  }

  function predicate(key: string): Expression {
    if (take('IS')) {
      const not = take('NOT');
      expect('NULL');
      return not ? { kind: 'not', of: { kind: 'null', key } } : { kind: 'null', key };
    }
    if (take('NOT')) return { kind: 'not', of: among(key) ?? refuse() };
    const found = among(key);
    if (found) return found;
    const token = all[at];
    const operator = token?.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
    if (!operator) return refuse();
    at += 1;
    return { kind: 'compare', key, operator, with: literal() };
  }

  function among(key: string): Expression | undefined {
    if (take('IN')) {
      expect('(');
      const list = [literal()];
      while (take(',')) list.push(literal());
      expect(')');
      return { kind: 'in', key, list };
    }
    if (take('BETWEEN')) {
      const low = literal();
      expect('AND');
      return { kind: 'between', key, low, high: literal() };
    }
    if (!take('LIKE')) return undefined;
    const pattern = literal();
    return pattern.kind === 'text' ? { kind: 'like', key, pattern: pattern.value } : refuse();
  }

  const found = either();
  return at === all.length ? found : refuse();
}
