/**
 * Applies a sealed bundle, exactly that plan, or refuses with everything that differs: opened with the environment's
 * key, compared with what is checked out, with the tools and with the state as it is now, then handed to Terraform as
 * the saved plan that it is. It makes no plan, and it asks nobody.
 *
 *     bundle → open → init → refusals → [apply] → what became of each address
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { recordApplied } from '../sealed-bundle/applied.ts';
import type { DataKeys } from '../sealed-bundle/data-keys.ts';
import { type Manifest, PLAN_FILE, sha256Hex } from '../sealed-bundle/manifest.ts';
import { type OpenedBundle, openBundle } from '../sealed-bundle/open.ts';
import { type Refusal, refusals } from '../sealed-bundle/refusals.ts';
import type { StateBucket } from '../sealed-bundle/state-bucket.ts';
import { type ApplyReport, applyReport } from './apply-report.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Message } from './messages.ts';
import { readPlan } from './read-plan.ts';
import { rescueState } from './rescue-state.ts';
import type { SourceTree } from './source-tree.ts';
import { failure, type Terraform } from './terraform.ts';
import { inWorkspace, type Workspace } from './workspace.ts';

export type ApplyOptions = {
  bundle: Uint8Array;
  environment: EnvironmentName;
  /** What is checked out. */
  source: SourceTree;
  /** What the sources that are checked out synthesize, by path; absent when another tree is named than theirs. */
  synthesized?: ReadonlyMap<string, Uint8Array>;
};

export type ApplyTools = {
  terraform: Terraform;
  plane: ControlPlane;
  keys: DataKeys;
  /** Where it is recorded what was applied last. */
  bucket: StateBucket;
  now: () => Date;
  /** A line for whoever waits. */
  say: (line: string) => void;
  /** Where a state is kept that could not be written to the bucket. */
  rescue: string;
};

export type Applied =
  | { kind: 'refused'; manifest: Manifest; refusals: readonly Refusal[] }
  | { kind: 'nothing-to-do'; manifest: Manifest }
  | { kind: 'applied'; manifest: Manifest; report: ApplyReport }
  | {
      kind: 'failed-half-way';
      manifest: Manifest;
      report: ApplyReport;
      /** Set when the state could not be written: what was done about it. */
      stateLost?: string;
    };

export async function applyBundle(
  { bundle, environment, source, synthesized }: ApplyOptions,
  tools: ApplyTools,
): Promise<Applied> {
  const { terraform, plane, keys, say } = tools;
  const { manifest, files } = await openBundle(bundle, keys);
  const digests = digestsOf(files);
  return inWorkspace({ terraform, plane, files }, async (workspace) => {
    say(`${environment}: preparing Terraform ${terraform.version}`);
    await workspace.init();
    const found = refusals(manifest, {
      environment,
      ...source,
      terraformVersion: terraform.version,
      providers: await workspace.providers(),
      state: await workspace.state(),
      files: digests,
      ...(synthesized ? { synthesized: digestsOf(synthesized) } : {}),
    });
    if (found.length > 0) return { kind: 'refused', manifest, refusals: found };
    const plan = readPlan(await workspace.text(['show', '-json', PLAN_FILE], 'show the plan'));
    const applied = plan.applyable
      ? await applyPlan(workspace, manifest, tools)
      : ({ kind: 'nothing-to-do', manifest } as const);
    if (applied.kind !== 'failed-half-way') await record(workspace, { manifest, files }, bundle, tools);
    return applied;
  });
}

function digestsOf(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
}

async function applyPlan(
  workspace: Workspace,
  manifest: Manifest,
  { say, rescue }: ApplyTools,
): Promise<Applied> {
  const messages: Message[] = [];
  const args = ['apply', '-json', '-input=false', PLAN_FILE];
  const { succeeded, diagnostics } = await workspace.stream(args, (message) => {
    messages.push(message);
    if ('text' in message) say(message.text);
  });
  const report = applyReport(messages, diagnostics);
  if (succeeded) return { kind: 'applied', manifest, report };
  const stateLost = await rescueState(workspace, rescue);
  const begun = messages.some(({ kind }) => kind === 'started');
  if (!begun && stateLost === undefined)
    throw failure({ doing: 'apply the plan', environment: manifest.environment }, diagnostics);
  return { kind: 'failed-half-way', manifest, report, ...(stateLost === undefined ? {} : { stateLost }) };
}

/** For the drift report. It comes after the apply, so that whatever happens to it, the apply is done. */
async function record(
  workspace: Workspace,
  opened: OpenedBundle,
  bundle: Uint8Array,
  { bucket, now, say }: ApplyTools,
): Promise<void> {
  try {
    const state = await workspace.state();
    const bundleSha256 = sha256Hex(bundle);
    await recordApplied(bucket, { ...opened, bundleSha256, state, appliedAt: now().toISOString() });
  } catch (error) {
    say(`What was applied could not be recorded for the drift report: ${(error as Error).message}`);
  }
}
