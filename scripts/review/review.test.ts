import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonObject, ResourceChange } from '../terraform/plan-json.ts';
import { readPlan } from '../terraform/read-plan.ts';
import { review } from './review.ts';
import { create, planOf, remove, replace, untouched, update } from './testing.ts';

const PIPE = 'aws_pipes_pipe.pipe';
const STREAM = 'aws_kinesis_stream.kinesis';
const CONTEXT = { environment: 'prod', stack: {} } as const;
const namesOf = (...changes: ResourceChange[]) =>
  review(planOf(...changes), CONTEXT).map(({ rule, severity }) => `${severity} ${rule}`);

for (const environment of ['dev', 'staging', 'prod'] as const)
  test(`a plan that makes all of ${environment} has no finding`, () => {
    const file = new URL(`./testing/create-${environment}.json`, import.meta.url);
    const { plan, stack } = JSON.parse(readFileSync(file, 'utf8')) as { plan: JsonObject; stack: JsonObject };
    const read = readPlan(JSON.stringify(plan));
    assert.ok(read.changes.length > 50 && read.changes.every(({ action }) => action === 'create'));
    assert.deepEqual(review(read, { environment, stack }), []);
  });

test('a plan that does nothing has no finding, whatever is deployed', () => {
  const dangerous = {
    'source_parameters.0.dynamodb_stream_parameters.0.starting_position': 'LATEST',
    'source_parameters.0.dynamodb_stream_parameters.0.maximum_retry_attempts': -1,
    desired_state: 'STOPPED',
  };
  assert.deepEqual(namesOf(untouched(PIPE, dangerous), untouched(STREAM)), []);
  assert.deepEqual(namesOf(), []);
});

test('tags are nobody’s matter', () => {
  const tags = { 'tags.owner': 'shop', 'tags_all.owner': 'shop' };
  const addresses = [
    'aws_dynamodb_table.table',
    STREAM,
    PIPE,
    'aws_s3_bucket.lake',
    'aws_lambda_function.transform',
  ];
  assert.deepEqual(namesOf(...addresses.map((address) => update(address, tags))), []);
});

test('what is let go of, and what an earlier apply left to delete, is not the review’s matter', () => {
  assert.deepEqual(namesOf({ ...remove(PIPE), action: 'forget' }), []);
  assert.deepEqual(namesOf({ ...remove(PIPE), deposed: 'abcd1234' }), []);
  assert.deepEqual(namesOf(remove(PIPE)), ['block pipe-stopped']);
});

test('a table that is replaced is told at each hop that it breaks, in the plan’s order', () => {
  const table = replace('aws_dynamodb_table.table', {}, ['hash_key']);
  const pipe = replace(PIPE, {}, ['source']);
  assert.deepEqual(namesOf(table, pipe), ['block stream-lost', 'warn pipe-starts-over']);
});

test('a finding has the rule, the address, a sentence and a next step', () => {
  const [finding] = review(planOf(update(STREAM, { retention_period: 24 })), CONTEXT);
  assert.deepEqual(
    [finding?.rule, finding?.severity, finding?.address],
    ['kinesis-retention', 'block', STREAM],
  );
  assert.match(finding?.sentence ?? '', /24 hours instead of 168/);
  assert.match(finding?.nextStep ?? '', /\S/);
});

test('a resource of a type that no rule knows is no finding', () => {
  assert.deepEqual(namesOf(create('aws_ssm_parameter.other', { value: 'x' })), []);
});
