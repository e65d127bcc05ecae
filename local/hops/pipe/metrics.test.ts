/** What a pipe measures of batches that arrive, in part, not at all, and of those that have no place. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { measured, sums } from '../../testing/measured.ts';
import { type TestPorts, testPorts } from '../../testing/ports.ts';
import { drain, scene } from './pipe.fixture.ts';

const OF_THE_PIPE = { PipeName: 'cdc' };
const OF_THE_ACCOUNT = { AwsAccountId: '000000000000' };

let ports: TestPorts;
beforeEach(() => {
  ports = testPorts();
});
afterEach(() => ports.cleanUp());

test('a batch that arrives is an invocation with its events, and no failure', async () => {
  const stage = scene(ports);
  const pipe = stage.open();
  await stage.change(['a', 'b', 'c']);
  await drain(pipe);
  assert.deepEqual(sums(ports, OF_THE_PIPE), {
    Invocations: 1,
    ExecutionThrottled: 0,
    EventCount: 3,
    Duration: 0,
    ExecutionFailed: 0,
    ExecutionPartiallyFailed: 0,
  });
  assert.deepEqual(sums(ports, OF_THE_ACCOUNT), { Concurrency: 1, Invocations: 1, ExecutionThrottled: 0 });
});

test('a batch of which some is refused has failed in part; tried again as a whole, it has failed', async () => {
  const stage = scene(ports);
  const pipe = stage.open();
  stage.close(({ Data }) => (Data.includes('"b"') ? 'ProvisionedThroughputExceededException' : undefined));
  await stage.change(['a', 'b']);
  await drain(pipe);
  const found = () => sums(ports, OF_THE_PIPE);
  assert.deepEqual([found()['ExecutionPartiallyFailed'], found()['ExecutionFailed']], [1, 0]);
  ports.clock.advance(100);
  await drain(pipe);
  assert.deepEqual([found()['ExecutionPartiallyFailed'], found()['ExecutionFailed']], [1, 1]);
  assert.deepEqual([found()['Invocations'], found()['EventCount']], [2, 2]);
});

test('a batch for which the account has no execution left is throttled', async () => {
  const shards = Array.from({ length: 1_001 }, (_, index) => `shard-${index}`);
  const stage = scene(ports, shards);
  stage.close(() => 'ProvisionedThroughputExceededException');
  const pipe = stage.open();
  for (const shard of shards) await stage.change([shard], shard);
  await drain(pipe);
  const throttled = sums(ports, OF_THE_PIPE)['ExecutionThrottled'] ?? 0;
  assert.ok(throttled >= 1, 'The thousand and first batch was not measured as throttled.');
  assert.equal(sums(ports, OF_THE_ACCOUNT)['ExecutionThrottled'], throttled);
  assert.equal(measured(ports, OF_THE_ACCOUNT)['Concurrency']?.maximum, 1_000);
});
