/** Runs a linter that is on the PATH and answers what it printed. What it found does not make it a failure. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from '../command.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** `found` are the exit codes by which the tool says that it found something. */
export async function output(
  tool: string,
  args: readonly string[],
  { root, found }: { root: string; found: readonly number[] },
): Promise<string> {
  try {
    return (await run(tool, args, { cwd: root, maxBuffer: OUTPUT_BYTES_MAX })).stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 'ENOENT')
      throw new UsageError(
        `${tool} is not on the PATH.`,
        'Install it as `.ci/run` does: `pip install -r .ci/lint-requirements.txt`, and `go install` for actionlint.',
      );
    if (typeof code === 'number' && found.includes(code)) return stdout;
    throw new UsageError(
      `${tool} could not do its work (exit ${code}): ${stderr.trim().split('\n').at(-1)}`,
      `Run it yourself to see all it says: ${tool} ${args.join(' ')}`,
    );
  }
}
