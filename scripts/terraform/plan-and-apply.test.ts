import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Finding } from '../finding.ts';
import type { DataKeys } from '../sealed-bundle/data-keys.ts';
import { openBundle } from '../sealed-bundle/open.ts';
import type { Found, StateBucket } from '../sealed-bundle/state-bucket.ts';
import { summarize } from '../summary/summary.ts';
import { summaryText } from '../summary/text.ts';
import { appliedText } from './applied-text.ts';
import { type Applied, applyBundle } from './apply-bundle.ts';
import { breakLock } from './break-lock.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Judges } from './judges.ts';
import { planEnvironment } from './plan-environment.ts';

import { readProposal } from './proposal.ts';
import { findTerraform, wantedVersion } from './terraform.ts';
import { type FakeAnswers, fakeTerraform } from './testing/fake-terraform.ts';

const work = mkdtempSync(join(tmpdir(), 'plan-and-apply-'));
after(() => rmSync(work, { recursive: true }));

const PLAN = readFileSync(new URL('testing/plan-of-every-action.json', import.meta.url), 'utf8');
const EMPTY_PLAN = JSON.stringify({
  format_version: '1.2',
  applyable: false,
  complete: true,
  errored: false,
});
const STATE = '{"version":4,"serial":7,"lineage":"ff19"}';
const SOURCE = { commit: 'c'.repeat(40), tree: '7'.repeat(40) };
const NOW = () => new Date('2026-11-22T00:00:00Z');
const VERSION = {
  stdout: JSON.stringify({
    terraform_version: wantedVersion(),
    provider_selections: { 'registry.terraform.io/hashicorp/aws': '5.100.0' },
  }),
};
const PLANNING: FakeAnswers = {
  version: VERSION,
  state: { stdout: STATE },
  plan: { writes: { plan: 'the saved plan' } },
  show: { stdout: PLAN },
};

const line = (type: string, address: string, action: string) =>
  `${JSON.stringify({
    type,
    '@message': `${address}: ${type}`,
    [type === 'planned_change' ? 'change' : 'hook']: { resource: { addr: address }, action },
  })}\n`;
const errorLine = (summary: string, address?: string) =>
  `${JSON.stringify({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail: '', ...(address ? { address } : {}) } })}\n`;

const plane: ControlPlane = { environment: 'dev', account: '1', bucket: 'state-dev-1', keyId: 'arn:key' };
const keys: DataKeys = {
  generate: async () => {
    const plaintext = randomBytes(32);
    return { plaintext, wrapped: Uint8Array.from(plaintext) };
  },
  unwrap: async (wrapped) => Uint8Array.from(wrapped),
};
const nothing: Judges = { ofProposal: () => [], ofPlan: () => [] };
const block: Finding = {
  rule: 'r',
  severity: 'block',
  address: 'aws_a.a',
  sentence: 'It is bad.',
  nextStep: 'Do not.',
};

function proposal(): string {
  const directory = mkdtempSync(join(work, 'proposal-'));
  mkdirSync(join(directory, 'stacks/dev'), { recursive: true });
  writeFileSync(join(directory, 'stacks/dev/cdk.tf.json'), '{"terraform":{"backend":{"s3":{"key":"k"}}}}');
  writeFileSync(join(directory, 'stacks/dev/.terraform.lock.hcl'), 'lock');
  writeFileSync(join(directory, 'waivers.json'), '{ "waivers": [] }');
  writeFileSync(join(directory, 'stateful.lock.json'), '{}');
  return directory;
}

async function plan(answers: FakeAnswers = {}, judges: Judges = nothing) {
  const fake = fakeTerraform(work, { ...PLANNING, ...answers });
  const terraform = await findTerraform(fake.environment);
  let asked = 0;
  const planned = await planEnvironment(
    { environment: 'dev', proposal: proposal(), source: SOURCE },
    {
      terraform,
      plane: async () => {
        asked += 1;
        return plane;
      },
      keys: () => keys,
      judges,
      now: NOW,
      say: () => {},
    },
  );
  return { planned, calls: fake.calls(), asked };
}

