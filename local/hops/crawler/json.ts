/**
 * Reads JSON for its types: whole values one after another, on lines of their own or not. It differs from JSON.parse
 * in what the crawler must know: `27.0` is a double and `27` an int, a number too long for a float keeps its width,
 * and a sample that was cut off in the middle of a value is not malformed.
 */

import { type Field, merge, mergeFields, type Scalar, type Type } from './schema.ts';

/** A parsed value with its values forgotten; arrays keep their items, so that a JsonPath can pick among them. */
export type Node = Scalar | { fields: [name: string, node: Node][] } | { items: Node[] };

export type Values = { kind: 'values'; nodes: Node[] } | { kind: 'malformed' };

const DEPTH_MAX = 500;
const INT_MAX = 2_147_483_647n;
const BIGINT_MAX = 9_223_372_036_854_775_807n;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const NUMBER_LIKE = /[-+.eE\d]*/y;
const WORDS: readonly [string, Scalar][] = [
  ['true', 'boolean'],
  ['false', 'boolean'],
  ['null', 'null'],
];

class JsonError extends Error {
  /** The text ended where more was due. */
  readonly ended: boolean;

  constructor(ended: boolean) {
    super(ended ? 'The text ends within a value.' : 'The text is not JSON.');
    this.ended = ended;
  }
}

/** The values of `text`; a last one that is cut off counts only when `complete` says that there is no more text. */
export function readValues(text: string, complete: boolean): Values {
  const nodes: Node[] = [];
  const cursor = { text, at: text.startsWith('\uFEFF') ? 1 : 0 };
  try {
    for (skipSpace(cursor); cursor.at < text.length; skipSpace(cursor)) nodes.push(readValue(cursor, 0));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (!error.ended || complete) return { kind: 'malformed' };
  }
  return { kind: 'values', nodes };
}

function typeOf(node: Node): Type {
  if (typeof node === 'string') return node;
  if ('items' in node) return { array: node.items.map(typeOf).reduce(merge, 'null') };
  return { struct: fieldsOf(node.fields) };
}

export function fieldsOf(fields: [string, Node][]): Field[] {
  return mergeFields(
    [],
    fields.map(([name, node]): Field => [name, typeOf(node)]),
  );
}

type Cursor = { text: string; at: number };

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at += 1;
  }
}

function fail(cursor: Cursor): never {
  throw new JsonError(cursor.at >= cursor.text.length);
}

function readValue(cursor: Cursor, depth: number): Node {
  if (depth > DEPTH_MAX) throw new JsonError(false);
  switch (cursor.text[cursor.at]) {
    case '{':
      return { fields: readFields(cursor, depth) };
    case '[':
      return { items: readItems(cursor, depth) };
    case '"':
      skipString(cursor);
      return 'string';
    default:
      return readWord(cursor) ?? readNumber(cursor);
  }
}

function readFields(cursor: Cursor, depth: number): [string, Node][] {
  const fields: [string, Node][] = [];
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === '}') {
    cursor.at += 1;
    return fields;
  }
  for (;;) {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') fail(cursor);
    const name = readName(cursor);
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== ':') fail(cursor);
    cursor.at += 1;
    skipSpace(cursor);
    fields.push([name, readValue(cursor, depth + 1)]);
    if (closes(cursor, '}')) return fields;
  }
}

function readItems(cursor: Cursor, depth: number): Node[] {
  const items: Node[] = [];
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === ']') {
    cursor.at += 1;
    return items;
  }
  for (;;) {
    skipSpace(cursor);
    items.push(readValue(cursor, depth + 1));
    if (closes(cursor, ']')) return items;
  }
}

/** After an element: true at the closing bracket, false at a comma. */
function closes(cursor: Cursor, bracket: string): boolean {
  skipSpace(cursor);
  const next = cursor.text[cursor.at];
  if (next !== bracket && next !== ',') fail(cursor);
  cursor.at += 1;
  return next === bracket;
}

function skipString(cursor: Cursor): void {
  for (let at = cursor.at + 1; ; at++) {
    const code = cursor.text.charCodeAt(at);
    if (Number.isNaN(code)) throw new JsonError(true);
    if (code === 0x22) {
      cursor.at = at + 1;
      return;
    }
    if (code === 0x5c) at += 1;
    else if (code < 0x20) throw new JsonError(false);
  }
}

function readName(cursor: Cursor): string {
  const start = cursor.at;
  skipString(cursor);
  const quoted = cursor.text.slice(start, cursor.at);
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new JsonError(false);
  }
}

function readWord(cursor: Cursor): Scalar | undefined {
  const rest = cursor.text.slice(cursor.at, cursor.at + 5);
  for (const [word, scalar] of WORDS) {
    if (rest.startsWith(word)) {
      cursor.at += word.length;
      return scalar;
    }
    if (word.startsWith(rest)) throw new JsonError(true);
  }
  return undefined;
}

function readNumber(cursor: Cursor): Scalar {
  NUMBER_LIKE.lastIndex = NUMBER.lastIndex = cursor.at;
  NUMBER_LIKE.test(cursor.text);
  const match = NUMBER.exec(cursor.text);
  // `-12.` or `1e` is a number that was cut off, if it is where the text ends.
  if (!match || NUMBER_LIKE.lastIndex > NUMBER.lastIndex)
    throw new JsonError(NUMBER_LIKE.lastIndex === cursor.text.length);
  cursor.at = NUMBER.lastIndex;
  if (match[1] !== undefined || match[2] !== undefined) return 'double';
  const [digits] = match;
  if (digits.length < 10) return 'int';
  const value = BigInt(digits);
  if (value <= INT_MAX && value >= -INT_MAX - 1n) return 'int';
  return value <= BIGINT_MAX && value >= -BIGINT_MAX - 1n ? 'bigint' : 'double';
}
