/**
 * Decides a parsed GetPartitions expression for one partition, by the types of the partition keys: numbers compare as
 * numbers, all else as text (dates and timestamps are written so that text order is time order). SQL's third truth
 * value holds: a comparison with the null partition is unknown, and unknown does not match.
 */

import { AwsError } from '../../aws-error.ts';
import type { Comparison, Expression, Literal } from './expression.ts';

/** What Hive writes for a null partition value. */
const NULL_PARTITION = '__HIVE_DEFAULT_PARTITION__';
const NUMBER_TYPES = /^(tinyint|smallint|int|integer|bigint|long|float|double|decimal)\b/;

type Truth = boolean | undefined;
export type Key = { Name: string; Type?: string };
export type Matches = (values: readonly string[]) => boolean;

/** Binds the expression to the table's keys; throws Glue's error for an unknown key or a literal of a wrong type. */
export function filterBy(expression: Expression, keys: readonly Key[]): Matches {
  const decide = bind(expression, keys);
  return (values) => decide(values) === true;
}

type Decide = (values: readonly string[]) => Truth;

function bind(expression: Expression, keys: readonly Key[]): Decide {
  switch (expression.kind) {
    case 'and': {
      const [left, right] = [bind(expression.left, keys), bind(expression.right, keys)];
      return (values) => both(left(values), right(values));
    }
    case 'or': {
      const [left, right] = [bind(expression.left, keys), bind(expression.right, keys)];
      return (values) => not(both(not(left(values)), not(right(values))));
    }
    case 'not': {
      const of = bind(expression.of, keys);
      return (values) => not(of(values));
    }
    case 'compare': {
      const compare = comparer(keys, expression.key, expression.with);
      return (values) => holds(expression.operator, compare(values));
    }
    case 'in': {
      const compares = expression.list.map((each) => comparer(keys, expression.key, each));
      return (values) => {
        const orders = compares.map((compare) => compare(values));
        return orders.includes(undefined) ? undefined : orders.includes(0);
      };
    }
    case 'between': {
      const low = comparer(keys, expression.key, expression.low);
      const high = comparer(keys, expression.key, expression.high);
      return (values) => both(holds('>=', low(values)), holds('<=', high(values)));
    }
    case 'like': {
      const { index } = keyOf(keys, expression.key);
      const pattern = likePattern(expression.pattern);
      return (values) => (isNull(values[index]) ? undefined : pattern.test(values[index] ?? ''));
    }
    case 'null': {
      const { index } = keyOf(keys, expression.key);
      return (values) => isNull(values[index]);
    }
  }
}

function isNull(value: string | undefined): boolean {
  return value === undefined || value === NULL_PARTITION;
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function both(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  return left === undefined || right === undefined ? undefined : true;
}

function holds(operator: Comparison, order: number | undefined): Truth {
  if (order === undefined) return undefined;
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function keyOf(keys: readonly Key[], name: string): { index: number; numeric: boolean } {
  const index = keys.findIndex((key) => key.Name.toLowerCase() === name);
  const key = keys[index];
  if (!key)
    throw new AwsError(
      'InvalidInputException',
      `Unknown column '${name}' in expression: not a partition key`,
    );
  return { index, numeric: NUMBER_TYPES.test((key.Type ?? 'string').toLowerCase()) };
}

/** Orders a partition's value against a literal: below 0, 0, above 0, or undefined for null. */
function comparer(
  keys: readonly Key[],
  name: string,
  literal: Literal,
): (values: readonly string[]) => number | undefined {
  const { index, numeric } = keyOf(keys, name);
  if (numeric) {
    const wanted = Number(literal.value);
    if (literal.value.trim() === '' || Number.isNaN(wanted))
      throw new AwsError('InvalidInputException', `'${literal.value}' is not a number, as key '${name}' is`);
    return (values) => {
      const value = values[index];
      return value === undefined || isNull(value) || Number.isNaN(Number(value))
        ? undefined
        : Number(value) - wanted;
    };
  }
  if (literal.kind === 'number')
    throw new AwsError(
      'InvalidInputException',
      `${literal.value} is a number, key '${name}' is not: write '${literal.value}'`,
    );
  return (values) => {
    const value = values[index];
    if (value === undefined || isNull(value)) return undefined;
    return value === literal.value ? 0 : value < literal.value ? -1 : 1;
  };
}

/** SQL's LIKE: `%` any run, `_` any one character, the whole value. */
function likePattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/%+/g, '[^]*')
    .replaceAll('_', '[^]');
  return new RegExp(`^${source}$`);
}
