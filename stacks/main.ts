/**
 * The CDKTF app: synthesizes the environments that PIPELINE_ENVIRONMENTS names (all, when it names none) to
 * `$CDKTF_OUTDIR/stacks/<environment>/cdk.tf.json`, the Lambdas' zips beside it under assets/. cdktf-cli starts it by
 * cdktf.json; `npm run synth` needs neither. The same sources give the same bytes, wherever they lie.
 *
 * What it writes is a proposal: data that is whole without the sources it was made from. So the provider lock file lies
 * beside each stack before `terraform init` looks for one (CDKTF would let init write a new one into an ignored folder
 * and lock nothing), and the waivers and the stateful-address lock of the same change lie beside the stacks.
 */

import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'cdktf';
import { bundleLambda } from '../scripts/bundle.ts';
import { ENVIRONMENTS } from './environments.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from './names.ts';
import type { LambdaBundle } from './node-function.ts';
import { Pipeline } from './pipeline.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const wanted = environmentNames(process.env['PIPELINE_ENVIRONMENTS']);
const outdir = resolve(process.env['CDKTF_OUTDIR'] ?? 'cdktf.out');
mkdirSync(outdir, { recursive: true });
copyFileSync(join(ROOT, '.github', 'waivers.json'), join(outdir, 'waivers.json'));
copyFileSync(join(ROOT, 'stacks', 'stateful.lock.json'), join(outdir, 'stateful.lock.json'));

const app = new App({ outdir, stackTraces: false });
for (const name of wanted) {
  const bundle = (lambda: string, entry: string): LambdaBundle => {
    const { sha256Base64 } = bundleLambda({
      name: lambda,
      entry,
      outDir: join(outdir, 'stacks', name, 'assets'),
    });
    return { filename: `assets/${lambda}.zip`, sha256Base64 };
  };
  new Pipeline(app, ENVIRONMENTS[name], {
    transform: bundle('transform', 'lambdas/transform/handler.ts'),
    publishViews: bundle('publish-views', 'lambdas/publish-views/handler.ts'),
  });
  const lockFile = '.terraform.lock.hcl';
  copyFileSync(join(ROOT, 'stacks', lockFile), join(outdir, 'stacks', name, lockFile));
}
app.synth();

function environmentNames(list: string | undefined): readonly EnvironmentName[] {
  if (!list) return ENVIRONMENT_NAMES;
  return list.split(',').map((name) => {
    const found = ENVIRONMENT_NAMES.find((each) => each === name);
    if (!found)
      throw new Error(`There is no environment "${name}". Give one of ${ENVIRONMENT_NAMES.join(', ')}.`);
    return found;
  });
}
