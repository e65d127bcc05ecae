/**
 * The CDKTF app of the bootstrap: synthesizes one environment's stack to `$CDKTF_OUTDIR/stacks/bootstrap-<env>/`, for
 * the account that PIPELINE_BOOTSTRAP names. scripts/bootstrap.ts starts it; it asks AWS nothing.
 */

import { copyFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'cdktf';
import { Bootstrap, bootstrapName } from './bootstrap.ts';
import { ENVIRONMENTS } from './environments.ts';
import type { Repository } from './identity/github.ts';
import type { EnvironmentName } from './names.ts';

/** scripts/bootstrap/stack.ts writes it, and has checked every part. */
type Wanted = {
  environment: EnvironmentName;
  account: string;
  repository: Repository;
  github: 'made here' | 'existing';
};

const wanted = JSON.parse(process.env['PIPELINE_BOOTSTRAP'] ?? '') as Wanted;
const outdir = resolve(process.env['CDKTF_OUTDIR'] ?? 'cdktf.out');
const app = new App({ outdir, stackTraces: false });
new Bootstrap(app, { ...wanted, environment: ENVIRONMENTS[wanted.environment] });
app.synth();
const lockFile = '.terraform.lock.hcl';
copyFileSync(
  fileURLToPath(new URL(lockFile, import.meta.url)),
  join(outdir, 'stacks', bootstrapName(wanted.environment), lockFile),
);
