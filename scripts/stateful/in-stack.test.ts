import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../finding.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import type { Waiver } from '../waivers.ts';
import { statefulInStack } from './in-stack.ts';
import type { LockedAddresses } from './lock.ts';

const TODAY = '2026-11-22';
const QUEUE = 'aws_sqs_queue.dead';
const WAIVER: Waiver = {
  kind: 'stateful',
  address: QUEUE,
  reason: 'The queue is empty and given up.',
  until: TODAY,
};

/** A stack of queues, by id and name. */
function stackOf(queues: Record<string, string>, moved: [string, string][] = []): JsonObject {
  return {
    resource: {
      aws_sqs_queue: Object.fromEntries(Object.entries(queues).map(([id, name]) => [id, { name }])),
      aws_sns_topic: { alarms: { name: 'alarms' } },
    },
    ...(moved.length > 0 && { moved: moved.map(([from, to]) => ({ from, to })) }),
  };
}

function judge(stack: JsonObject, locked: LockedAddresses, waivers: Waiver[] = [], today = TODAY) {
  return statefulInStack('prod', stack, { prod: locked }, waivers, today);
}

const told = (found: ReturnType<typeof judge>) => found.map(({ rule, address }) => [rule, address]);

test('a stack that has what the lock names passes', () => {
  assert.deepEqual(judge(stackOf({ dead: 'a' }), { [QUEUE]: 'a' }), []);
});

test('an address that went blocks, and says how to keep or to give it up', () => {
  const found = judge(stackOf({}), { [QUEUE]: 'a' });
  assert.deepEqual(told(found), [['stateful-missing', QUEUE]]);
  assert.ok(blocks(found));
  assert.match(found[0]?.sentence ?? '', /prod would lose aws_sqs_queue\.dead, which holds the dead letters/);
  assert.match(found[0]?.nextStep ?? '', /moveFromId\('aws_sqs_queue\.dead'\).*waive/);
});

test('a renamed construct blocks twice: the old address went, the new one is not in the lock', () => {
  assert.deepEqual(told(judge(stackOf({ letters: 'a' }), { [QUEUE]: 'a' })), [
    ['stateful-missing', QUEUE],
    ['stateful-unlocked', 'aws_sqs_queue.letters'],
  ]);
});

test('a moved block keeps the address, once the new one is in the lock', () => {
  const stack = stackOf({ letters: 'a' }, [[QUEUE, 'aws_sqs_queue.letters']]);
  assert.deepEqual(told(judge(stack, { [QUEUE]: 'a' })), [['stateful-unlocked', 'aws_sqs_queue.letters']]);
  assert.deepEqual(judge(stack, { [QUEUE]: 'a', 'aws_sqs_queue.letters': 'a' }), []);
});

test('several moves lead on, in whichever order they stand', () => {
  const moves: [string, string][] = [
    ['aws_sqs_queue.b', 'aws_sqs_queue.c'],
    [QUEUE, 'aws_sqs_queue.b'],
  ];
  assert.deepEqual(judge(stackOf({ c: 'a' }, moves), { [QUEUE]: 'a', 'aws_sqs_queue.c': 'a' }), []);
});

for (const [what, moves] of [
  ['to an address that is not there', [[QUEUE, 'aws_sqs_queue.nowhere']]],
  ['to another type', [[QUEUE, 'aws_sns_topic.alarms']]],
  [
    'in a circle',
    [
      [QUEUE, 'aws_sqs_queue.b'],
      ['aws_sqs_queue.b', QUEUE],
    ],
  ],
  ['of another address', [['aws_sqs_queue.other', 'aws_sqs_queue.letters']]],
] satisfies [string, [string, string][]][])
  test(`a move ${what} keeps nothing`, () => {
    assert.deepEqual(told(judge(stackOf({}, moves), { [QUEUE]: 'a' })), [['stateful-missing', QUEUE]]);
  });

test('another physical name blocks, under a new address too', () => {
  assert.deepEqual(told(judge(stackOf({ dead: 'b' }), { [QUEUE]: 'a' })), [['stateful-renamed', QUEUE]]);
  const stack = stackOf({ letters: 'b' }, [[QUEUE, 'aws_sqs_queue.letters']]);
  assert.deepEqual(told(judge(stack, { [QUEUE]: 'a', 'aws_sqs_queue.letters': 'b' })), [
    ['stateful-renamed', 'aws_sqs_queue.letters'],
  ]);
});

test('a name that AWS or the account gives is not compared', () => {
  const key = { resource: { aws_kms_key: { key: {} } } };
  assert.deepEqual(judge(key, { 'aws_kms_key.key': null }), []);
  assert.deepEqual(judge(stackOf({ dead: 'dead-111122223333' }), { [QUEUE]: null }), []);
});

test('a move to another type that holds data keeps nothing', () => {
  const stack = {
    resource: { aws_kinesis_stream: { other: { name: 'a' } } },
    moved: { from: QUEUE, to: 'aws_kinesis_stream.other' },
  };
  const locked = { [QUEUE]: 'a', 'aws_kinesis_stream.other': 'a' };
  assert.deepEqual(told(judge(stack, locked)), [['stateful-missing', QUEUE]]);
});

test('a new address blocks until the lock has it, and says the command', () => {
  const found = judge(stackOf({ dead: 'a' }), {});
  assert.deepEqual(told(found), [['stateful-unlocked', QUEUE]]);
  assert.ok(blocks(found));
  assert.match(found[0]?.nextStep ?? '', /npm run synth -- --update-lock/);
});

test('a waiver lets an address go through its last day, and not on the day after', () => {
  assert.equal(blocks(judge(stackOf({}), { [QUEUE]: 'a' }, [WAIVER])), false);
  assert.equal(blocks(judge(stackOf({}), { [QUEUE]: 'a' }, [WAIVER], '2026-11-23')), true);
});

test('the waiver of another environment lets nothing go', () => {
  const waiver: Waiver = { ...WAIVER, environment: 'dev' };
  assert.equal(blocks(judge(stackOf({}), { [QUEUE]: 'a' }, [waiver])), true);
});

test('the bootstrap is locked apart from the pipeline, under the same environment', () => {
  const found = (waivers: Waiver[]) =>
    statefulInStack('bootstrap-prod', stackOf({}), { 'bootstrap-prod': { [QUEUE]: null } }, waivers, TODAY);
  assert.ok(blocks(found([])));
  assert.ok(!blocks(found([{ ...WAIVER, environment: 'prod' }])));
});

test('a laptop is held to no lock', () => {
  assert.deepEqual(statefulInStack('local', stackOf({ a: 'a' }), { local: { [QUEUE]: 'a' } }, [], TODAY), []);
});

test('an address named like something of every object is not taken for a locked one', () => {
  const stack = { resource: { aws_sqs_queue: { constructor: { name: 'a' } } } };
  assert.deepEqual(told(judge(stack, {})), [['stateful-unlocked', 'aws_sqs_queue.constructor']]);
});
