/**
 * Looks whether an environment is as it was applied last: a refresh-only plan, which reads every resource and compares
 * it with the state, and with nothing else. It changes nothing, takes no lock, and writes no state.
 *
 * The plan is made with the configuration that was applied last, not with the one that is checked out: what the provider
 * reads depends on it (its default tags, its version), and a commit that nobody applied must not look like drift. Where
 * no apply was recorded, the configuration here has to do, and that is said.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { type Applied, lastApplied } from '../sealed-bundle/applied.ts';
import type { PlannedState } from '../sealed-bundle/manifest.ts';
import type { StateBucket } from '../sealed-bundle/state-bucket.ts';
import type { ControlPlane } from '../terraform/control-plane.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { type Proposal, STACK_FILE } from '../terraform/proposal.ts';
import { readPlan } from '../terraform/read-plan.ts';
import type { SourceTree } from '../terraform/source-tree.ts';
import { failure, type Terraform } from '../terraform/terraform.ts';
import { inWorkspace, type Workspace } from '../terraform/workspace.ts';
import { type Drifted, driftedIn } from './drifted.ts';
import { type Pending, pendingChanges } from './pending.ts';
import { checkUnlocked, checkUnmoved } from './settled.ts';

export type Look = {
  environment: EnvironmentName;
  /** Whose configuration the resources were read with. */
  configuration: 'applied' | 'here';
  state: PlannedState;
  drifted: readonly Drifted[];
  pending: Pending;
};

export type LookTools = {
  terraform: Terraform;
  plane: ControlPlane;
  bucket: StateBucket;
  /** A line for whoever waits. */
  say: (line: string) => void;
};

const PLAN = 'refresh-only.plan';

export async function lookForDrift(
  { proposal, source }: { proposal: Proposal; source: SourceTree },
  { terraform, plane, bucket, say }: LookTools,
): Promise<Look> {
  const { environment } = plane;
  const applied = await lastApplied(bucket);
  const pending = pendingChanges(applied, source, proposal.files);
  const { from, files, stack } = configurationOf(applied, proposal);
  return inWorkspace({ terraform, plane, files }, async (workspace) => {
    say(`${environment}: preparing Terraform ${terraform.version}`);
    await workspace.init();
    await checkUnlocked(bucket, stack);
    const state = await workspace.state();
    say(`${environment}: reading every resource`);
    const drifted = state.lineage === null ? [] : await refreshed(workspace, environment, stack);
    // In this order: whoever has let go of the lock by now has written the state before.
    await checkUnlocked(bucket, stack);
    checkUnmoved(environment, state, await workspace.state());
    return { environment, configuration: from, state, drifted, pending };
  });
}

type Configuration = {
  from: Look['configuration'];
  files: ReadonlyMap<string, Uint8Array | string>;
  stack: JsonObject;
};

function configurationOf(applied: Applied | undefined, proposal: Proposal): Configuration {
  if (!applied) return { from: 'here', files: proposal.files, stack: proposal.stack };
  const files = new Map(Object.entries(applied.configuration));
  return { from: 'applied', files, stack: JSON.parse(applied.configuration[STACK_FILE]) as JsonObject };
}

async function refreshed(
  workspace: Workspace,
  environment: EnvironmentName,
  stack: JsonObject,
): Promise<Drifted[]> {
  const args = ['plan', '-refresh-only', '-json', '-input=false', '-lock=false', `-out=${PLAN}`];
  const { succeeded, diagnostics } = await workspace.stream(args);
  if (!succeeded) throw failure({ doing: 'look for drift', environment }, diagnostics);
  return driftedIn(readPlan(await workspace.text(['show', '-json', PLAN], 'show what it found')), stack);
}