async function sealedBundle(answers: FakeAnswers = {}): Promise<Uint8Array> {
  const { planned } = await plan(answers);
  assert.equal(planned.kind, 'sealed');
  return planned.kind === 'sealed' ? planned.bundle : new Uint8Array();
}

function memoryBucket() {
  const objects = new Map<string, Uint8Array>();
  const bucket: StateBucket = {
    place: plane,
    read: async () => undefined,
    readBeginning: async (): Promise<Found | undefined> => undefined,
    write: async (key, bytes) => {
      objects.set(key, bytes);
      return true;
    },
    list: async () => [],
  };
  return { bucket, objects };
}

async function apply(
  bundle: Uint8Array,
  answers: FakeAnswers = {},
  source = SOURCE,
  environment: 'dev' | 'prod' = 'dev',
) {
  const fake = fakeTerraform(work, { ...PLANNING, ...answers });
  const { bucket, objects } = memoryBucket();
  const rescue = join(mkdtempSync(join(work, 'rescue-')), 'state', 'dev.tfstate');
  const said: string[] = [];
  const terraform = await findTerraform(fake.environment);
  const applied = await applyBundle(
    { bundle, environment, source },
    { terraform, plane, keys, bucket, now: NOW, say: (text) => said.push(text), rescue },
  );
  const applies = fake.calls().filter(({ args }) => args[0] === 'apply');
  return { applied, said, applies, objects, rescue, calls: fake.calls() };
}

const refusedBecause = (applied: Applied) =>
  applied.kind === 'refused' ? applied.refusals.map(({ what }) => what) : applied.kind;

test('a sealed plan has the stack, the lock file, the plan, and says for what and with what it was made', async () => {
  const { manifest, files } = await openBundle(await sealedBundle(), keys);
  assert.deepEqual([...files.keys()].sort(), ['.terraform.lock.hcl', 'cdk.tf.json', 'plan']);
  assert.equal(Buffer.from(files.get('plan') ?? []).toString(), 'the saved plan');
  const { files: _, ...rest } = manifest;
  assert.deepEqual(rest, {
    format: 1,
    environment: 'dev',
    ...SOURCE,
    sealedAt: '2026-11-22T00:00:00.000Z',
    terraformVersion: wantedVersion(),
    providers: { 'registry.terraform.io/hashicorp/aws': '5.100.0' },
    state: { lineage: 'ff19', serial: 7 },
  });
});

test('a plan takes no lock, for the plan role may not write one', async () => {
  const { calls } = await plan();
  assert.deepEqual(calls.find(({ args }) => args[0] === 'plan')?.args, [
    'plan',
    '-json',
    '-input=false',
    '-lock=false',
    '-out=plan',
  ]);
});

test('a proposal that is refused comes near no credential and no Terraform', async () => {
  const { planned, calls, asked } = await plan({}, { ...nothing, ofProposal: () => [block] });
  assert.equal(planned.kind, 'refused-proposal');
  assert.equal(asked, 0);
  assert.deepEqual(
    calls.map(({ args }) => args[0]),
    ['version'],
  );
  assert.match(
    summaryText(summarize({ environment: 'dev', ...SOURCE, ...planned })),
    /^dev: refused before it was planned: 1 finding\n[\s\S]*aws_a\.a {2}\[r\]\n +It is bad\./,
  );
});

test('a plan is told address by address, with what a replacement is because of', async () => {
  const text = summaryText(summarize({ environment: 'dev', ...SOURCE, ...(await plan()).planned }));
  assert.match(text, /^dev: 1 to destroy, 1 to replace, 2 to change, 1 to create\n/);
  assert.match(text, /± aws_dynamodb_table\.table\n +replace; its data is lost; because of hash_key/);
  assert.doesNotMatch(text, /hidden/);
});

