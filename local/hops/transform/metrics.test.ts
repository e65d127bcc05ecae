/** What a function measures of invocations that answer, fail, and find no place. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { measured } from '../../testing/measured.ts';
import { type Fixture, functionFixture } from './testing.ts';

let open: Fixture | undefined;
afterEach(async () => {
  await open?.cleanUp();
  open = undefined;
});

function given(code: string, settings: Record<string, unknown> = {}): Fixture {
  open = functionFixture({ 'index.mjs': code }, settings);
  return open;
}
const found = ({ ports }: Fixture) => measured(ports, { FunctionName: 'f' });

test('each invocation counts, and each that fails is an error', async () => {
  const f = given('export const handler = async ({ fail }) => { if (fail) throw new Error("no"); };');
  await f.invoke({});
  await f.invoke({ fail: true });
  const { Invocations, Errors, Throttles, Duration, ConcurrentExecutions } = found(f);
  assert.equal(Invocations?.sum, 2);
  assert.deepEqual(Errors, { sum: 1, minimum: 0, maximum: 1, count: 2 });
  assert.equal(Throttles?.sum, 0);
  assert.equal(Duration?.count, 2);
  assert.equal(ConcurrentExecutions?.maximum, 1);
});

test('an invocation that is throttled counts as that alone', async () => {
  const f = given('export const handler = async () => {};', { reserved_concurrent_executions: 0 });
  await assert.rejects(f.invoke(), { name: 'TooManyRequestsException' });
  assert.deepEqual(found(f), { Throttles: { sum: 1, minimum: 1, maximum: 1, count: 1 } });
});

test('invocations at the same time are concurrent executions', async () => {
  const f = given('export const handler = async () => {};');
  await Promise.all([f.invoke(), f.invoke(), f.invoke()]);
  assert.equal(found(f)['ConcurrentExecutions']?.maximum, 3);
});
