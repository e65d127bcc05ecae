import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocks } from '../finding.ts';
import type { Waiver } from '../waivers.ts';
import { judge, type Look } from './judge.ts';
import { type Linted, linted } from './linted.ts';

const TODAY = '2026-11-22';
const TYPE = 'aws_cloudwatch_log_group';

const found = (name: string, rule = 'CKV_AWS_158'): Linted =>
  linted(TYPE, { rule, address: `${TYPE}.${name}`, sentence: 'Not encrypted.', nextStep: 'Encrypt it.' });

const waiver = (address: string, more: Partial<Waiver> = {}): Waiver => ({
  kind: 'lint',
  rule: 'CKV_AWS_158',
  address,
  reason: 'It holds nothing of anybody.',
  until: TODAY,
  ...more,
});

const open = (waivers: readonly Waiver[], looks: readonly Look[] = [{ found: [found('a')] }]) =>
  judge(looks, waivers, TODAY).filter(({ waived }) => !waived);

test('a finding without a waiver is open, with one at its address or its kind it is not', () => {
  assert.equal(open([]).length, 1);
  assert.ok(blocks(open([])));
  assert.deepEqual(open([waiver(`${TYPE}.a`)]), []);
  assert.deepEqual(open([waiver(TYPE)]), []);
  assert.deepEqual(
    open([waiver(TYPE, { environment: 'dev' })], [{ environment: 'dev', found: [found('a')] }]),
    [],
  );
});

test('a waiver covers its own rule and its own environment', () => {
  for (const other of [waiver(TYPE, { rule: 'CKV_AWS_1' }), waiver(TYPE, { environment: 'dev' })])
    assert.deepEqual(
      open([other]).map(({ rule }) => rule),
      ['CKV_AWS_158', 'waiver-covers-nothing'],
    );
});

test('a waiver whose last day has passed covers nothing, and the finding says what it said', () => {
  const [finding, ...others] = open([waiver(TYPE, { until: '2026-11-21' })]);
  assert.deepEqual(others, []);
  assert.match(finding?.sentence ?? '', /until 2026-11-21: It holds nothing/);
});

test("a waiver of another kind is not the linters' to judge", () => {
  assert.equal(open([waiver(`${TYPE}.a`, { kind: 'review' })]).length, 1);
  assert.deepEqual(open([waiver(`${TYPE}.a`), waiver('aws_x.y', { kind: 'stateful' })]), []);
});

test('what is found in several environments is told once, with their names', () => {
  const looks = (['dev', 'prod'] as const).map((environment) => ({ environment, found: [found('a')] }));
  const [finding, ...others] = judge(looks, [], TODAY);
  assert.deepEqual(others, []);
  assert.deepEqual(finding?.environments, ['dev', 'prod']);
});
