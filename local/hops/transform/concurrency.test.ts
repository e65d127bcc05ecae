/** How many invocations run at once and begin in a second, on both sides of each limit. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../aws-error.ts';
import { testClock } from '../../testing/clock.ts';
import { createConcurrency, type Executions } from './concurrency.ts';

type Reserving = { reservedConcurrency?: number };

/** The executions of each function, and how many of it run. */
function given(configs: readonly Reserving[], quotas: 'enforced' | 'lifted' = 'enforced') {
  const clock = testClock();
  const executionsOf = createConcurrency(configs, { clock, quotas });
  const functions = configs.map((config) => {
    const executions = executionsOf(config);
    const each = { running: 0, executions };
    executions.join(() => each.running);
    return each;
  });
  return { clock, functions };
}

function reason(executions: Executions, kind: 'request' | 'event' = 'request'): unknown {
  try {
    executions.admit(kind);
    return 'admitted';
  } catch (error) {
    const { code, message, status, members } = error as Record<string, Record<string, unknown>>;
    assert.deepEqual([code, message, status], ['TooManyRequestsException', 'Rate Exceeded.', 429]);
    return members?.['Reason'];
  }
}

test('functions without a reservation share a thousand executions', () => {
  const { functions } = given([{}, {}]);
  const [a, b] = functions as [(typeof functions)[0], (typeof functions)[0]];
  a.running = 600;
  b.running = 399;
  assert.equal(reason(a.executions), 'admitted');
  b.running = 400;
  assert.equal(reason(a.executions), 'ConcurrentInvocationLimitExceeded');
  assert.equal(reason(b.executions, 'event'), 'ConcurrentInvocationLimitExceeded');
});

test('what a function reserves is its own: no more, and nobody else’s', () => {
  const { functions } = given([{ reservedConcurrency: 300 }, {}]);
  const [own, other] = functions as [(typeof functions)[0], (typeof functions)[0]];
  own.running = 300;
  assert.equal(reason(own.executions), 'ReservedFunctionConcurrentInvocationLimitExceeded');
  other.running = 699;
  assert.equal(reason(other.executions), 'admitted');
  other.running = 700;
  assert.equal(reason(other.executions), 'ConcurrentInvocationLimitExceeded');
  own.running = 299;
  assert.equal(reason(own.executions), 'admitted');
});

test('a hundred executions stay unreserved, or the stack is refused with AWS’s sentence', () => {
  given([{ reservedConcurrency: 450 }, { reservedConcurrency: 450 }]);
  assert.throws(
    () => given([{ reservedConcurrency: 450 }, { reservedConcurrency: 451 }], 'lifted'),
    (error) =>
      error instanceof EngineError &&
      /reserve 901 of the account's 1000 .* below its minimum value of \[100\]/.test(error.message),
  );
});

test('an execution takes ten requests a second, and any number of events', () => {
  const { clock, functions } = given([{ reservedConcurrency: 2 }]);
  const [{ executions }] = functions as [(typeof functions)[0]];
  for (let i = 0; i < 20; i++) assert.equal(reason(executions), 'admitted');
  assert.equal(reason(executions), 'ReservedFunctionInvocationRateLimitExceeded');
  assert.equal(reason(executions, 'event'), 'admitted');
  clock.advance(50);
  assert.equal(reason(executions), 'admitted');
  assert.equal(reason(executions), 'ReservedFunctionInvocationRateLimitExceeded');
});

test('without quotas nothing is throttled', () => {
  const { functions } = given([{ reservedConcurrency: 0 }, {}], 'lifted');
  for (const each of functions) {
    each.running = 5_000;
    assert.equal(reason(each.executions), 'admitted');
  }
});
