import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from './summary.ts';
import { hostileSummary } from './testing/hostile.ts';
import { about, change, exampleSummaries, sealedSummary } from './testing/plans.ts';
import { summaryText } from './text.ts';

const [dev, , prod] = exampleSummaries();

test('what stops the plan stands first, then what is lost, then the rest', () => {
  assert.ok(prod);
  const text = summaryText(prod);
  const order = [
    'prod: blocked by 1 finding',
    'stopped by',
    'destroyed, replaced',
    'hold data',
    '\nchanges\n',
    'warnings',
    '\ncost\n',
  ];
  const places = order.map((each) => text.indexOf(each));
  assert.ok(
    places.every((at) => at >= 0),
    String(places),
  );
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('no line is wider than a terminal, save for a word that is', () => {
  for (const summary of exampleSummaries())
    for (const line of summaryText(summary).split('\n'))
      assert.ok(line.length <= 100 || !line.trim().includes(' '), line);
});

test('nothing that a plan holds can move the cursor or paint', () => {
  const text = summaryText(hostileSummary('prod', 60));
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('a waived loss is told with its reason, an empty plan in one line', () => {
  assert.ok(dev);
  assert.match(summaryText(dev), /waived: The stream is renamed while no sale is on/);
  const empty = sealedSummary('dev', [change('aws_x.y', 'no-op')]);
  assert.match(summaryText(empty), /^dev: nothing to do\n/);
});

test('errors of Terraform’s stand in its words', () => {
  const text = summaryText(summarize({ ...about('dev'), kind: 'failed', errors: ['aws_x.y: it broke'] }));
  assert.match(
    text,
    /^dev: cannot be planned: 1 error of Terraform\n\nTerraform’s errors\n {2}aws_x\.y: it broke/,
  );
});
