/**
 * The waivers of `.github/waivers.json`: what a check would stop, let through once, for a reason, until a day. A change
 * carries its waiver with it, so whoever reviews the one reads the other. A waiver names one address and never a
 * pattern. The gate (scripts/gate/) knows no waivers at all.
 *
 * `until` is a date and the last day on which the waiver holds, by UTC, so that it ends at one moment for everybody.
 * After it the waiver covers nothing, and a note says that it once did.
 */

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../stacks/names.ts';
import { UsageError } from './command.ts';
import type { Finding } from './finding.ts';

const WAIVER_KINDS = ['stateful', 'review', 'drift', 'lint'] as const;
export type WaiverKind = (typeof WAIVER_KINDS)[number];

export type Waiver = {
  /** The check that it speaks to. */
  kind: WaiverKind;
  /** One rule of the check; all of them when absent. */
  rule?: string;
  /** One environment; all of them when absent. */
  environment?: EnvironmentName;
  address: string;
  /** One attribute of the address; then it covers nothing that concerns the address as a whole. */
  attribute?: string;
  reason: string;
  /** `2026-12-31`: the last day on which it holds. */
  until: string;
};

export type Waivers = readonly Waiver[];

/** What a waiver may cover. */
export type Subject = {
  kind: WaiverKind;
  environment?: EnvironmentName;
  rule: string;
  address: string;
  attribute?: string;
};

export type Cover =
  | { kind: 'none' }
  | { kind: 'covered'; waiver: Waiver }
  /** A waiver fits, and its last day is over. */
  | { kind: 'expired'; waiver: Waiver };

const REASON_CHARACTERS_MIN = 20;
const EXAMPLE =
  '{ "kind": "stateful", "environment": "dev", "address": "aws_kinesis_stream.kinesis", ' +
  '"reason": "Rebuilt for the new shard key; its day of records is replayed.", "until": "2026-12-31" }';

const text = { type: 'string', minLength: 1 };
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['waivers'],
  properties: {
    waivers: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'address', 'reason', 'until'],
        properties: {
          kind: { enum: WAIVER_KINDS },
          rule: text,
          environment: { enum: ENVIRONMENT_NAMES },
          address: text,
          attribute: text,
          reason: text,
          until: text,
        },
      },
    },
  },
};

const validate = new Ajv2020({ allErrors: true }).compile<{ waivers: Waiver[] }>(SCHEMA);

/** The waivers of a file; `path` is for the sentence when it is not one. */
export function readWaivers(text: string, path: string): Waivers {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw bad(path, `is not JSON: ${(error as Error).message}`);
  }
  if (!validate(parsed)) throw bad(path, formFault(validate.errors?.[0]));
  for (const [index, waiver] of parsed.waivers.entries()) {
    const fault = meaningFault(waiver);
    if (fault) throw bad(path, `/waivers/${index} ${fault}`);
  }
  return parsed.waivers;
}

/** The findings, each that a waiver covers marked so, and a note for each that an expired waiver would have covered. */
export function waive(
  findings: readonly Finding[],
  waivers: Waivers,
  { kind, environment, today }: { kind: WaiverKind; environment?: EnvironmentName; today: string },
): Finding[] {
  return findings.flatMap((finding) => {
    const { rule, address } = finding;
    const cover = coverOf({ kind, rule, address, ...(environment && { environment }) }, waivers, today);
    if (cover.kind === 'none') return [finding];
    const { waiver } = cover;
    if (cover.kind === 'expired') return [finding, expiredNote(finding, waiver)];
    return [{ ...finding, waived: { reason: waiver.reason, until: waiver.until } }];
  });
}

/** The waiver that covers the subject on that day (`2026-12-31`, by UTC); of several, the one that holds longest. */
export function coverOf(subject: Subject, waivers: Waivers, today: string): Cover {
  if (!isDate(today)) throw new Error(`Today must be a date such as 2026-12-31, not "${today}".`);
  const [waiver] = waivers
    .filter((each) => fits(each, subject))
    .sort((a, b) => b.until.localeCompare(a.until));
  if (!waiver) return { kind: 'none' };
  return { kind: waiver.until >= today ? 'covered' : 'expired', waiver };
}

/** The day of an instant by UTC, as waivers count days. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function fits(waiver: Waiver, { kind, environment, rule, address, attribute }: Subject): boolean {
  return (
    waiver.kind === kind &&
    waiver.address === address &&
    (waiver.rule === undefined || waiver.rule === rule) &&
    (waiver.environment === undefined || waiver.environment === environment) &&
    (waiver.attribute === undefined || waiver.attribute === attribute)
  );
}

function expiredNote({ rule, address }: Finding, { reason, until }: Waiver): Finding {
  return {
    rule: 'waiver-expired',
    severity: 'note',
    address,
    sentence: `A waiver of ${rule} ended with ${until} and covers nothing any more. It said: ${reason}`,
    nextStep:
      'Remove it from .github/waivers.json, or give it a new reason and day if the change is still meant.',
  };
}

/** What the form cannot say: a date that exists, an address that is one, a reason that is one. */
function meaningFault({ address, reason, until }: Waiver): string | undefined {
  if (/[*?\s]/.test(address))
    return `has the address "${address}": a waiver names one address, without wildcards or spaces.`;
  if (reason.trim().length < REASON_CHARACTERS_MIN || !/\S\s+\S/.test(reason.trim()))
    return `has the reason "${reason}": write a sentence that says why this is right.`;
  if (!isDate(until))
    return `has until "${until}": give the last day on which it holds, as a date such as 2026-12-31.`;
  return undefined;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && utcDay(at) === text;
}

function formFault(error: ErrorObject | undefined): string {
  const place = error?.instancePath || 'The file';
  const { additionalProperty, missingProperty, allowedValues } = error?.params ?? {};
  if (additionalProperty !== undefined) return `${place} has "${additionalProperty}", which is not known.`;
  if (missingProperty !== undefined) return `${place} lacks "${missingProperty}".`;
  if (allowedValues) return `${place} must be one of ${allowedValues.join(', ')}.`;
  return `${place} ${error?.message}.`;
}

function bad(path: string, fault: string): UsageError {
  return new UsageError(`${path}: ${fault}`, `A waiver is written as ${EXAMPLE}`);
}
