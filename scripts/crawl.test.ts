import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HopStatus } from '../local/ports.ts';
import { HOPS } from '../schemas/hops.ts';
import { drain } from './crawl.ts';
import type { Statuses } from './live-lines.ts';

const empty: HopStatus = { in: 0, out: 0, waiting: 0, failed: 0 };
const quiet = Object.fromEntries(HOPS.map(({ name }) => [name, empty])) as Statuses;

/** An engine whose pipe and firehose are in these states, one look after the other, the last for good. */
function engineOf(...states: { pipe?: Partial<HopStatus>; firehose?: Partial<HopStatus> }[]) {
  let look = 0;
  return {
    status: () => {
      const { pipe, firehose } = states[Math.min(look++, states.length - 1)] ?? {};
      return { ...quiet, pipe: { ...empty, ...pipe }, firehose: { ...empty, ...firehose } };
    },
  };
}

test('what merely gathers is waited for', async () => {
  const gathering = { firehose: { waiting: 3 } };
  assert.equal(await drain(engineOf(gathering, gathering, {}), 0), undefined);
});

test('what only repeats a failure ends the wait with its sentence', async () => {
  const failing = { firehose: { waiting: 3, retrying: 'NoSuchBucket: The bucket is not there.' } };
  const stuck = await drain(engineOf(failing), 0);
  assert.equal(
    stuck,
    'firehose holds 3 records that it cannot pass on: NoSuchBucket: The bucket is not there.',
  );
});

test('a trouble that passes does not end the wait', async () => {
  const failing = { pipe: { waiting: 3, retrying: 'throttled' } };
  assert.equal(await drain(engineOf(failing, { pipe: { waiting: 0, out: 3 } }), 60_000), undefined);
});
