/**
 * The destroy at the end of a rehearsal. There is no command for it, as nobody should destroy an environment by one. It
 * acts on the control plane that it is given and on nothing else: its endpoint is on 127.0.0.1.
 */

import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { BASE_NAMES, nameIn } from '../../stacks/names.ts';
import { readProposal } from '../terraform/proposal.ts';
import { failure, findTerraform } from '../terraform/terraform.ts';
import { inWorkspace } from '../terraform/workspace.ts';
import type { ProposalOf } from './proposals.ts';
import { ENVIRONMENT, type Stage } from './stage.ts';

/** How many resources are left in the state. */
export async function destroyEverything(stage: Stage, { directory }: ProposalOf): Promise<number> {
  const { clients, bucket } = stage;
  const { endpoint, environment, account } = stage.plane;
  if (!endpoint.startsWith('https://127.0.0.1:')) throw new Error(`${endpoint} is not this machine.`);
  const KeyId = `alias/${nameIn(ENVIRONMENT, BASE_NAMES.state)}`;
  const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
  const plane = { environment: ENVIRONMENT, account, bucket, keyId: KeyMetadata?.Arn ?? '' };
  const { files } = readProposal(directory, ENVIRONMENT);
  const terraform = await findTerraform(environment);
  return inWorkspace({ terraform, plane, files }, async (workspace) => {
    await workspace.init();
    const args = ['destroy', '-json', '-input=false', '-auto-approve'];
    const { succeeded, diagnostics } = await workspace.stream(args);
    if (!succeeded) throw failure({ doing: 'destroy everything', environment: ENVIRONMENT }, diagnostics);
    const state: unknown = JSON.parse(await workspace.text(['state', 'pull'], 'read the state'));
    return (state as { resources: unknown[] }).resources.length;
  });
}
