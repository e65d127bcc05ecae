/**
 * What a plan comes to, as data: small enough to read, without one sensitive value, and whole enough that a terminal,
 * a comment and a status can be written from it and from nothing else. It leaves the job that has credentials as
 * `summary.json`; whoever reads it back takes it as data from elsewhere (read-summary.ts).
 */

import { createHash } from 'node:crypto';
import type { EnvironmentName } from '../../stacks/names.ts';
import type { Finding } from '../finding.ts';
import { type Cost, costOf } from '../prices/cost.ts';
import { type PlannedState, sha256Hex } from '../sealed-bundle/manifest.ts';
import type { Action, JsonObject, Plan, ResourceChange } from '../terraform/plan-json.ts';
import { type AttributeChange, attributeChanges } from './attributes.ts';
import { shorten } from './shorten.ts';
import { type StatefulEffect, statefulEffect } from './stateful-effect.ts';
import { withoutName } from './without-name.ts';

/** In the order of what a reader must not miss. */
export const COUNTED = ['delete', 'replace', 'forget', 'update', 'create', 'move'] as const;
export type Counted = (typeof COUNTED)[number];

export type ChangeSummary = {
  address: string;
  type: string;
  /** `move`: a new address and nothing else. */
  action: Counted;
  previousAddress?: string;
  deposed?: string;
  reason?: string;
  /** The arguments that force the replacement. */
  replacePaths: readonly string[];
  attributes: readonly AttributeChange[];
  /** How many more attributes change than are listed. */
  attributesLeftOut: number;
  stateful?: StatefulEffect;
  /** Equal where two environments change alike, their own names and account aside. */
  likeness: string;
};

export type PlanSummary = {
  state: PlannedState;
  terraformVersion: string;
  counts: Readonly<Record<Counted, number>>;
  /** Resources that the plan leaves as they are. */
  unchanged: number;
  /** What was changed outside Terraform and this plan would set right. */
  drifted: readonly string[];
  changes: readonly ChangeSummary[];
  cost: Cost;
};

export type Outcome =
  /** Nothing stops it: the bundle with this SHA-256 is what would be applied. */
  | { kind: 'sealed'; plan: PlanSummary; bundleSha256: string }
  | { kind: 'refused-plan'; plan: PlanSummary }
  /** A finding stopped it before anything was planned. */
  | { kind: 'refused-proposal' }
  /** Terraform, the provider or AWS said no, in their words. */
  | { kind: 'failed'; errors: readonly string[] }
  /** Nothing was planned, because no credentials are given to it: what the stack asks for, by type. */
  | { kind: 'proposal'; resources: Readonly<Record<string, number>> };

export type EnvironmentSummary = {
  format: 1;
  environment: EnvironmentName;
  commit: string;
  tree: string;
  findings: readonly Finding[];
  outcome: Outcome;
};

type About = { environment: EnvironmentName; commit: string; tree: string; findings: readonly Finding[] };
/** What came of planning; scripts/terraform/plan-environment.ts answers it in this form. */
type Came =
  | { kind: 'sealed'; plan: Plan; state: PlannedState; bundle: Uint8Array }
  | { kind: 'refused-plan'; plan: Plan; state: PlannedState }
  | { kind: 'refused-proposal' }
  | { kind: 'failed'; errors: readonly string[] }
  | { kind: 'proposal'; stack: JsonObject };

const ATTRIBUTES_MAX = 40;
const DRIFTED_MAX = 200;
const TEXT_CHARACTERS_MAX = 4_000;

export function summarize(planned: About & Came): EnvironmentSummary {
  const { environment, commit, tree } = planned;
  return {
    format: 1,
    environment,
    commit,
    tree,
    findings: planned.findings.map(shortFinding),
    outcome: outcomeOf(planned, environment),
  };
}

function outcomeOf(came: Came, environment: EnvironmentName): Outcome {
  switch (came.kind) {
    case 'sealed': {
      const plan = planSummary(came.plan, came.state, environment);
      return { kind: 'sealed', plan, bundleSha256: sha256Hex(came.bundle) };
    }
    case 'refused-plan':
      return { kind: 'refused-plan', plan: planSummary(came.plan, came.state, environment) };
    case 'refused-proposal':
      return { kind: 'refused-proposal' };
    case 'failed':
      return { kind: 'failed', errors: came.errors.map(shortText) };
    case 'proposal':
      return { kind: 'proposal', resources: resourcesOf(came.stack) };
  }
}

