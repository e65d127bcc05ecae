import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from '../command.ts';
import { lockText, readLock, STATEFUL_TYPES, withNew } from './lock.ts';

const LOCK = { dev: { 'aws_sqs_queue.dead': 'a' } };
const stack = {
  resource: { aws_sqs_queue: { dead: { name: 'b' }, also: { name: 'c' } }, aws_kms_key: { key: {} } },
};

test('the update adds what is new, in order, and leaves what is there, its name too', () => {
  const added = withNew(LOCK, 'dev', stack);
  assert.deepEqual(Object.entries(added.dev ?? {}), [
    ['aws_kms_key.key', null],
    ['aws_sqs_queue.also', 'c'],
    ['aws_sqs_queue.dead', 'a'],
  ]);
  assert.deepEqual(withNew(added, 'dev', { resource: {} }), added);
});

test('the update touches no other environment', () => {
  assert.deepEqual(withNew(LOCK, 'prod', stack).dev, LOCK.dev);
});

test('a lock is read as it was written', () => {
  const lock = withNew(LOCK, 'bootstrap-prod', stack);
  assert.deepEqual(readLock(lockText(lock), 'a'), lock);
});

for (const [what, text] of [
  ['no JSON', '{'],
  ['a list', '[]'],
  ['an unknown environment', '{"production":{}}'],
  ['an address that is none', '{"dev":{"table":"a"}}'],
  ['a name that is a number', '{"dev":{"aws_sqs_queue.a":1}}'],
] as const)
  test(`a lock of ${what} is refused in a sentence`, () => {
    assert.throws(
      () => readLock(text, 'a.json'),
      (error) =>
        error instanceof UsageError && /^a\.json is no stateful-address lock: .+\.$/.test(error.message),
    );
  });

test('the committed lock names only what holds data, of the pipeline and of its state', () => {
  const path = 'stacks/stateful.lock.json';
  const lock = readLock(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), path);
  for (const environment of ['dev', 'staging', 'prod'] as const) {
    const types = Object.keys(lock[environment] ?? {}).map((address) => address.split('.')[0] ?? '');
    assert.deepEqual([...new Set(types)].sort(), Object.keys(STATEFUL_TYPES).sort());
    assert.deepEqual(lock[`bootstrap-${environment}`], {
      'aws_kms_key.state_key': null,
      'aws_s3_bucket.state': null,
    });
  }
});
