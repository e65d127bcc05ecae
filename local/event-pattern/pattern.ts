/**
 * EventBridge's event patterns, for rules and for the filters of pipes: a pattern is compiled once and then asked of
 * each event.
 *
 *     aws_cloudwatch_event_rule.event_pattern, aws_pipes_pipe filter → [pattern] → does this event match?
 *
 * It knows no CIDR ranges. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

import { EngineError } from '../aws-error.ts';
import { compileRule, type Rule } from './operators.ts';

export type EventPattern = (event: unknown) => boolean;

type Json = Record<string, unknown>;

/** Compiles a pattern's JSON text; throws an EngineError that says what is wrong with it. */
export function compilePattern(text: string): EventPattern {
  const refuse = (reason: string): never => {
    throw new EngineError(
      `The event pattern ${text} is not valid: ${reason}.`,
      'Correct it by https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html.',
    );
  };
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  return isObject(pattern) ? compileObject(pattern, [], refuse) : refuse('it is not a JSON object');
}

function compileObject(pattern: Json, path: string[], refuse: (reason: string) => never): EventPattern {
  const names = Object.keys(pattern);
  if (names.length === 0) refuse(`"${path.join('.')}" is empty`);
  const tests = names.map((name): EventPattern => {
    const wanted = pattern[name];
    const at = [...path, name];
    if (name === '$or') return compileOr(wanted, path, refuse);
    if (Array.isArray(wanted)) return compileLeaf(name, wanted, at, refuse);
    if (!isObject(wanted)) return refuse(`"${at.join('.')}" has to be an object or an array`);
    const nested = compileObject(wanted, at, refuse);
    return (event) => {
      const value = isObject(event) ? event[name] : undefined;
      // Of an array of objects, one has to match the nested pattern whole.
      return Array.isArray(value) ? value.some(nested) : nested(value);
    };
  });
  return (event) => tests.every((test) => test(event));
}

function compileOr(wanted: unknown, path: string[], refuse: (reason: string) => never): EventPattern {
  if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isObject))
    return refuse('"$or" has to be an array of two or more patterns');
  const branches = wanted.map((each) => compileObject(each, path, refuse));
  return (event) => branches.some((branch) => branch(event));
}

function compileLeaf(
  name: string,
  wanted: unknown[],
  at: string[],
  refuse: (reason: string) => never,
): EventPattern {
  if (wanted.length === 0) refuse(`"${at.join('.')}" is an empty array`);
  const rules: Rule[] = wanted.map((each) =>
    compileRule(each, (reason) => refuse(`"${at.join('.')}": ${reason}`)),
  );
  return (event) => {
    const value = isObject(event) ? event[name] : undefined;
    const values = Array.isArray(value) ? value : [value];
    return rules.some((rule) => {
      if (rule.kind === 'value') return values.some((each) => each !== undefined && rule.test(each));
      // `exists` looks at leaves alone: an object or an empty array is no value.
      const exists = values.some((each) => each !== undefined && !isObject(each));
      return exists === rule.exists;
    });
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
