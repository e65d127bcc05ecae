import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';
import { blocks } from '../finding.ts';
import { runApp, stackFileIn } from '../synth.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { DATA_TYPES, FINDINGS_MAX, PROVIDER, RESOURCE_TYPES } from './allowed.ts';
import { gate, gateText } from './gate.ts';
import { isObject, placesIn } from './places.ts';
import type { Draft } from './testing/attempt.ts';
import { HOSTILE } from './testing/hostile.ts';

const DEPLOYED = ['dev', 'staging', 'prod'] as const;
const FILES = ['.terraform.lock.hcl', 'assets/publish-views.zip', 'assets/transform.zip', 'cdk.tf.json'];
const out = mkdtempSync(join(tmpdir(), 'gate-'));
const texts = new Map<EnvironmentName, string>();

before(async () => {
  await runApp(ENVIRONMENT_NAMES, out);
  for (const name of ENVIRONMENT_NAMES) texts.set(name, readFileSync(stackFileIn(out, name), 'utf8'));
});
after(() => rmSync(out, { recursive: true }));

/** A copy of a real stack, to be spoilt. */
const stackOf = (name: EnvironmentName): Draft => JSON.parse(texts.get(name) ?? '');

for (const name of DEPLOYED)
  test(`what synth writes for ${name} passes without a finding`, () => {
    const folder = dirname(stackFileIn(out, name));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    assert.deepEqual(files.sort(), FILES);
    assert.deepEqual(gateText(texts.get(name) ?? '', files), []);
  });

test('the laptop has no backend, which is all that keeps it from being planned', () => {
  const found = gateText(texts.get('local') ?? '', FILES);
  assert.deepEqual(
    found.map(({ rule, address }) => [rule, address]),
    [['gate-backend', 'terraform.backend']],
  );
});

for (const { tries, rule, address, spoil } of HOSTILE)
  test(`a stack that tries ${tries} is refused`, () => {
    const stack = stackOf('prod');
    spoil(stack);
    const found = gate(stack, FILES);
    assert.ok(
      found.some((finding) => finding.rule === rule && finding.address === address),
      JSON.stringify(found, null, 2),
    );
    assert.ok(blocks(found));
    for (const { sentence, nextStep } of found) assert.match(sentence + nextStep, /^[\x20-\x7e]+$/);
  });

test('there are more than forty hostile stacks, and no two are alike', () => {
  assert.ok(HOSTILE.length > 40);
  const spoilt = HOSTILE.map(({ spoil }) => {
    const stack = stackOf('prod');
    spoil(stack);
    return JSON.stringify(stack);
  });
  assert.equal(new Set(spoilt).size, HOSTILE.length);
});

for (const file of [
  'evil.tf',
  'evil.tf.json',
  'override.tf.json',
  'cdk_override.tf.json',
  'terraform.tfvars',
  'a.auto.tfvars.json',
  'assets/run.sh',
  'assets/deep/a.zip',
  'assets/../a.zip',
  'assets/a.zip.tf',
  '.terraformrc',
])
  test(`a file ${file} beside the stack is refused`, () => {
    assert.deepEqual(
      gate(stackOf('prod'), [...FILES, file]).map(({ rule, address }) => [rule, address]),
      [['gate-files', file]],
    );
  });

test('a Lambda whose zip is not there is refused', () => {
  const found = gate(
    stackOf('prod'),
    FILES.filter((file) => file !== 'assets/transform.zip'),
  );
  assert.deepEqual(
    found.map(({ rule, address }) => [rule, address]),
    [['gate-file-argument', 'aws_lambda_function.transform']],
  );
});

test('a file outside assets/ may not be opened, though it lies there', () => {
  const stack = stackOf('prod');
  stack.resource.aws_lambda_function.transform.filename = 'cdk.tf.json';
  assert.deepEqual(
    gate(stack, FILES).map(({ rule, address }) => [rule, address]),
    [['gate-file-argument', 'aws_lambda_function.transform']],
  );
});

test('a moved block, a removed block and an escaped brace pass', () => {
  const stack = stackOf('prod');
  stack.moved = [{ from: 'aws_sqs_queue.old', to: 'aws_sqs_queue.pipe_dead_letters' }];
  stack.removed = [{ from: 'aws_sqs_queue.gone', lifecycle: { destroy: false } }];
  stack.output.table_name.description = 'plain $${aws:username}, %%{ and $ { and 100%';
  stack.resource.aws_sqs_queue.pipe_dead_letters.lifecycle = { ignore_changes: ['tags'] };
  assert.deepEqual(gate(stack, FILES), []);
});

test('a stack of nothing is refused', () => {
  assert.ok(blocks(gate({}, FILES)));
});

test('a stack of a hundred thousand refusals gives a list that a person can read', () => {
  const stack = stackOf('prod');
  stack.output.table_name.value = Array.from({ length: 100_000 }, () => '${file("a")}');
  const found = gate(stack, FILES);
  assert.equal(found.length, FINDINGS_MAX + 1);
  assert.match(found.at(-1)?.sentence ?? '', /There are 99900 more/);
});

test('a stack that is nested without end is refused, and does not end the gate', () => {
  let deep: Draft = {};
  for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
  const stack = stackOf('prod');
  stack.resource.aws_sqs_queue.pipe_dead_letters.tags = deep;
  assert.ok(gate(stack, FILES).some(({ rule }) => rule === 'gate-json'));
});

const FORBIDDEN: readonly [string, unknown][] = [
  ['provisioner', { 'local-exec': { command: 'id' } }],
  ['Connection', { host: 'example.com' }],
  ['FOR_EACH', {}],
  ['plain', '${file("a")}'],
  ['plain', 'a${local.a}b'],
  ['plain', ['%{ if true }%{ endif }']],
  ['${path.root}', 'a'],
  ['key_file', '/etc/passwd'],
];

test('a forbidden thing is found wherever in a block it is put', () => {
  const stack = stackOf('prod');
  const places = [...placesIn(stack.resource as JsonObject, 30, ['resource'])].filter(
    ({ path, value }) => path.length >= 3 && isObject(value),
  );
  assert.ok(places.length > 100, `Only ${places.length} places were found.`);
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom(...FORBIDDEN), ({ path }, [key, value]) => {
      const spoilt = structuredClone(stack);
      let target = spoilt;
      for (const step of path) target = target[step];
      target[key] = value;
      const found = gate(spoilt, FILES);
      assert.ok(blocks(found));
      assert.deepEqual([...new Set(found.map(({ address }) => address))], [path.slice(1, 3).join('.')]);
    }),
    { numRuns: 150, seed: 4 },
  );
});

test('the lists hold what the stacks use, and nothing besides', () => {
  const [resources, data] = [new Set<string>(), new Set<string>()];
  for (const name of DEPLOYED) {
    const stack = stackOf(name);
    for (const type of Object.keys(stack.resource)) resources.add(type);
    for (const type of Object.keys(stack.data)) data.add(type);
  }
  assert.deepEqual([...RESOURCE_TYPES].sort(), [...resources].sort());
  assert.deepEqual([...DATA_TYPES], [...data]);
});

test('the provider version is the one that the lock file pins', () => {
  const lock = readFileSync(new URL('../../stacks/.terraform.lock.hcl', import.meta.url), 'utf8');
  assert.match(lock, new RegExp(`version\\s+= "${PROVIDER.version.replaceAll('.', '\\.')}"`));
});
