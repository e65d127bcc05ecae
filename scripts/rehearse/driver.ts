/**
 * What a rehearsal does with Terraform past the commands of this repository: a look at a plan's every difference, and
 * the destroy at the end, for which there is no command, as nobody should destroy an environment by one. It acts on the
 * control plane that it is given and on nothing else: its endpoint is 127.0.0.1.
 */

import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { BASE_NAMES, nameIn } from '../../stacks/names.ts';
import type { ControlPlane } from '../terraform/control-plane.ts';
import type { Plan } from '../terraform/plan-json.ts';
import { readProposal } from '../terraform/proposal.ts';
import { readPlan } from '../terraform/read-plan.ts';
import { findTerraform } from '../terraform/terraform.ts';
import { inWorkspace, type Workspace } from '../terraform/workspace.ts';
import { check } from './promise.ts';
import type { ProposalOf } from './proposals.ts';
import { ENVIRONMENT, type Stage } from './stage.ts';

const PLAN = 'look.tfplan';

export type Driver = {
  plan(proposal: ProposalOf): Promise<Plan>;
  /** How many resources are left in the state. */
  destroy(proposal: ProposalOf): Promise<number>;
};

export function driver(stage: Stage): Driver {
  const work = async <T>({ directory }: ProposalOf, doing: (workspace: Workspace) => Promise<T>) => {
    const terraform = await findTerraform(stage.plane.environment);
    const { files } = readProposal(directory, ENVIRONMENT);
    return inWorkspace({ terraform, plane: await controlPlane(stage), files }, async (workspace) => {
      await workspace.init();
      return doing(workspace);
    });
  };
  return {
    plan: (proposal) =>
      work(proposal, async (workspace) => {
        await succeeds(workspace, ['plan', '-json', '-input=false', `-out=${PLAN}`]);
        return readPlan(await workspace.text(['show', '-json', PLAN], 'show the plan'));
      }),
    destroy: (proposal) =>
      work(proposal, async (workspace) => {
        await succeeds(workspace, ['destroy', '-json', '-input=false', '-auto-approve']);
        const state = JSON.parse(await workspace.text(['state', 'pull'], 'read the state'));
        return (state as { resources: { mode: string }[] }).resources.length;
      }),
  };
}

async function succeeds(workspace: Workspace, args: readonly string[]): Promise<void> {
  const { succeeded, diagnostics } = await workspace.stream(args);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  check(
    succeeded,
    `terraform ${args[0]}: ${errors.map(({ summary, detail }) => `${summary} ${detail}`).join('\n')}`,
  );
}

async function controlPlane({ plane, bucket, clients }: Stage): Promise<ControlPlane> {
  const KeyId = `alias/${nameIn(ENVIRONMENT, BASE_NAMES.state)}`;
  const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
  return { environment: ENVIRONMENT, account: plane.account, bucket, keyId: KeyMetadata?.Arn ?? '' };
}
