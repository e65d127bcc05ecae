import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ControlPlane } from './control-plane.ts';
import { readProposal } from './proposal.ts';
import { findTerraform, terraformEnvironment, wantedVersion } from './terraform.ts';
import { fakeTerraform } from './testing/fake-terraform.ts';
import { inWorkspace, readState } from './workspace.ts';

const work = mkdtempSync(join(tmpdir(), 'terraform-test-'));
after(() => rmSync(work, { recursive: true }));
const ABOUT = { doing: 'plan', environment: 'dev' };
const plane: ControlPlane = { environment: 'dev', account: '1', bucket: 'state-dev-1', keyId: 'arn:key' };

test('a machine without Terraform is told what to install', async () => {
  await assert.rejects(findTerraform({ PATH: work }), {
    message: 'Terraform is not installed.',
    nextStep: new RegExp(`Install Terraform ${wantedVersion()} `),
  });
  await assert.rejects(findTerraform({}), { message: 'Terraform is not installed.' });
});

test('the one version of .terraform-version is taken, and another is refused with both numbers', async () => {
  const { environment } = fakeTerraform(work);
  assert.equal((await findTerraform(environment)).version, wantedVersion());
  for (const other of ['1.11.5', '1.12.0'])
    await assert.rejects(findTerraform(environment, other), {
      message: `This is Terraform ${wantedVersion()}, and .terraform-version names ${other}.`,
    });
});

test('a program that is called terraform and is none is refused', async () => {
  const { environment } = fakeTerraform(work, { version: { stdout: 'hello' } });
  await assert.rejects(findTerraform(environment), /This is Terraform that answers "hello"/);
});

test('no setting of the caller’s that would change what a plan means reaches Terraform', () => {
  const file = join(work, 'rc');
  writeFileSync(file, '');
  const given = {
    TF_CLI_ARGS_plan: '-target=a',
    TF_CLI_ARGS: '-lock=false',
    TF_WORKSPACE: 'other',
    TF_VAR_region: 'x',
    TF_DATA_DIR: '/x',
    TF_PLUGIN_CACHE_DIR: '/cache',
    TF_LOG: 'debug',
    AWS_PROFILE: 'mine',
  };
  assert.deepEqual(terraformEnvironment({ ...given, TF_CLI_CONFIG_FILE: file }), {
    TF_PLUGIN_CACHE_DIR: '/cache',
    TF_LOG: 'debug',
    AWS_PROFILE: 'mine',
    TF_CLI_CONFIG_FILE: file,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  });
  const absent = terraformEnvironment({ TF_CLI_CONFIG_FILE: join(work, 'not-there') });
  assert.equal('TF_CLI_CONFIG_FILE' in absent, false);
});

test('a failed command is one sentence with the next step', async () => {
  const { environment } = fakeTerraform(work, {
    show: { code: 1, stderr: 'Error: No valid credential sources found' },
  });
  const terraform = await findTerraform(environment);
  await assert.rejects(terraform.text(work, ['show'], ABOUT), { message: 'No AWS credentials were found.' });
});

test('a stream that ends badly without a word still has an error', async () => {
  const { environment } = fakeTerraform(work, { plan: { code: 1 } });
  const terraform = await findTerraform(environment);
  const { succeeded, diagnostics } = await terraform.stream(work, ['plan']);
  assert.equal(succeeded, false);
  assert.match(diagnostics[0]?.summary ?? '', /exit code 1/);
});

test('a mirror is given to init, and a folder that is none is refused by its name', async () => {
  const mirror = join(work, 'mirror');
  const fake = fakeTerraform(work);
  await assert.rejects(findTerraform({ ...fake.environment, TF_PLUGIN_MIRROR: mirror }), /holds no registry/);
  mkdirSync(join(mirror, 'registry.terraform.io/hashicorp/aws'), { recursive: true });
  const terraform = await findTerraform({ ...fake.environment, TF_PLUGIN_MIRROR: mirror });
  await terraform.init(work, ['-backend=false'], ABOUT);
  assert.deepEqual(fake.calls().at(-1)?.args, [
    'init',
    '-json',
    '-input=false',
    `-plugin-dir=${mirror}`,
    '-backend=false',
  ]);
});