function planSummary(plan: Plan, state: PlannedState, environment: EnvironmentName): PlanSummary {
  const own = { environment, account: accountOf(plan) };
  const changes = plan.changes.flatMap((change) => changeSummary(change, own)).sort(byWeight);
  const counts = Object.fromEntries(
    COUNTED.map((action) => [action, changes.filter((change) => change.action === action).length]),
  ) as Record<Counted, number>;
  return {
    state,
    terraformVersion: plan.terraformVersion,
    counts,
    unchanged: plan.changes.filter(({ action }) => action === 'no-op').length - counts.move,
    drifted: plan.drift.slice(0, DRIFTED_MAX).map(({ address }) => address),
    changes,
    cost: costOf(plan),
  };
}

function changeSummary(change: ResourceChange, own: Own): ChangeSummary[] {
  const action = countedAs(change);
  if (!action) return [];
  const all = attributeChanges(change);
  // What goes has no attribute to come; only its address, and what it held, are of interest.
  const attributes = action === 'delete' || action === 'forget' ? [] : all;
  const stateful = statefulEffect(change);
  const { address, type, previousAddress, deposed, reason, replacePaths } = change;
  return [
    {
      address,
      type,
      action,
      ...(previousAddress === undefined ? {} : { previousAddress }),
      ...(deposed === undefined ? {} : { deposed }),
      ...(reason === undefined ? {} : { reason }),
      replacePaths,
      attributes: attributes.slice(0, ATTRIBUTES_MAX),
      attributesLeftOut: Math.max(0, attributes.length - ATTRIBUTES_MAX),
      ...(stateful ? { stateful } : {}),
      likeness: likenessOf(
        { address, action, previousAddress, deposed, replacePaths },
        { attributes, effect: stateful?.effect },
        own,
      ),
    },
  ];
}

function countedAs({ action, previousAddress }: ResourceChange): Counted | undefined {
  const counted: Record<Action, Counted | undefined> = {
    create: 'create',
    update: 'update',
    replace: 'replace',
    delete: 'delete',
    forget: 'forget',
    read: undefined,
    'no-op': previousAddress === undefined ? undefined : 'move',
  };
  return counted[action];
}

/** What would be lost first, then by weight of the action, then by address. */
function byWeight(a: ChangeSummary, b: ChangeSummary): number {
  const weight = ({ stateful, action }: ChangeSummary) =>
    (stateful?.loss ? 0 : stateful ? 100 : 200) + COUNTED.indexOf(action);
  return weight(a) - weight(b) || a.address.localeCompare(b.address, 'en', { numeric: true });
}

/** What an environment calls itself. */
type Own = { environment: EnvironmentName; account: string | undefined };

/** Names end in the environment, ARNs and buckets hold the account: neither makes a change another one. An address does,
 * and so does every account but the environment's own. */
function likenessOf(what: object, values: object, { environment, account }: Own): string {
  const named = withoutName(JSON.stringify(values), environment);
  const text = account === undefined ? named : named.replaceAll(account, '<account>');
  return createHash('sha256').update(JSON.stringify(what)).update(text).digest('hex').slice(0, 16);
}

/** The plan does not say whose it is; the account that it names most is. If that is wrong, more differs, never less. */
function accountOf({ changes }: Plan): string | undefined {
  const counts = new Map<string, number>();
  for (const { before, after } of changes)
    for (const [account] of JSON.stringify([before, after]).matchAll(/(?<!\d)\d{12}(?!\d)/g))
      counts.set(account, (counts.get(account) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function resourcesOf(stack: JsonObject): Record<string, number> {
  const types = Object.entries((stack['resource'] ?? {}) as JsonObject);
  return Object.fromEntries(
    types.map(([type, named]) => [type, Object.keys((named ?? {}) as object).length]).sort(),
  );
}

function shortFinding({ rule, severity, address, sentence, nextStep, waived }: Finding): Finding {
  const texts = { sentence: shortText(sentence), nextStep: shortText(nextStep) };
  if (!waived) return { rule, severity, address, ...texts };
  return {
    rule,
    severity,
    address,
    ...texts,
    waived: { reason: shortText(waived.reason), until: waived.until },
  };
}

function shortText(text: string): string {
  return shorten(text, TEXT_CHARACTERS_MAX);
}
