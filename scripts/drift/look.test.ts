import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { recordApplied } from '../sealed-bundle/applied.ts';
import { sha256Hex } from '../sealed-bundle/manifest.ts';
import { stateBucket } from '../sealed-bundle/state-bucket.ts';
import { memoryBucket } from '../sealed-bundle/testing/bucket.ts';
import { bundleFiles, KEY, stated } from '../sealed-bundle/testing/fixture.ts';
import type { Proposal } from '../terraform/proposal.ts';
import { findTerraform } from '../terraform/terraform.ts';
import { type FakeAnswers, fakeTerraform } from '../terraform/testing/fake-terraform.ts';
import { lookForDrift } from './look.ts';

const directory = mkdtempSync(join(tmpdir(), 'drift-look-'));
after(() => rmSync(directory, { recursive: true }));

const stack = (more: object = {}) =>
  JSON.stringify({ terraform: { backend: { s3: { key: 'pipeline.tfstate' } } }, ...more });
const STATE = { lineage: 'one', serial: 3 };
const DRIFTED = JSON.stringify({
  format_version: '1.2',
  resource_drift: [
    {
      address: 'aws_x.y',
      mode: 'managed',
      type: 'aws_x',
      change: { actions: ['update'], before: { a: 1 }, after: { a: 2 } },
    },
  ],
});
const SOURCE = { commit: 'c'.repeat(40), tree: 'd'.repeat(40) };
const ANSWERS: FakeAnswers = {
  'state pull': { stdout: JSON.stringify(STATE) },
  show: { stdout: DRIFTED },
  plan: {},
};

async function looking(answers: FakeAnswers = {}, here = stack()) {
  const memory = memoryBucket('state');
  const plane = { environment: 'dev', account: '1', bucket: 'state', keyId: KEY } as const;
  const bucket = stateBucket(memory.client, plane);
  const fake = fakeTerraform(directory, { ...ANSWERS, ...answers });
  const terraform = await findTerraform({ ...fake.environment, TF_PLUGIN_CACHE_DIR: directory });
  const files = bundleFiles({ 'cdk.tf.json': here });
  files.delete('plan');
  const proposal: Proposal = {
    environment: 'dev',
    stack: JSON.parse(here),
    files,
    paths: [],
    waivers: '',
    statefulLock: '',
  };
  /** `meanwhile` is done when the state was read and the resources are read next. */
  const look = (meanwhile = () => {}) => {
    const say = (line: string) => (line.includes('reading every resource') ? meanwhile() : undefined);
    return lookForDrift({ proposal, source: SOURCE }, { terraform, plane, bucket, say });
  };
  return { look, memory, bucket, fake };
}

async function applied(bucket: ReturnType<typeof stateBucket>, text: string): Promise<void> {
  const files = bundleFiles({ 'cdk.tf.json': text });
  const digests = Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
  const manifest = { ...stated(), files: digests };
  const appliedAt = '2026-11-23T09:00:00.000Z';
  await recordApplied(bucket, { manifest, files, bundleSha256: '1'.repeat(64), state: STATE, appliedAt });
}

test('a look refreshes, takes no lock, writes nothing, and says what drifted', async () => {
  const { look, fake, memory } = await looking();
  const { drifted, state } = await look();
  assert.deepEqual(drifted, [
    { kind: 'changed', address: 'aws_x.y', attribute: 'a', before: '1', after: '2' },
  ]);
  assert.deepEqual(state, STATE);
  const plan = fake.calls().find(({ args }) => args[0] === 'plan');
  for (const flag of ['-refresh-only', '-lock=false', '-input=false'])
    assert.ok(plan?.args.includes(flag), flag);
  assert.equal(
    fake.calls().some(({ args }) => args[0] === 'apply'),
    false,
  );
  assert.equal(memory.objects.size, 0);
});

test('the resources are read with the configuration that was applied, not with the one here', async () => {
  const { look, bucket, fake } = await looking({}, stack({ resource: { aws_x: { z: {} } } }));
  await applied(bucket, stack());
  let read = '';
  const { configuration, pending } = await look(() => {
    read = readFileSync(join(fake.calls().at(-1)?.directory ?? '', 'cdk.tf.json'), 'utf8');
  });
  assert.equal(read, stack());
  assert.equal(configuration, 'applied');
  assert.ok(pending.kind === 'not-applied');
  assert.deepEqual(pending.files, ['cdk.tf.json']);
});

test('a commit that nobody applied is told apart from drift', async () => {
  const nothing = JSON.stringify({ format_version: '1.2' });
  const { look, bucket } = await looking({ show: { stdout: nothing } }, stack({ resource: {} }));
  await applied(bucket, stack());
  const { drifted, pending } = await look();
  assert.deepEqual(drifted, []);
  assert.equal(pending.kind, 'not-applied');
});

test('where no apply is recorded the configuration here has to do', async () => {
  const { look } = await looking();
  const { configuration, pending } = await look();
  assert.equal(configuration, 'here');
  assert.deepEqual(pending, { kind: 'unknown' });
});

test('an environment to which nothing was applied has not drifted, and is not looked at', async () => {
  const { look, fake } = await looking({ 'state pull': { stdout: '' } });
  const { drifted, state } = await look();
  assert.deepEqual(drifted, []);
  assert.equal(state.lineage, null);
  assert.equal(
    fake.calls().some(({ args }) => args[0] === 'plan'),
    false,
  );
});

test('while somebody holds the lock nothing is said, but who holds it', async () => {
  const { look, memory } = await looking();
  const lock = { ID: '1-2-3', Who: 'runner@host', Created: '2026-11-23T08:59:00Z' };
  const bytes = Buffer.from(JSON.stringify(lock));
  memory.objects.set('pipeline.tfstate.tflock', { bytes, writtenAt: new Date(0) });
  await assert.rejects(look(), (error: Error & { nextStep?: string }) => {
    assert.match(error.message, /locked by runner@host since 2026-11-23T08:59:00Z/);
    assert.match(error.nextStep ?? '', /--break-lock 1-2-3/);
    return true;
  });
});

test('a lock that says nothing readable is still one', async () => {
  const { look, memory } = await looking();
  for (const text of ['', 'null', '{', '{"Who":"a\\u001b[2Jb"}']) {
    memory.objects.set('pipeline.tfstate.tflock', { bytes: Buffer.from(text), writtenAt: new Date(0) });
    await assert.rejects(look(), /locked by unknown since unknown/);
  }
});

test('a look during which the state moved says nothing', async () => {
  const { look, fake } = await looking();
  const folder = String(fake.environment['PATH']).split(delimiter)[0] ?? '';
  const applying = () =>
    writeFileSync(join(folder, 'state pull', 'stdout'), JSON.stringify({ ...STATE, serial: 4 }));
  await assert.rejects(look(applying), /was applied to while it was looked at/);
});

test('a refresh that fails is Terraform’s sentence', async () => {
  const diagnostic = { severity: 'error', summary: 'ExpiredToken: the token is expired', detail: '' };
  const stdout = JSON.stringify({ type: 'diagnostic', '@message': '', diagnostic });
  const { look } = await looking({ plan: { code: 1, stdout } });
  await assert.rejects(look(), /session has expired/);
});
