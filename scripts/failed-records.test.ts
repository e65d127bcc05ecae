import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from './failed-records.ts';

const record = (raw: string, errorCode = 'Lambda.ProcessingFailedStatus') => ({
  errorCode,
  errorMessage: 'why',
  rawData: Buffer.from(raw).toString('base64'),
  lambdaArn: 'arn:aws:lambda:us-east-2:000000000000:function:transform:$LATEST',
  key: 's3://lake/errors/one',
});
const change = (digit: string) => JSON.stringify({ eventID: digit.repeat(32), eventName: 'INSERT' });

test('a change that failed twice is one change and two records', () => {
  const { count, changes, undelivered, functions } = summary([record(change('a')), record(change('a'))]);
  assert.deepEqual([count, changes, undelivered, functions], [2, 1, 0, ['transform']]);
});

test('garbage is a record and no change', () => {
  const all = summary([record('\u0000\u0001'), record('null'), record('{"eventID":7}'), record(change('b'))]);
  assert.deepEqual([all.count, all.changes], [4, 1]);
});

test('what a broken function left is told from what a working one refused', () => {
  const all = summary([record(change('a')), record(change('b'), 'Lambda.FunctionError')]);
  assert.deepEqual([all.changes, all.undelivered], [2, 1]);
  assert.deepEqual(all.reasons, [
    { reason: 'Lambda.ProcessingFailedStatus: why', count: 1 },
    { reason: 'Lambda.FunctionError: why', count: 1 },
  ]);
});

test('a refused order is told with its fields and their reasons', () => {
  const NewImage = {
    orderid: { S: 'bad-1' },
    product_name: { S: 'Lamp' },
    quantity: { N: '0' },
    price: { N: '-1' },
  };
  const dynamodb = { NewImage, ApproximateCreationDateTime: 1_783_425_600, SequenceNumber: '4'.repeat(27) };
  const { refused } = summary([
    record(JSON.stringify({ eventID: 'a'.repeat(32), eventName: 'INSERT', dynamodb })),
  ]);
  assert.equal(refused.length, 1);
  assert.equal(refused[0]?.orderid, 'bad-1');
  assert.match(refused[0]?.why ?? '', /quantity .*; price |price .*; quantity /);
});
