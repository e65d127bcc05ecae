/**
 * DynamoDB JSON (`{"N":"27"}`) to plain JSON text. It writes text instead of making values because a number must
 * keep its digits. Sets and lists become arrays, maps become objects, binary stays base64. Numbers get a decimal
 * point at every depth, so that a column is double in every file.
 *
 * Names: a crawler and Athena know no upper case, so two attributes of one item that differ only in case would be
 * one column twice, and Athena refuses such a row. `distinctNames` tells them apart.
 */

import { decimalText } from './decimal.ts';

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (32 levels); above them a record
 * was not stored by DynamoDB and is refused before it exhausts the stack.
 */
const DEPTH_MAX = 32;

const NOT_DYNAMODB_JSON = 'is not DynamoDB JSON: one member naming the type';
const NO_NAMES: ReadonlySet<string> = new Set();

/** What is wrong with a record: which field, and why. It never holds the field's value. */
export class Fault extends Error {
  readonly field: string;
  readonly reason: string;

  constructor(field: string, reason: string) {
    super(`${field} ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}

/** One attribute value as JSON text; throws a `Fault` that names `field` when it is not DynamoDB JSON. */
export function jsonText(field: string, value: unknown, depth = 0): string {
  if (depth > DEPTH_MAX) throw new Fault(field, `is nested deeper than ${DEPTH_MAX} levels`);
  const [type, content] = soleMember(field, value);
  switch (type) {
    case 'S':
    case 'B':
      return quoted(stringIn(field, type, content));
    case 'N':
      return numberIn(field, type, content);
    case 'BOOL':
      if (typeof content === 'boolean') return String(content);
      throw new Fault(field, 'has a BOOL that is not true or false');
    case 'NULL':
      return 'null';
    case 'SS':
    case 'BS':
      return arrayText(field, type, content, (element) => quoted(stringIn(field, type, element)));
    case 'NS':
      return arrayText(field, type, content, (element) => numberIn(field, type, element));
    case 'L':
      return arrayText(field, type, content, (element, i) => jsonText(`${field}[${i}]`, element, depth + 1));
    case 'M':
      return mapText(field, content, depth);
    default:
      throw new Fault(field, 'has a type that DynamoDB does not know');
  }
}

/** A JSON string. Most need no escape, and then quotes alone are faster than JSON.stringify. */
export function quoted(text: string): string {
  return text.length < SHORT && isPlain(text) ? `"${text}"` : JSON.stringify(text);
}

/**
 * A name of its own for each attribute, however names are compared. Lower-case names that are free keep
 * theirs; the others, in code unit order, keep theirs if it is free and else get the first free of `_2`, `_3`, ….
 * The result is in that order and does not depend on the order of `names`, so a repeat makes the same row.
 */
export function distinctNames(
  names: readonly string[],
  taken: ReadonlySet<string> = NO_NAMES,
): { name: string; column: string }[] {
  const sorted = names.length > 1 ? [...names].sort() : names;
  const keepsName = (name: string) => !taken.has(name) && name === name.toLowerCase();
  if (sorted.every(keepsName)) return sorted.map((name) => ({ name, column: name }));
  const kept = sorted.filter(keepsName);
  const used = new Set([...taken, ...kept]);
  const columns = kept.map((name) => ({ name, column: name }));
  for (const name of sorted) {
    if (keepsName(name)) continue;
    let column = name;
    for (let suffix = 2; used.has(column.toLowerCase()); suffix += 1) column = `${name}_${suffix}`;
    used.add(column.toLowerCase());
    columns.push({ name, column });
  }
  return columns;
}

const SHORT = 64;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SURROGATES = 0xd800;

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code === QUOTE || code === BACKSLASH || code >= SURROGATES) return false;
  }
  return true;
}

function soleMember(field: string, value: unknown): [string, unknown] {
  let found: string | undefined;
  if (isObject(value))
    for (const type in value) {
      if (found !== undefined) throw new Fault(field, NOT_DYNAMODB_JSON);
      found = type;
    }
  if (!isObject(value) || found === undefined) throw new Fault(field, NOT_DYNAMODB_JSON);
  return [found, value[found]];
}

function stringIn(field: string, type: string, content: unknown): string {
  if (typeof content !== 'string') throw new Fault(field, `has a ${type} that is not text`);
  return content;
}

function numberIn(field: string, type: string, content: unknown): string {
  const text = decimalText(stringIn(field, type, content));
  if (text === undefined) throw new Fault(field, `has a ${type} that is no DynamoDB number`);
  return text;
}

function arrayText(
  field: string,
  type: string,
  content: unknown,
  element: (value: unknown, i: number) => string,
): string {
  if (!Array.isArray(content)) throw new Fault(field, `has a ${type} that is not a list`);
  return `[${content.map(element).join(',')}]`;
}

function mapText(field: string, content: unknown, depth: number): string {
  if (!isObject(content)) throw new Fault(field, 'has an M that is not a map');
  const members = distinctNames(Object.keys(content)).map(
    ({ name, column }) => `${quoted(column)}:${jsonText(`${field}.${name}`, content[name], depth + 1)}`,
  );
  return `{${members.join(',')}}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
