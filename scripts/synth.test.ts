import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import type { UsageError } from './command.ts';
import { runApp, stackFileIn, synthesize } from './synth.ts';
import { findTerraform, type Terraform } from './terraform/terraform.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'synth-'));
const [here, elsewhere] = [join(work, 'here'), join(work, 'else', 'where')];

before(async () => {
  const other = join(work, 'cwd');
  mkdirSync(other);
  await Promise.all([runApp(ENVIRONMENT_NAMES, here), synthesizeFrom(other)]);
});
after(() => rmSync(work, { recursive: true }));

/** The same app, in a process of its own, started in another directory. */
function synthesizeFrom(cwd: string) {
  return run(process.execPath, ['--import', import.meta.resolve('tsx'), join(ROOT, 'stacks/main.ts')], {
    cwd,
    env: { PATH: process.env['PATH'], TZ: 'Asia/Kathmandu', CDKTF_OUTDIR: relative(cwd, elsewhere) },
  });
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

test('two processes in two directories write the same bytes', () => {
  const files = filesUnder(here);
  assert.deepEqual(filesUnder(elsewhere), files);
  assert.equal(files.filter((file) => file.startsWith('stacks/')).length, ENVIRONMENT_NAMES.length * 4);
  for (const file of files)
    assert.ok(readFileSync(join(here, file)).equals(readFileSync(join(elsewhere, file))), file);
});

test('a proposal is whole: each stack has its provider lock file, the waivers and the lock lie beside the stacks', () => {
  const same = (made: string, source: string) =>
    assert.ok(readFileSync(join(here, made)).equals(readFileSync(join(ROOT, source))), made);
  for (const name of ENVIRONMENT_NAMES)
    same(`stacks/${name}/.terraform.lock.hcl`, 'stacks/.terraform.lock.hcl');
  same('waivers.json', '.github/waivers.json');
  same('stateful.lock.json', 'stacks/stateful.lock.json');
});

test('the provider is locked by the version that the stacks pin, for every platform', () => {
  const lock = readFileSync(join(ROOT, 'stacks/.terraform.lock.hcl'), 'utf8');
  const stack = JSON.parse(readFileSync(stackFileIn(here, 'prod'), 'utf8')) as {
    terraform: { required_providers: { aws: { version: string } } };
  };
  assert.equal(/^ +version += "([\d.]+)"/m.exec(lock)?.[1], stack.terraform.required_providers.aws.version);
  // Linux, macOS, Windows and the BSDs; `terraform providers lock` writes one h1 a platform and one zh a release file.
  assert.equal(lock.match(/"h1:/g)?.length, 14);
  assert.equal(lock.match(/"zh:/g)?.length, 15);
});

test('no file holds a path of this machine', () => {
  for (const file of filesUnder(here).filter((each) => each.endsWith('.json'))) {
    const text = readFileSync(join(here, file), 'utf8');
    for (const path of [ROOT, work, homedir(), tmpdir()].filter((each) => each.length > 1))
      assert.ok(!text.includes(path), `${file} holds ${path}`);
  }
});

test('a Lambda zip lies where its stack says', () => {
  for (const name of ENVIRONMENT_NAMES) {
    const stack = JSON.parse(readFileSync(stackFileIn(here, name), 'utf8')) as {
      resource: { aws_lambda_function: Record<string, { filename: string }> };
    };
    const functions = Object.values(stack.resource.aws_lambda_function);
    assert.equal(functions.length, 2);
    for (const { filename } of functions)
      assert.ok(existsSync(join(here, 'stacks', name, filename)), filename);
  }
});

test('what has been synthesized once is not synthesized again', async () => {
  const first = await synthesize('local');
  const second = await synthesize('local');
  assert.deepEqual(second, { stackFile: first.stackFile, cached: true });
  assert.ok(readFileSync(second.stackFile).equals(readFileSync(stackFileIn(here, 'local'))));
});

/** In CI Terraform fetches the provider from the registry; a laptop is not made to fetch it for a test. */
async function terraformHere(): Promise<Terraform | { missing: string }> {
  const found = await findTerraform(process.env).catch((error: UsageError) => ({ missing: error.message }));
  const { CI, TF_PLUGIN_MIRROR, TF_CLI_CONFIG_FILE = '' } = process.env;
  if (!CI && !TF_PLUGIN_MIRROR && !existsSync(TF_CLI_CONFIG_FILE))
    return { missing: 'no provider mirror: set TF_PLUGIN_MIRROR (or CI=true to fetch the provider)' };
  return found;
}

test('terraform finds every environment valid, with the provider that the lock file names', async (context) => {
  const terraform = await terraformHere();
  if ('missing' in terraform) {
    assert.ok(!process.env['CI'], `In CI this test must run, but: ${terraform.missing}`);
    return context.skip(terraform.missing);
  }
  const about = { doing: 'validate the stack', environment: 'each environment' };
  const directories = ENVIRONMENT_NAMES.map((name) => join(here, 'stacks', name));
  const [first = '', ...others] = directories;
  await terraform.init(first, ['-backend=false', '-lockfile=readonly'], about);
  // Comparing the provider with the lock file takes seconds, and it is one provider.
  for (const other of others) symlinkSync(join(first, '.terraform'), join(other, '.terraform'));
  for (const directory of directories)
    assert.match(await terraform.text(directory, ['validate', '-no-color'], about), /^Success!/m);
});
