/** How an on-demand table grows: what it takes at first, when a peak counts, and what of that outlasts the engine. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import { type TestClock, testClock } from '../../testing/clock.ts';
import { testPorts, testStack } from '../../testing/ports.ts';
import { type TableConfig, type Throughput, tableKind } from './config.ts';
import { createGrowth, NEW_ON_DEMAND } from './growth.ts';
import { openTables, type Table } from './tables.ts';
import { createMeter, type Meter } from './throughput.ts';
import { createWriter } from './write.ts';

const MINUTE = 60_000;
const ON_DEMAND: Throughput = { mode: 'on-demand' };
const [CONFIG] = testStack({
  'aws_dynamodb_table.table': {
    name: 'orders',
    hash_key: 'id',
    billing_mode: 'PAY_PER_REQUEST',
    attribute: [{ name: 'id', type: 'S' }],
  },
}).all(tableKind) as [TableConfig];

const meterOf = (throughput: Throughput, clock: TestClock) =>
  createMeter(throughput, 'arn:table', clock, undefined);

/** Writes of one unit that are taken while the clock stands still, over keys that fall evenly. */
function taken(meter: Meter, tried: number): { units: number; refusal?: AwsError } {
  for (let i = 0; i < tried; i++) {
    const key = Math.floor(((i + 0.5) / tried) * 2 ** 24)
      .toString(16)
      .padStart(6, '0');
    try {
      meter.admit('write', key);
    } catch (error) {
      if (error instanceof AwsError) return { units: i, refusal: error };
      throw error;
    }
    meter.charge('write', key, 1);
  }
  return { units: tried };
}

/** A whole minute at so many units a second; what was refused stays away. */
function minuteOf(meter: Meter, clock: TestClock, unitsPerSecond: number): void {
  for (let second = 0; second < 60; second++) {
    taken(meter, unitsPerSecond);
    clock.advance(1_000);
  }
}

test('a new table takes 4,000 writes in a second, and no more', () => {
  const within = taken(meterOf(ON_DEMAND, testClock()), 4_000);
  const beyond = taken(meterOf(ON_DEMAND, testClock()), 4_001);
  assert.deepEqual(within, { units: 4_000 });
  assert.equal(beyond.refusal?.code, 'ThrottlingException');
  assert.match(
    beyond.refusal?.message ?? '',
    /^Throughput exceeds the current capacity of your table or index\./,
  );
  assert.deepEqual(beyond.refusal?.members, {
    throttlingReasons: [{ reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:table' }],
  });
});

test('a warmed table takes what it was warmed to', () => {
  const warmed: Throughput = { mode: 'on-demand', warm: { writeUnits: 9_000, readUnits: 12_000 } };
  assert.equal(taken(meterOf(warmed, testClock()), 9_000).refusal, undefined);
  assert.ok(taken(meterOf(warmed, testClock()), 9_001).refusal, 'more than it was warmed to');
});

test('a table takes twice its previous peak once half an hour has passed, not before', () => {
  const clock = testClock();
  const meter = meterOf(ON_DEMAND, clock);
  minuteOf(meter, clock, 3_000);
  clock.advance(29 * MINUTE);
  assert.ok(taken(meter, 4_001).refusal, 'the peak counted too soon');
  clock.advance(MINUTE);
  assert.equal(taken(meter, 6_000).refusal, undefined);
  clock.advance(1_000);
  assert.ok(taken(meter, 6_001).refusal, 'more than twice the peak');
  assert.deepEqual(meter.warm(), { writeUnits: 6_000, readUnits: 12_000 });
});

test('a second’s burst is no peak, and a lower peak takes nothing away', () => {
  const clock = testClock();
  const meter = meterOf(ON_DEMAND, clock);
  taken(meter, 4_000);
  clock.advance(32 * MINUTE);
  minuteOf(meter, clock, 100);
  clock.advance(32 * MINUTE);
  meter.admit('write', '000000');
  assert.deepEqual(meter.warm(), NEW_ON_DEMAND);
});

test('growth ends at the declared maximum, and at AWS’s quota of a table', () => {
  const units = { writeUnits: 60_000, readUnits: 12_000 };
  const bounded = taken(
    meterOf({ mode: 'on-demand', warm: units, writeUnitsMax: 5_000 }, testClock()),
    5_001,
  );
  assert.equal(bounded.units, 5_000);
  assert.match(bounded.refusal?.message ?? '', /maximum OnDemandThroughput/);
  const quota = taken(meterOf({ mode: 'on-demand', warm: units }, testClock()), 40_001);
  assert.equal(quota.units, 40_000);
  assert.equal(quota.refusal?.code, 'RequestLimitExceeded');
  assert.deepEqual(quota.refusal?.members, {
    ThrottlingReasons: [{ reason: 'TableWriteAccountLimitExceeded', resource: 'arn:table' }],
  });
});

test('a scan’s units are shared by all partitions, and it stops when none has any', () => {
  const meter = meterOf(ON_DEMAND, testClock());
  meter.charge('read', undefined, 11_996);
  meter.admit('read', undefined);
  meter.admit('read', '000000');
  meter.charge('read', undefined, 4);
  assert.throws(() => meter.admit('read', undefined), { code: 'ThrottlingException' });
});

test('minutes that change nothing are not kept', () => {
  const growth = createGrowth(NEW_ON_DEMAND, 0);
  growth.count({ writeUnits: 2_000 * 60 });
  growth.passTo(MINUTE);
  assert.equal(growth.unkept(), undefined);
  growth.count({ writeUnits: 2_001 * 60 });
  growth.passTo(2 * MINUTE);
  assert.deepEqual(growth.unkept()?.newer, [{ minute: 1, mean: { writeUnits: 2_001, readUnits: 0 } }]);
  assert.equal(growth.unkept(), undefined);
});

test('a peak outlasts the engine, from the first write after its minute', async () => {
  const ports = testPorts();
  const open = () => openTables([CONFIG], ports).get('orders') as Table;
  const writer = createWriter(ports.clock, { writes: 0, changes: 0 });
  const write = () =>
    ports.store.transact((tx) => writer(tx, before, '000000/a', undefined, { id: { S: 'a' } }));
  const before = open();
  before.meter.charge('write', undefined, 3_000 * 60);
  await write();
  ports.clock.advance(MINUTE);
  before.meter.admit('write', '000000');
  await write();

  const after = open();
  ports.clock.advance(30 * MINUTE);
  after.meter.admit('write', '000000');
  assert.deepEqual(after.meter.warm(), { writeUnits: 6_000, readUnits: 12_000 });
  await ports.cleanUp();
});
