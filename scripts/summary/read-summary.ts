/**
 * Reads a `summary.json` back. It was written by another job, from what a pull request asks for, so it is data from
 * elsewhere: whatever is not of the form that summary.ts writes is refused whole, and what passes still holds texts that
 * only markdown.ts and text.ts know how to show.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { ENVIRONMENT_NAMES } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { COUNTED, type EnvironmentSummary } from './summary.ts';

const text = { type: 'string', maxLength: 8_000 };
const count = { type: 'integer', minimum: 0, maximum: 1_000_000 };
const dollars = { type: 'number', minimum: 0, maximum: 1e12 };
const flag = { type: 'boolean' };
const gitId = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?$' };
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const list = (items: object, maxItems = 10_000) => ({ type: 'array', items, maxItems });

/** Every property given is there, save those that `optional` names, and no other. */
function record(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const beforeAfter = { before: dollars, after: dollars };
const COST = record({
  region: text,
  currency: text,
  date: text,
  monthly: record(beforeAfter),
  lines: list(record({ address: text, what: text, ...beforeAfter })),
  perMillionOrders: record(beforeAfter),
  usageLines: list(record({ what: text, ...beforeAfter })),
  notPriced: list(record({ address: text, why: text })),
});

const CHANGE = record(
  {
    address: text,
    type: text,
    action: { enum: COUNTED },
    previousAddress: text,
    deposed: text,
    reason: text,
    replacePaths: list(text, 1_000),
    attributes: list(record({ path: text, before: text, after: text }), 1_000),
    attributesLeftOut: count,
    stateful: record({ holds: text, effect: text, loss: flag }),
    likeness: text,
  },
  ['previousAddress', 'deposed', 'reason', 'stateful'],
);

const PLAN = record({
  state: record({ lineage: { ...text, type: ['string', 'null'] }, serial: { type: 'integer', minimum: 0 } }),
  terraformVersion: text,
  counts: record(Object.fromEntries(COUNTED.map((action) => [action, count]))),
  unchanged: count,
  drifted: list(text),
  changes: list(CHANGE, 20_000),
  cost: COST,
});

const FINDING = record(
  {
    rule: text,
    severity: { enum: ['block', 'warn', 'note'] },
    address: text,
    sentence: text,
    nextStep: text,
    waived: record({ reason: text, until: text }),
  },
  ['waived'],
);

const OUTCOME = {
  oneOf: [
    record({ kind: { const: 'sealed' }, plan: PLAN, bundleSha256: sha256 }),
    record({ kind: { const: 'refused-plan' }, plan: PLAN }),
    record({ kind: { const: 'refused-proposal' } }),
    record({ kind: { const: 'failed' }, errors: list(text, 1_000) }),
    record({
      kind: { const: 'proposal' },
      resources: { type: 'object', propertyNames: { maxLength: 200 }, additionalProperties: count },
    }),
  ],
};

const validate = new Ajv2020().compile<EnvironmentSummary>(
  record({
    format: { const: 1 },
    environment: { enum: ENVIRONMENT_NAMES },
    commit: gitId,
    tree: gitId,
    findings: list(FINDING),
    outcome: OUTCOME,
  }),
);

/** `path` is for the sentence when it is none. */
export function readSummary(text: string, path: string): EnvironmentSummary {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw refused(path, `it is not JSON (${(error as Error).message})`);
  }
  if (!validate(parsed)) {
    const [error] = validate.errors ?? [];
    throw refused(path, `${error?.instancePath || 'it'} ${error?.message}`);
  }
  const counted = countsFault(parsed);
  if (counted) throw refused(path, counted);
  return parsed;
}

/** The table is written from the counts and the lines from the changes: one of them must not hide the other. */
function countsFault({ outcome }: EnvironmentSummary): string | undefined {
  if (outcome.kind !== 'sealed' && outcome.kind !== 'refused-plan') return undefined;
  const { counts, changes } = outcome.plan;
  const wrong = COUNTED.find(
    (each) => counts[each] !== changes.filter(({ action }) => action === each).length,
  );
  return wrong && `it counts ${counts[wrong]} of ${wrong} and lists another number`;
}

function refused(path: string, reason: string): UsageError {
  return new UsageError(
    `${path} is no summary of a plan: ${reason}.`,
    'Give the files that `npm run plan -- --summary FILE` of this same version wrote.',
  );
}
