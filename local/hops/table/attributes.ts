/** What an item comes to: its form on the way in, its size and its sameness, as DynamoDB counts them. */

import type { Attributes } from '../../store/attributes.ts';

/** A copy in which every Uint8Array is base64 text; dynalite deletes from what it is given, so it gets the copy. */
export function withoutBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(withoutBytes);
  const copy: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) copy[name] = withoutBytes(each);
  return copy;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function itemBytes(item: Attributes): number {
  let total = 0;
  for (const [name, value] of Object.entries(item)) total += Buffer.byteLength(name) + valueBytes(value);
  return total;
}

const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueBytes(value: unknown): number {
  const [type, content] = Object.entries(value as object)[0] as [string, never];
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'N':
      return numberBytes(content);
    case 'B':
      return Buffer.byteLength(content as string, 'base64');
    case 'SS':
      return sum(content as string[], Buffer.byteLength);
    case 'NS':
      return sum(content as string[], numberBytes);
    case 'BS':
      return sum(content as string[], (each) => Buffer.byteLength(each, 'base64'));
    case 'L':
      return CONTAINER_BYTES + sum(content as unknown[], (each) => ELEMENT_BYTES + valueBytes(each));
    case 'M':
      return (
        CONTAINER_BYTES +
        itemBytes(content as Attributes) +
        ELEMENT_BYTES * Object.keys(content as Attributes).length
      );
    default:
      return 1;
  }
}

/** One byte for each two significant digits, one for the exponent, one more for a sign. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return 1 + Math.ceil(digits / 2) + (text.startsWith('-') ? 1 : 0);
}

function sum<T>(list: readonly T[], size: (each: T) => number): number {
  return list.reduce((total, each) => total + size(each), 0);
}

/** Whether a write changes nothing. Sets have no order; lists do. */
export function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && sameValue(a[name], b[name]))
  );
}

function sameValue(a: unknown, b: unknown): boolean {
  const [typeA, contentA] = Object.entries(a as object)[0] as [string, unknown];
  const [typeB, contentB] = Object.entries(b as object)[0] as [string, unknown];
  if (typeA !== typeB) return false;
  if (typeA === 'M') return sameAttributes(contentA as Attributes, contentB as Attributes);
  if (!Array.isArray(contentA) || !Array.isArray(contentB)) return contentA === contentB;
  if (contentA.length !== contentB.length) return false;
  if (typeA === 'L') return contentA.every((each, index) => sameValue(each, contentB[index]));
  const members = new Set(contentB);
  return contentA.every((each) => members.has(each));
}
