/** Checks that dynalite leaves out: comparisons of order take text, numbers and binary alone. */

import { AwsError } from '../../aws-error.ts';

/** A node of dynalite's parsed condition; a path is a list, a literal `{ S: … }`. */
type Node = { type?: unknown; args?: unknown[] };

const ORDERED = new Set(['<', '<=', '>', '>=', 'between']);
const COMPARABLE = new Set(['S', 'N', 'B']);

/** Throws AWS's error for a literal in `expression` that cannot be compared by order. */
export function checkOperandTypes(member: string, expression: unknown): void {
  if (typeof expression !== 'object' || expression === null || Array.isArray(expression)) return;
  const { type, args } = expression as Node;
  if (!Array.isArray(args)) return;
  for (const arg of args) {
    const literal = typeof type === 'string' && ORDERED.has(type) ? literalType(arg) : undefined;
    if (literal !== undefined && !COMPARABLE.has(literal))
      throw new AwsError(
        'ValidationException',
        `Invalid ${member}: Incorrect operand type for operator or function; operator or function: ${String(type).toUpperCase()}, operand type: ${literal}`,
      );
    checkOperandTypes(member, arg);
  }
}

function literalType(arg: unknown): string | undefined {
  if (typeof arg !== 'object' || arg === null || Array.isArray(arg) || 'type' in arg) return undefined;
  return Object.keys(arg)[0];
}
