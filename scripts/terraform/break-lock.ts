/**
 * Breaks the lock of an environment's state, by the id that the refusal named, so that nobody breaks another lock than
 * the one they read about. It is for a lock whose holder is gone; whoever still holds it would write over the next one.
 */

import { UsageError } from '../command.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Proposal } from './proposal.ts';
import type { Terraform } from './terraform.ts';
import { inWorkspace } from './workspace.ts';

/** From the environment's own stack: its backend says where the lock lies, and init wants the provider of whatever the
 * state holds. */
export async function breakLock(
  id: string,
  { files }: Pick<Proposal, 'files'>,
  tools: { terraform: Terraform; plane: ControlPlane },
): Promise<void> {
  const { environment } = tools.plane;
  await inWorkspace({ ...tools, files }, async (workspace) => {
    await workspace.init();
    try {
      await workspace.text(['force-unlock', '-force', id], 'break the lock');
    } catch (error) {
      const { message } = error as Error;
      if (/NoSuchKey/.test(message))
        throw new UsageError(`The state of ${environment} is not locked.`, 'Nothing is to be broken.');
      const other = /existing lock ID '([^']+)'/.exec(message)?.[1];
      if (other)
        throw new UsageError(
          `The state of ${environment} is not locked by ${id} but by ${other}: somebody else began meanwhile.`,
          'See who that is (run the apply again, and it says so) before you break anything.',
        );
      throw error;
    }
  });
}
