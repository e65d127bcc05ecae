import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { statefulInStack } from './in-stack.ts';
import { readLock } from './lock.ts';
import { addToLock, lossesIn, type Synthesized } from './synthesized.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  'stacks',
  'lambdas',
  'schemas',
  'sql',
  'scripts/bundle.ts',
  '.github/waivers.json',
  'package.json',
];
const TODAY = '2026-11-22';

/** A copy of what a stack is made of, in which a construct can be renamed as an engineer would. */
const copy = mkdtempSync(join(tmpdir(), 'renamed-'));
const pipeline = join(copy, 'stacks', 'pipeline.ts');
const lockFile = join(copy, 'stacks', 'stateful.lock.json');
let original: string;

before(() => {
  for (const source of SOURCES) cpSync(join(ROOT, source), join(copy, source), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  original = readFileSync(pipeline, 'utf8');
});
after(() => rmSync(copy, { recursive: true }));

/** Runs an app of the copy; the file that it wrote for each stack. */
function run<Name extends string>(app: string, names: readonly Name[], env: Record<string, string>) {
  const out = join(copy, 'out');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(copy, 'stacks', app)],
    { env: { PATH: process.env['PATH'], CDKTF_OUTDIR: out, ...env }, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return { out, stacks: new Map(names.map((name) => [name, join(out, 'stacks', name, 'cdk.tf.json')])) };
}

/** Synthesizes prod with pipeline.ts edited. */
function synthesize(edit: (source: string) => string) {
  const edited = edit(original);
  assert.notEqual(edited, original);
  writeFileSync(pipeline, edited);
  return run('main.ts', ['prod'] as const, { PIPELINE_ENVIRONMENTS: 'prod' });
}

const rename = (source: string) =>
  source.replace("new Kinesis(this, 'kinesis',", "new Kinesis(this, 'buffer',");
const move = (source: string) =>
  source.replace(
    /(const kinesis = new Kinesis\(.*\n)/,
    "$1    kinesis.stream.moveFromId('aws_kinesis_stream.kinesis');\n",
  );
const told = (synthesized: Synthesized) =>
  lossesIn(synthesized, TODAY).map(({ rule, address }) => [rule, address]);

test('the committed lock has what synth writes, neither more nor less', () => {
  const stacks = run('main.ts', ['dev', 'staging', 'prod'] as const, { PIPELINE_ENVIRONMENTS: '' });
  assert.deepEqual(told(stacks), []);
});

test('the committed lock has the bucket and the key of the state', () => {
  const lock = readLock(readFileSync(lockFile, 'utf8'), lockFile);
  const repository = { name: 'example/pipeline', id: 1, ownerId: 2 };
  const wanted = { environment: 'prod', account: '111122223333', repository, github: 'existing' };
  const { stacks } = run('bootstrap-main.ts', ['bootstrap-prod'] as const, {
    PIPELINE_BOOTSTRAP: JSON.stringify(wanted),
  });
  const stack = JSON.parse(readFileSync(stacks.get('bootstrap-prod') ?? '', 'utf8'));
  assert.deepEqual(statefulInStack('bootstrap-prod', stack, lock, [], TODAY), []);
});

test('renaming a construct is destroy and create to Terraform, and the lock stops it', () => {
  const synthesized = synthesize(rename);
  assert.deepEqual(told(synthesized), [
    ['stateful-missing', 'aws_kinesis_stream.kinesis'],
    ['stateful-unlocked', 'aws_kinesis_stream.buffer'],
  ]);
});

test('with a moved block and the new address in the lock it passes; the update removes no line', () => {
  const synthesized = synthesize((source) => move(rename(source)));
  assert.deepEqual(told(synthesized), [['stateful-unlocked', 'aws_kinesis_stream.buffer']]);
  addToLock(synthesized, lockFile);
  assert.deepEqual(told(synthesized), []);
  const prod = readLock(readFileSync(lockFile, 'utf8'), lockFile).prod ?? {};
  assert.equal(prod['aws_kinesis_stream.buffer'], 'kinesis-sales-order-stream-prod');
  assert.equal(prod['aws_kinesis_stream.kinesis'], 'kinesis-sales-order-stream-prod');
});