test('a plan that a finding stops is not sealed, and a waived one is', async () => {
  const { planned } = await plan({}, { ...nothing, ofPlan: () => [block] });
  assert.equal(planned.kind, 'refused-plan');
  assert.equal('bundle' in planned, false);
  const waived = { ...block, waived: { reason: 'It is meant.', until: '2026-12-31' } };
  assert.equal((await plan({}, { ...nothing, ofPlan: () => [waived] })).planned.kind, 'sealed');
});

test('a plan with errors names each by its address, and is not sealed though Terraform saved it', async () => {
  const stdout = errorLine('expected type to be String', 'aws_a.a') + errorLine('not there', 'data.aws_b.b');
  const { planned } = await plan({ plan: { stdout, code: 1, writes: { plan: 'x' } } });
  assert.deepEqual(planned.kind === 'failed' && planned.errors, [
    'aws_a.a: expected type to be String',
    'data.aws_b.b: not there',
  ]);
});

test('a plan that fails as a whole is one sentence', async () => {
  const stdout = errorLine('operation error STS: api error ExpiredToken: The security token is expired');
  await assert.rejects(plan({ plan: { stdout, code: 1 } }), { message: 'The AWS session has expired.' });
});

test('half a plan is never sealed', async () => {
  for (const half of [{ complete: false }, { errored: true }])
    await assert.rejects(
      plan({ show: { stdout: JSON.stringify({ ...JSON.parse(PLAN), ...half }) } }),
      /left a part of dev out/,
    );
});

test('an empty plan says so and is sealed, and applying it does nothing', async () => {
  const show = { stdout: EMPTY_PLAN };
  const { planned } = await plan({ show });
  assert.match(
    summaryText(summarize({ environment: 'dev', ...SOURCE, ...planned })),
    /^dev: nothing to do\n/,
  );
  const { applied, applies, objects } = await apply(await sealedBundle({ show }), { show });
  assert.equal(applied.kind, 'nothing-to-do');
  assert.deepEqual(applies, []);
  assert.deepEqual([...objects.keys()], ['applied/dev.json']);
});

test('exactly the saved plan is applied, under the lock, and what was applied is recorded', async () => {
  const stdout =
    line('planned_change', 'aws_a.a', 'create') +
    line('apply_start', 'aws_a.a', 'create') +
    line('apply_complete', 'aws_a.a', 'create');
  const { applied, applies, said, objects } = await apply(await sealedBundle(), { apply: { stdout } });
  assert.deepEqual(applied.kind === 'applied' && applied.report.applied, ['aws_a.a']);
  assert.deepEqual(
    applies.map(({ args }) => args),
    [['apply', '-json', '-input=false', 'plan']],
  );
  assert.ok(said.includes('aws_a.a: apply_complete'));
  assert.match(Buffer.from(objects.get('applied/dev.json') ?? []).toString(), /"serial":7/);
});

test('every difference is named at once, and nothing is applied', async () => {
  const version = {
    stdout: JSON.stringify({ terraform_version: wantedVersion(), provider_selections: { other: '1' } }),
  };
  const state = { stdout: '{"serial":8,"lineage":"ff19"}' };
  const source = { ...SOURCE, tree: '8'.repeat(40) };
  const { applied, applies } = await apply(await sealedBundle(), { version, state }, source, 'prod');
  assert.deepEqual(refusedBecause(applied), ['environment', 'tree', 'provider', 'provider', 'serial']);
  assert.deepEqual(applies, []);
  assert.match(appliedText(applied), /nothing was changed/);
});

test('a state of another lineage, and one that moved on, are refused', async () => {
  const bundle = await sealedBundle();
  for (const [stdout, what] of [
    ['{"serial":7,"lineage":"other"}', 'lineage'],
    ['', 'lineage'],
    ['{"serial":6,"lineage":"ff19"}', 'serial'],
  ] as const)
    assert.deepEqual(refusedBecause((await apply(bundle, { state: { stdout } })).applied), [what]);
});

