/**
 * The names of the objects that Firehose writes: a prefix with expressions (`!{timestamp:…}`, `!{firehose:…}`) and a
 * suffix of stream, version, time and a random id. https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 * and https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 *
 * Not here: dynamic partitioning (`partitionKeyFromQuery`, `partitionKeyFromLambda`).
 */

import type { Chance } from '../../clock.ts';
import { type DatePattern, formatDate, parseDatePattern } from './java-date.ts';

export type PrefixTemplate = readonly Part[];

type Part =
  | { kind: 'text'; text: string }
  | { kind: 'timestamp'; pattern: DatePattern }
  | { kind: 'random-string' }
  | { kind: 'error-output-type' };

/** What the expressions of one object are evaluated with. */
export type PrefixValues = {
  /** Arrival of the oldest record in the object. */
  at: number;
  timeZone: string;
  chance: Chance;
};

/** The one kind of error object that this engine writes. */
const ERROR_OUTPUT_TYPE = 'processing-failed';
const DEFAULT_TIME = '!{timestamp:yyyy/MM/dd/HH}/';
const RANDOM_STRING_CHARACTERS = 11;
/** Of the delivery stream's configuration; only UpdateDestination raises it, and the stack owns that. */
const VERSION = '1';
const SUFFIX_TIME = parseDatePattern('yyyy-MM-dd-HH-mm-ss');

export type Prefixes = { data: PrefixTemplate; error: PrefixTemplate };

/** Reads both prefixes with the defaults and the rules between them; throws a plain Error that says what is wrong. */
export function parsePrefixes(prefix: string | undefined, errorPrefix: string | undefined): Prefixes {
  const data = parsePrefix(prefix ?? '');
  if (data.some(({ kind }) => kind === 'error-output-type'))
    throw new Error('prefix cannot contain !{firehose:error-output-type}');
  if (errorPrefix === undefined && hasExpressions(data))
    throw new Error("error_output_prefix can't be null when prefix contains expressions");
  return {
    data: data.some(({ kind }) => kind === 'timestamp') ? data : [...data, ...parsePrefix(DEFAULT_TIME)],
    error: parseErrorPrefix(errorPrefix ?? prefix ?? ''),
  };
}

export function parsePrefix(text: string): PrefixTemplate {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(/!\{([^:}]*):?([^}]*)\}/g)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    parts.push(expression(match[1] as string, match[2] as string));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  if (text.indexOf('!{', end) >= 0) throw new Error(`the expression "${text.slice(end)}" is not closed`);
  return parts;
}

export function evaluate(template: PrefixTemplate, values: PrefixValues): string {
  return template.map((part) => evaluatePart(part, values)).join('');
}

function evaluatePart(part: Part, { at, timeZone, chance }: PrefixValues): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'timestamp':
      return formatDate(part.pattern, at, timeZone);
    case 'random-string':
      return chance.bytes(RANDOM_STRING_CHARACTERS).toString('hex').slice(0, RANDOM_STRING_CHARACTERS);
    case 'error-output-type':
      return ERROR_OUTPUT_TYPE;
  }
}

export function objectKey(
  template: PrefixTemplate,
  values: PrefixValues,
  streamName: string,
  extension: string,
): string {
  const time = formatDate(SUFFIX_TIME, values.at, values.timeZone);
  return `${evaluate(template, values)}${streamName}-${VERSION}-${time}-${values.chance.uuid()}${extension}`;
}

/** An error prefix without expressions, or none at all, is followed by the kind of error and the time. */
function parseErrorPrefix(text: string): PrefixTemplate {
  const parts = parsePrefix(text);
  if (!hasExpressions(parts)) return parsePrefix(`${text}!{firehose:error-output-type}/${DEFAULT_TIME}`);
  if (!parts.some(({ kind }) => kind === 'error-output-type'))
    throw new Error('error_output_prefix with expressions must contain !{firehose:error-output-type}');
  return parts;
}

function hasExpressions(template: PrefixTemplate): boolean {
  return template.some(({ kind }) => kind !== 'text');
}

function expression(namespace: string, value: string): Part {
  if (namespace === 'timestamp') return { kind: 'timestamp', pattern: parseDatePattern(value) };
  if (namespace === 'firehose' && (value === 'random-string' || value === 'error-output-type'))
    return { kind: value };
  if (namespace === 'partitionKeyFromQuery' || namespace === 'partitionKeyFromLambda')
    throw new Error(`!{${namespace}:…} needs dynamic partitioning, which the engine does not have`);
  throw new Error(`!{${namespace}:${value}} is no expression that Firehose knows`);
}
