/**
 * When an apply could not write the state to the bucket (the session ended meanwhile, the bucket was out of reach),
 * Terraform leaves it beside the plan, in a folder that is deleted at the end. Without it nobody knows what now exists,
 * so it is pushed once more, and else kept on this machine, readable by its owner alone.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../command.ts';
import type { Workspace } from './workspace.ts';

const LEFT_BEHIND = 'errored.tfstate';

/** What was done, in a sentence; nothing when the state is where it belongs. */
export async function rescueState(workspace: Workspace, path: string): Promise<string | undefined> {
  if (!workspace.has(LEFT_BEHIND)) return undefined;
  try {
    await workspace.text(['state', 'push', LEFT_BEHIND], 'write the state');
    return 'The state could not be written at first; a second try wrote it.';
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, workspace.read(LEFT_BEHIND), { mode: 0o600 });
    return (
      `THE STATE COULD NOT BE WRITTEN (${error.message}) It lies in ${path}, and it holds secrets. ` +
      'Push it before anything else is planned (docs/RUNBOOK.md, "A failed apply").'
    );
  }
}