test('a merge under another commit applies the plan of the same tree', async () => {
  const { applied } = await apply(await sealedBundle(), {}, { ...SOURCE, commit: 'd'.repeat(40) });
  assert.equal(applied.kind, 'applied');
});

test('a failure half way says what was applied, what failed and why, what was not begun, and what to do', async () => {
  const stdout =
    ['one', 'two', 'three'].map((name) => line('planned_change', `aws_a.${name}`, 'create')).join('') +
    line('apply_start', 'aws_a.one', 'create') +
    line('apply_complete', 'aws_a.one', 'create') +
    line('apply_start', 'aws_a.two', 'create') +
    line('apply_errored', 'aws_a.two', 'create') +
    errorLine('api error Bad: no', 'aws_a.two');
  const { applied, objects } = await apply(await sealedBundle(), { apply: { stdout, code: 1 } });
  const text = appliedText(applied);
  assert.match(text, /1 address applied, 1 failed, 1 not begun/);
  assert.match(text, /FAILED +aws_a\.two: api error Bad: no/);
  assert.match(text, /not begun +aws_a\.three/);
  assert.match(text, /npm run plan -- --env dev$/);
  assert.equal(objects.size, 0);
});

test('an apply that could not begin is one sentence', async () => {
  const stdout = errorLine('Saved plan is stale');
  await assert.rejects(apply(await sealedBundle(), { apply: { stdout, code: 1 } }), /has changed since/);
});

test('a state that could not be written is pushed again, and else kept with a word about it', async () => {
  const stdout =
    line('planned_change', 'aws_a.a', 'create') +
    line('apply_complete', 'aws_a.a', 'create') +
    errorLine('Failed to save state');
  const failing = { stdout, code: 1, writes: { 'errored.tfstate': 'the state' } };
  const again = await apply(await sealedBundle(), { apply: failing });
  assert.match(appliedText(again.applied), /a second try wrote it/);
  assert.deepEqual(again.calls.at(-1)?.args, ['state', 'push', 'errored.tfstate']);
  assert.equal(existsSync(again.rescue), false);
  const push = { stderr: 'Error: no', code: 1 };
  const lost = await apply(await sealedBundle(), { apply: failing, 'state push': push });
  assert.match(appliedText(lost.applied), /THE STATE COULD NOT BE WRITTEN/);
  assert.equal(readFileSync(lost.rescue, 'utf8'), 'the state');
  assert.equal(statSync(lost.rescue).mode & 0o777, 0o600);
});

test('Terraform leaves nothing behind: no folder with a plan or a state outlives an apply', async () => {
  const { calls } = await apply(await sealedBundle());
  for (const { directory } of calls.filter(({ args }) => args[0] !== 'version'))
    assert.equal(existsSync(directory), false, directory);
});

test('a lock is broken by its id, in a folder with the stack', async () => {
  const own = readProposal(proposal(), 'dev');
  const fake = fakeTerraform(work);
  const terraform = await findTerraform(fake.environment);
  await breakLock('d41b', own, { terraform, plane });
  assert.deepEqual(fake.calls().at(-1)?.args, ['force-unlock', '-force', 'd41b']);
});

test('another lock than the one that was named is not broken, and no lock is no failure of AWS', async () => {
  const broken = async (stderr: string) => {
    const terraform = await findTerraform(
      fakeTerraform(work, { 'force-unlock': { stderr, code: 1 } }).environment,
    );
    await breakLock('d41b', readProposal(proposal(), 'dev'), { terraform, plane });
  };
  await assert.rejects(
    broken("Failed to unlock state: lock ID 'd41b' does not match the existing lock ID 'ffff'\nLock Info:"),
    /not locked by d41b but by ffff/,
  );
  await assert.rejects(
    broken('Failed to unlock state: unable to retrieve file: api error StatusCode: 404, NoSuchKey: '),
    /is not locked/,
  );
});
