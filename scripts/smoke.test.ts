import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import { expectedRows, smokeOrder } from './smoke/order.ts';
import { defaultDeadlineMs } from './smoke.ts';

test("the time that it may take is longer than the environment's buffers hold an order back", () => {
  for (const name of ENVIRONMENT_NAMES) {
    const { pipe, firehose } = ENVIRONMENTS[name];
    const held = pipe.batchWindowSeconds + firehose.transformBufferSeconds + firehose.bufferSeconds;
    assert.ok(defaultDeadlineMs(name) >= (2 * held + 60) * 1_000, name);
    assert.ok(defaultDeadlineMs(name) <= 30 * 60 * 1_000, `${name}: a deployment waits for it`);
  }
});

test('the order says what it is, and two of one moment differ', () => {
  const at = new Date('2026-07-08T09:30:00.123Z');
  const order = smokeOrder(at, 'ab12');
  assert.equal(order.orderid, 'smoke-20260708T093000123Z-ab12');
  assert.notEqual(smokeOrder(at, 'cd34').orderid, order.orderid);
  assert.deepEqual(
    expectedRows(order).map(([event, orderid, , quantity, price]) => [event, orderid, quantity, price]),
    [
      ['INSERT', order.orderid, '1', '0.01'],
      ['REMOVE', order.orderid, '1', '0.01'],
    ],
  );
});