test('a workspace is private, has the account’s bucket and key, and is gone afterwards', async () => {
  const fake = fakeTerraform(work);
  const terraform = await findTerraform(fake.environment);
  const directory = await inWorkspace(
    {
      terraform,
      plane,
      files: new Map([
        ['cdk.tf.json', '{}'],
        ['assets/a.zip', 'zip'],
      ]),
    },
    async (workspace) => {
      assert.equal(statSync(workspace.directory).mode & 0o777, 0o700);
      for (const name of ['cdk.tf.json', 'assets/a.zip'])
        assert.equal(statSync(join(workspace.directory, name)).mode & 0o777, 0o600, name);
      await workspace.init();
      return workspace.directory;
    },
  );
  assert.equal(existsSync(directory), false);
  assert.deepEqual(fake.calls().at(-1)?.args.slice(3), [
    '-lockfile=readonly',
    '-backend-config=bucket=state-dev-1',
    '-backend-config=kms_key_id=arn:key',
  ]);
});

test('a workspace is gone after a failure too', async () => {
  const terraform = await findTerraform(fakeTerraform(work).environment);
  let directory = '';
  const failing = inWorkspace({ terraform, plane, files: new Map() }, async (workspace) => {
    directory = workspace.directory;
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.equal(existsSync(directory), false);
});

test('a state is its lineage and serial, and before the first apply it has none', () => {
  assert.deepEqual(readState('{"version":4,"serial":7,"lineage":"ff19"}'), { lineage: 'ff19', serial: 7 });
  assert.deepEqual(readState('{"version":4,"serial":0,"lineage":""}'), { lineage: null, serial: 0 });
  assert.deepEqual(readState('\n'), { lineage: null, serial: 0 });
  for (const text of ['{}', 'null', '{"serial":"7","lineage":"a"}', '<html>'])
    assert.throws(() => readState(text), /no Terraform state/, text);
});

function proposal(): string {
  const directory = mkdtempSync(join(work, 'proposal-'));
  const stack = join(directory, 'stacks/dev');
  mkdirSync(join(stack, 'assets'), { recursive: true });
  writeFileSync(join(stack, 'cdk.tf.json'), '{"resource":{}}');
  writeFileSync(join(stack, '.terraform.lock.hcl'), 'lock');
  writeFileSync(join(stack, 'assets/transform.zip'), 'zip');
  writeFileSync(join(directory, 'waivers.json'), '{ "waivers": [] }');
  writeFileSync(join(directory, 'stateful.lock.json'), '{}');
  return directory;
}

test('a proposal is its stack, its lock file and its zips; what else lies there is only named', () => {
  const directory = proposal();
  writeFileSync(join(directory, 'stacks/dev/evil.tf'), 'x');
  const { files, paths, stack, waivers } = readProposal(directory, 'dev');
  assert.deepEqual([...files.keys()], ['.terraform.lock.hcl', 'assets/transform.zip', 'cdk.tf.json']);
  assert.deepEqual(paths, ['.terraform.lock.hcl', 'assets/transform.zip', 'cdk.tf.json', 'evil.tf']);
  assert.deepEqual(stack, { resource: {} });
  assert.equal(waivers, '{ "waivers": [] }');
});

test('a proposal that lacks a file is refused by the file’s name', () => {
  for (const name of [
    'stacks/dev/cdk.tf.json',
    'stacks/dev/.terraform.lock.hcl',
    'waivers.json',
    'stateful.lock.json',
  ]) {
    const directory = proposal();
    rmSync(join(directory, name));
    assert.throws(() => readProposal(directory, 'dev'), new RegExp(`has no ${name.replaceAll('.', '\\.')}`));
  }
  assert.throws(() => readProposal(proposal(), 'prod'), /has no stacks\/prod/);
});

test('a link out of a proposal is not followed', () => {
  const directory = proposal();
  rmSync(join(directory, 'stacks/dev/cdk.tf.json'));
  symlinkSync('/etc/hostname', join(directory, 'stacks/dev/cdk.tf.json'));
  assert.throws(() => readProposal(directory, 'dev'), /no plain file/);
});

test('a stack that is no JSON object is refused', () => {
  for (const text of ['', '[]', 'null', '{']) {
    const directory = proposal();
    writeFileSync(join(directory, 'stacks/dev/cdk.tf.json'), text);
    assert.throws(() => readProposal(directory, 'dev'), /no JSON object/, text);
  }
});
