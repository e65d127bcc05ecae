import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../finding.ts';
import type { Action, Plan, ResourceChange } from '../terraform/plan-json.ts';
import type { Waiver } from '../waivers.ts';
import { statefulInPlan } from './in-plan.ts';
import { STATEFUL_TYPES } from './lock.ts';

const CONTEXT = { environment: 'prod', today: '2026-11-22' } as const;
const STREAM = 'aws_kinesis_stream.kinesis';
const WAIVER: Waiver = {
  kind: 'stateful',
  address: STREAM,
  reason: 'Its records are replayed from the lake.',
  until: '2026-11-22',
};

function planOf(...changes: (Partial<ResourceChange> & { address: string; action: Action })[]): Plan {
  return {
    terraformVersion: '1.11.4',
    changes: changes.map((change) => ({
      type: change.address.split('.')[0] ?? '',
      before: {},
      after: {},
      unknown: {},
      replacePaths: [],
      sensitive: [],
      ...change,
    })),
    drift: [],
    applyable: true,
    complete: true,
    errored: false,
  };
}

for (const [action, rule] of [
  ['delete', 'stateful-delete'],
  ['replace', 'stateful-replace'],
  ['forget', 'stateful-forget'],
] as const)
  test(`a plan that does a ${action} to what holds data blocks, though the lock is empty`, () => {
    for (const type of Object.keys(STATEFUL_TYPES)) {
      const found = statefulInPlan(planOf({ address: `${type}.a`, action }), {}, [], CONTEXT);
      assert.deepEqual(
        found.map((each) => [each.rule, each.address]),
        [[rule, `${type}.a`]],
      );
      assert.ok(blocks(found));
    }
  });

for (const action of ['create', 'update', 'read', 'no-op'] as const)
  test(`a plan that does a ${action} to what holds data passes`, () => {
    assert.deepEqual(statefulInPlan(planOf({ address: STREAM, action }), {}, [], CONTEXT), []);
  });

test('what holds no data may go, unless the lock names it', () => {
  const plan = planOf({ address: 'aws_cloudwatch_log_group.log', action: 'delete' });
  assert.deepEqual(statefulInPlan(plan, {}, [], CONTEXT), []);
  const locked = { prod: { 'aws_cloudwatch_log_group.log': 'a' } };
  assert.ok(blocks(statefulInPlan(plan, locked, [], CONTEXT)));
  assert.deepEqual(statefulInPlan(plan, { dev: locked.prod }, [], CONTEXT), []);
});

test('what was moved is known by its old address too', () => {
  const plan = planOf({
    address: 'aws_cloudwatch_log_group.new',
    previousAddress: 'aws_cloudwatch_log_group.old',
    action: 'replace',
  });
  assert.ok(blocks(statefulInPlan(plan, { prod: { 'aws_cloudwatch_log_group.old': 'a' } }, [], CONTEXT)));
});

test('the arguments that force a replacement are named', () => {
  const plan = planOf({ address: STREAM, action: 'replace', replacePaths: ['name', 'arn'] });
  const [found] = statefulInPlan(plan, {}, [], CONTEXT);
  assert.match(
    found?.sentence ?? '',
    /destroys and creates anew .* because of name, arn\. It holds the changes/,
  );
});

test('what an earlier apply left over blocks as well, and is told apart', () => {
  const [found] = statefulInPlan(
    planOf({ address: STREAM, action: 'delete', deposed: 'ab12' }),
    {},
    [],
    CONTEXT,
  );
  assert.match(found?.sentence ?? '', /what is left of aws_kinesis_stream\.kinesis \(deposed ab12\)/);
});

test('a waiver lets one address go, and no other', () => {
  const plan = planOf({ address: STREAM, action: 'replace' }, { address: `${STREAM}2`, action: 'replace' });
  const found = statefulInPlan(plan, {}, [WAIVER], CONTEXT);
  assert.deepEqual(
    found.map(({ address, waived }) => [address, waived?.until]),
    [
      [STREAM, '2026-11-22'],
      [`${STREAM}2`, undefined],
    ],
  );
  assert.ok(
    blocks(
      statefulInPlan(planOf({ address: STREAM, action: 'delete' }), {}, [WAIVER], {
        ...CONTEXT,
        today: '2026-11-23',
      }),
    ),
  );
});
