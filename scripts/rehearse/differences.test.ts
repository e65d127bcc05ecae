import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type KnownDifference } from './differences.ts';

const KNOWN: readonly KnownDifference[] = [
  { type: 'aws_lambda_function', argument: 'logging_config', because: 'it forgets it' },
];

type Change = Parameters<typeof compare>[0][number];
const update = (address: string, ...paths: string[]): Change => ({
  address,
  type: address.split('.')[0] ?? '',
  action: 'update',
  attributes: paths.map((path) => ({ path })),
  attributesLeftOut: 0,
});

test('a difference that is named is seen, and nothing is unexpected', () => {
  const changes = [
    update('aws_lambda_function.a', 'logging_config.0.log_format', 'logging_config.0.log_group'),
  ];
  assert.deepEqual(compare(changes, KNOWN), {
    unexpected: [],
    seen: ['aws_lambda_function.a logging_config'],
    stale: [],
  });
});

test('another argument, and the same argument of another type, are unexpected', () => {
  const changes = [
    update('aws_lambda_function.a', 'logging_config.0.log_format', 'memory_size'),
    update('aws_sqs_queue.b', 'logging_config'),
  ];
  assert.deepEqual(compare(changes, KNOWN).unexpected, [
    'aws_lambda_function.a memory_size',
    'aws_sqs_queue.b logging_config',
  ]);
});

test('a create, a replacement and a delete are never known, whatever their arguments', () => {
  for (const action of ['create', 'replace', 'delete', 'forget', 'move'] as const) {
    const change = { ...update('aws_lambda_function.a', 'logging_config'), action };
    assert.deepEqual(compare([change], KNOWN).unexpected, [`aws_lambda_function.a ${action}`]);
  }
});

test('an update of which a part is not told is unexpected as a whole', () => {
  const change = { ...update('aws_lambda_function.a', 'logging_config'), attributesLeftOut: 1 };
  assert.deepEqual(compare([change], KNOWN).unexpected, ['aws_lambda_function.a update']);
});

test('a name on the list that does not happen is out of date', () => {
  assert.deepEqual(compare([], KNOWN).stale, ['aws_lambda_function logging_config']);
  assert.deepEqual(compare([update('aws_lambda_function.a', 'memory_size')], KNOWN).stale, [
    'aws_lambda_function logging_config',
  ]);
});
