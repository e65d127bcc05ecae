import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../finding.ts';
import { readWaivers, type Waiver } from '../waivers.ts';
import type { Drifted } from './drifted.ts';
import { driftFindings } from './findings.ts';

const ADDRESS = 'aws_sqs_queue.pipe_dead_letters';
const TAG: Drifted = {
  kind: 'changed',
  address: ADDRESS,
  attribute: 'tags.owner',
  before: '(nothing)',
  after: '"x"',
};
const GONE: Drifted = { kind: 'deleted', address: ADDRESS };
const today = '2026-11-23';

function found(drifted: readonly Drifted[], waiver: Partial<Waiver> = {}) {
  const reason = 'The night shift tags by hand.';
  const full = { kind: 'drift', address: ADDRESS, reason, until: today, ...waiver };
  const waivers = readWaivers(JSON.stringify({ waivers: [full] }), 'waivers.json');
  return driftFindings(drifted, waivers, { environment: 'prod', today });
}

test('drift stops until a waiver covers it', () => {
  const open = found([TAG, GONE], { address: 'aws_x.y' });
  assert.deepEqual(
    open.map(({ rule, severity }) => [rule, severity]),
    [
      ['changed-outside', 'block'],
      ['deleted-outside', 'block'],
    ],
  );
  assert.match(open[0]?.sentence ?? '', /tags\.owner .* was \(nothing\), and is "x"\./);
  assert.equal(blocks(open), true);
  assert.equal(blocks(found([TAG, GONE])), false);
});

test('a waiver of an attribute covers what lies in it, and nothing beside it', () => {
  assert.equal(blocks(found([TAG], { attribute: 'tags.owner' })), false);
  assert.equal(blocks(found([TAG], { attribute: 'tags' })), false);
  for (const attribute of ['tags.own', 'tag', 'tags.owner.x', 'owner'])
    assert.equal(blocks(found([TAG], { attribute })), true, attribute);
});

test('a waiver of an attribute does not cover that the whole thing is gone', () => {
  assert.equal(blocks(found([GONE], { attribute: 'tags' })), true);
});

test('a waiver of another kind, environment or address covers nothing', () => {
  for (const other of [
    { kind: 'review' as const },
    { environment: 'dev' as const },
    { address: `${ADDRESS}_two` },
  ])
    assert.equal(blocks(found([TAG], other)), true);
  assert.equal(blocks(found([TAG], { environment: 'prod' })), false);
});

test('a waiver of one rule covers that rule', () => {
  assert.equal(blocks(found([TAG], { rule: 'changed-outside' })), false);
  assert.equal(blocks(found([TAG], { rule: 'deleted-outside' })), true);
});

test('a waiver holds on its last day; on the next it covers nothing and is said to be over, once', () => {
  assert.equal(blocks(found([TAG], { until: today })), false);
  const over = found([TAG, { ...TAG, attribute: 'tags.team' }], { until: '2026-11-22' });
  assert.equal(blocks(over), true);
  assert.deepEqual(
    over.map(({ rule }) => rule),
    ['changed-outside', 'changed-outside', 'waiver-expired'],
  );
  assert.match(over[2]?.sentence ?? '', /ended with 2026-11-22.*night shift/);
});
