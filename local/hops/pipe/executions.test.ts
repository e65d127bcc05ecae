/** How many batches of all the account's pipes are under way at once. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Quotas } from '../../ports.ts';
import { type TestPorts, testPorts } from '../../testing/ports.ts';
import { createExecutions, executionsMax } from './executions.ts';
import { drain, type Scene, scene } from './pipe.fixture.ts';

let ports: TestPorts;
afterEach(() => ports.cleanUp());

/** A pipe of 1,001 lanes with a record each, whose target takes none; answers which were tried. */
async function given(
  quotas: Quotas,
): Promise<{ stage: Scene; tried: Set<string>; step(): Promise<unknown> }> {
  ports = testPorts(quotas);
  const shards = Array.from({ length: 1_001 }, (_, n) => `shard-${n}`);
  const stage = scene(ports, shards);
  const tried = new Set<string>();
  stage.close(({ PartitionKey }) => {
    tried.add(PartitionKey);
    return 'ProvisionedThroughputExceededException';
  });
  const part = stage.open();
  for (const shard of shards) await stage.change([shard], shard);
  await drain(part);
  return { stage, tried, step: () => drain(part) };
}

test('a thousand batches are under way; the next waits until one has ended', async () => {
  const { stage, tried, step } = await given('enforced');
  assert.equal(tried.size, 1_000);
  const [one] = tried;
  stage.close(({ PartitionKey }) => {
    tried.add(PartitionKey);
    return PartitionKey === one ? undefined : 'ProvisionedThroughputExceededException';
  });
  ports.clock.advance(100);
  await step();
  ports.clock.advance(100);
  await step();
  assert.equal(tried.size, 1_001);
  assert.deepEqual(stage.delivered(), [one]);
});

test('without quotas all batches are under way', async () => {
  assert.equal((await given('lifted')).tried.size, 1_001);
});

test('a lane has one execution however often it is tried', () => {
  ports = testPorts();
  const executions = createExecutions(ports);
  for (let n = 0; n < 1_000; n++) assert.equal(executions.begin(`lane-${n}`), true);
  assert.equal(executions.begin('lane-7'), true);
  assert.equal(executions.begin('lane-1000'), false);
  executions.end('lane-7');
  assert.equal(executions.begin('lane-1000'), true);
});

test('the large regions have three thousand', () => {
  ports = testPorts();
  assert.deepEqual(
    ['us-east-2', 'eu-central-1', 'us-east-1', 'eu-west-1'].map(executionsMax),
    [1_000, 1_000, 3_000, 3_000],
  );
});
