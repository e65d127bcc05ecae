/**
 * Plans one environment from a proposal, and seals the plan when nothing stops it. The proposal is data: it may be a
 * pull request's, and what is run over it is this checkout's code. What was refused is never sealed, so it can never be
 * applied.
 *
 *     proposal → gate, stateful lock → init, plan, show → stateful lock, review → [seal] → bundle
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { blocks, type Finding } from '../finding.ts';
import type { DataKeys } from '../sealed-bundle/data-keys.ts';
import { type Manifest, PLAN_FILE, type PlannedState } from '../sealed-bundle/manifest.ts';
import { seal } from '../sealed-bundle/seal.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Judges } from './judges.ts';
import { type Diagnostic, sentenceOf } from './messages.ts';
import type { Plan } from './plan-json.ts';
import { type Proposal, readProposal } from './proposal.ts';
import { readPlan } from './read-plan.ts';
import type { SourceTree } from './source-tree.ts';
import type { Terraform } from './terraform.ts';
import { troubleIn } from './trouble.ts';
import { inWorkspace, type Workspace } from './workspace.ts';

export type PlanOptions = {
  environment: EnvironmentName;
  /** The folder that synth wrote. */
  proposal: string;
  /** What the proposal was made from. */
  source: SourceTree;
};

export type PlanTools = {
  terraform: Terraform;
  /** Asked for after the gate: a proposal that is refused never comes near a credential. */
  plane: () => Promise<ControlPlane>;
  keys: (plane: ControlPlane) => DataKeys;
  judges: Judges;
  now: () => Date;
  /** A line for whoever waits. */
  say: (line: string) => void;
};

export type Planned =
  /** Before anything was planned. */
  | { kind: 'refused-proposal'; proposal: Proposal; findings: readonly Finding[] }
  /** The provider or AWS said no; their words, by address. */
  | { kind: 'failed'; proposal: Proposal; findings: readonly Finding[]; errors: readonly string[] }
  | {
      kind: 'refused-plan';
      proposal: Proposal;
      findings: readonly Finding[];
      plan: Plan;
      state: PlannedState;
    }
  | {
      kind: 'sealed';
      proposal: Proposal;
      findings: readonly Finding[];
      plan: Plan;
      state: PlannedState;
      bundle: Uint8Array;
    };

export async function planEnvironment(options: PlanOptions, tools: PlanTools): Promise<Planned> {
  const { environment } = options;
  const proposal = readProposal(options.proposal, environment);
  const first = tools.judges.ofProposal(proposal, tools.now());
  if (blocks(first)) return { kind: 'refused-proposal', proposal, findings: first };
  const plane = await tools.plane();
  return inWorkspace({ terraform: tools.terraform, plane, files: proposal.files }, async (workspace) => {
    tools.say(`${environment}: preparing Terraform ${tools.terraform.version}`);
    await workspace.init();
    // Before the plan: if the state moves in between, the bundle is stale, and never newer than it says.
    const state = await workspace.state();
    tools.say(`${environment}: planning against serial ${state.serial} of the state`);
    const errors = await makePlan(workspace, environment, tools.say);
    if (errors.length > 0) return { kind: 'failed', proposal, findings: first, errors };
    const plan = readPlan(await workspace.text(['show', '-json', PLAN_FILE], 'show the plan'));
    refuseHalf(plan, environment);
    const findings = [...first, ...tools.judges.ofPlan(plan, proposal, tools.now())];
    if (blocks(findings)) return { kind: 'refused-plan', proposal, findings, plan, state };
    tools.say(`${environment}: sealing`);
    const bundle = await sealed(workspace, { options, state, tools, proposal, plane });
    return { kind: 'sealed', proposal, findings, plan, state, bundle };
  });
}

/** The plan role may not write the state's lock; what changes meanwhile is seen at the apply, by serial and by
 * Terraform itself. Terraform also saves a plan that failed, so its errors are asked for and not the file. */
async function makePlan(
  workspace: Workspace,
  environment: EnvironmentName,
  say: (line: string) => void,
): Promise<readonly string[]> {
  let refreshed = 0;
  const args = ['plan', '-json', '-input=false', '-lock=false', `-out=${PLAN_FILE}`];
  const { succeeded, diagnostics } = await workspace.stream(args, (message) => {
    if (message.kind === 'progress' && message.text.includes('Refreshing state')) {
      refreshed += 1;
      if (refreshed % 20 === 0) say(`${environment}: ${refreshed} resources read`);
    }
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (succeeded && errors.length === 0) return [];
  const known = troubleIn(errors.filter(isOfNoResource), environment);
  if (known) throw new UsageError(known.problem, known.nextStep);
  return errors.map(sentenceOf);
}

function isOfNoResource({ address }: Diagnostic): boolean {
  return address === undefined;
}

function refuseHalf({ complete, errored }: Plan, environment: EnvironmentName): void {
  if (complete && !errored) return;
  throw new UsageError(
    `Terraform left a part of ${environment} out of the plan, so an apply would not make what is described.`,
    'Plan again without -target, deferrals or errors; nothing was sealed.',
  );
}

async function sealed(
  workspace: Workspace,
  {
    options: { environment, source },
    state,
    tools: { terraform, keys, now },
    proposal,
    plane,
  }: {
    options: PlanOptions;
    state: PlannedState;
    tools: PlanTools;
    proposal: Proposal;
    plane: ControlPlane;
  },
): Promise<Uint8Array> {
  const manifest: Omit<Manifest, 'files'> = {
    format: 1,
    environment,
    ...source,
    sealedAt: now().toISOString(),
    terraformVersion: terraform.version,
    providers: await workspace.providers(),
    state,
  };
  const files = new Map([...proposal.files, [PLAN_FILE, workspace.read(PLAN_FILE)]]);
  return seal({ manifest, files }, keys(plane));
}
