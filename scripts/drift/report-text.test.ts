import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftFinding } from './findings.ts';
import type { Look } from './look.ts';
import { reportText } from './report-text.ts';

const APPLIED = { commit: 'abc', tree: 'def', appliedAt: '2026-11-23T09:00:00.000Z' };
const LOOK: Look = {
  environment: 'prod',
  configuration: 'applied',
  state: { lineage: 'one', serial: 3 },
  drifted: [],
  pending: { kind: 'none', applied: APPLIED },
};
const CHANGED: DriftFinding = {
  rule: 'changed-outside',
  severity: 'block',
  address: 'aws_x.y',
  attribute: 'a',
  before: '1',
  after: '2',
  sentence: 'It was changed.',
  nextStep: 'Mend it.',
};
const WAIVED = { ...CHANGED, attribute: 'b', waived: { reason: 'For a time.', until: '2026-12-31' } };

test('no drift is said in a sentence, with what was applied last', () => {
  const text = reportText(LOOK, []);
  assert.match(text, /^prod is as it was applied\.\n/);
  assert.match(text, /commit abc, 2026-11-23T09:00:00\.000Z\. Nothing waits/);
});

test('drift is listed by address, both values, with each next step once', () => {
  const text = reportText(LOOK, [CHANGED, { ...CHANGED, attribute: 'c' }, WAIVED]);
  assert.match(text, /^prod drifted: 2 differences, and 1 that a waiver covers\./);
  assert.equal(text.match(/^aws_x\.y$/gm)?.length, 1);
  assert.match(text, /^ {2}a: 1 → 2$/m);
  assert.match(text, /^ {2}b: 1 → 2 {2}\(waived until 2026-12-31: For a time\.\)$/m);
  assert.equal(text.match(/Mend it\./g)?.length, 1);
});

test('a thing that is gone, and a waiver that is over, are said in words', () => {
  const gone: DriftFinding = { ...CHANGED, rule: 'deleted-outside' };
  const over: DriftFinding = { ...CHANGED, rule: 'waiver-expired', severity: 'note', sentence: 'It ended.' };
  const text = reportText(LOOK, [gone, over]);
  assert.match(text, /1 difference\./);
  assert.match(text, /^ {2}deleted$/m);
  assert.match(text, /^ {2}It ended\.$/m);
});

test('commits that are not applied yet are said apart, and to be no drift', () => {
  const here = { commit: 'fed', tree: 'cba' };
  const pending = { kind: 'not-applied', applied: APPLIED, here, files: ['cdk.tf.json'] } as const;
  const text = reportText({ ...LOOK, pending }, []);
  assert.match(text, /^prod is as it was applied\./);
  assert.match(text, /Not applied yet, which is no drift: commit fed changes cdk\.tf\.json\./);
});

test('what is not known is said to be not known', () => {
  const text = reportText({ ...LOOK, configuration: 'here', pending: { kind: 'unknown' } }, []);
  assert.match(text, /No apply is recorded/);
  assert.match(text, /read with the configuration here/);
});

test('an environment without a state is said to have none', () => {
  assert.match(reportText({ ...LOOK, state: { lineage: null, serial: 0 } }, []), /^prod has no state/);
});
