/** The bootstrap stack of one environment and account, synthesized in a process of its own (stacks/bootstrap-main.ts). */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import type { Repository } from './repository.ts';

export type Wanted = {
  environment: EnvironmentName;
  account: string;
  repository: Repository;
  github: 'made here' | 'existing';
};

const APP = fileURLToPath(new URL('../../stacks/bootstrap-main.ts', import.meta.url));

/** The files that Terraform needs, by name. */
export async function bootstrapStack(wanted: Wanted): Promise<ReadonlyMap<string, string>> {
  const out = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  try {
    const code = await runApp(wanted, out);
    if (code !== 0)
      throw new UsageError(
        `The bootstrap of ${wanted.environment} could not be synthesized.`,
        'The reason stands above; it is in stacks/.',
      );
    const folder = join(out, 'stacks', `bootstrap-${wanted.environment}`);
    return new Map(
      ['cdk.tf.json', '.terraform.lock.hcl'].map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Nothing of the caller's own CDKTF settings reaches it. */
function runApp(wanted: Wanted, out: string): Promise<number | null> {
  const own = Object.entries(process.env).filter(([name]) => !/^(CDKTF_|SYNTH_HCL)/.test(name));
  const app = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), APP], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...Object.fromEntries(own), CDKTF_OUTDIR: out, PIPELINE_BOOTSTRAP: JSON.stringify(wanted) },
  });
  return new Promise((done, failed) => {
    app.once('error', failed);
    app.once('exit', done);
  });
}
