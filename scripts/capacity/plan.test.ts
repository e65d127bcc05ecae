import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOPS } from '../../schemas/hops.ts';
import { ENVIRONMENTS, type Environment } from '../../stacks/environments.ts';
import { LIMITS } from '../../stacks/limits.ts';
import { MARGIN, shardsFor } from './advice.ts';
import { bufferHintMegabytesMax, evenShare, partitionsOf } from './constraints.ts';
import { measureOrderLife } from './order-life.ts';
import { capacityPlan } from './plan.ts';
import { ordersOf, ordersPerSecondAt, PROFILES, type Profile } from './profiles.ts';
import { QUOTAS, type QuotaName, quota } from './quotas.ts';
import { planText } from './text.ts';

const { prod, dev } = ENVIRONMENTS;
const AVERAGE = PROFILES.find(({ name }) => name === 'amazon-average') as Profile;
const WARM = { warmWriteUnits: 40_000, testSeconds: 900 };
const LIFE = measureOrderLife();

const at = (ordersPerSecond: number): Profile => ({
  ...AVERAGE,
  ordersPerSecondAverage: ordersPerSecond,
  ordersPerSecondPeak: ordersPerSecond,
});

function withShards(shards: number): Environment {
  return { ...prod, kinesis: { ...prod.kinesis, shards } };
}

test('every hop of the chain has a load and a limit, in the data’s order', () => {
  const { hops } = capacityPlan(prod, AVERAGE, WARM);
  assert.deepEqual(
    [...new Set(hops.map(({ hop }) => hop))],
    HOPS.map(({ name }) => name),
  );
  for (const { hop, load, limit, headroom } of hops) {
    assert.ok(load > 0 && limit > 0, hop);
    assert.equal(headroom, limit / load);
  }
});

test('a new table gives way first, and a warmed one leaves the shards to', () => {
  const cold = capacityPlan(prod, AVERAGE, { ...WARM, warmWriteUnits: 4_000 });
  assert.equal(cold.first.hop, 'table');
  assert.equal(cold.first.ordersPerSecond, 4_000 / LIFE.writeUnitsAnOrder);
  assert.equal(cold.carries, false);
  assert.deepEqual(capacityPlan(prod, AVERAGE, { ...WARM, warmWriteUnits: 1 }).first, cold.first);
  const warm = capacityPlan(prod, AVERAGE, WARM);
  assert.equal(warm.first.hop, 'kinesis');
  assert.equal(warm.carries, true);
});

test('an environment carries the rate at which it gives way, and not a thousandth more', () => {
  const { first } = capacityPlan(prod, at(1_000), WARM);
  const event = { hours: 1 };
  assert.equal(capacityPlan(prod, { ...at(first.ordersPerSecond * 0.999), ...event }, WARM).carries, true);
  assert.equal(capacityPlan(prod, { ...at(first.ordersPerSecond * 1.001), ...event }, WARM).carries, false);
});

test('what is said to be set carries the peak and its margin', () => {
  const peak = at(12_000);
  const { advice } = capacityPlan(prod, peak, WARM);
  const wanted = (setting: string): number =>
    advice.find((each) => each.setting === setting)?.wanted as number;
  const raised: Environment = {
    ...withShards(wanted('kinesis.shards')),
    table: { ...prod.table, writeUnitsPerSecondMax: wanted('table.writeUnitsPerSecondMax') },
  };
  const { hops } = capacityPlan(raised, at(12_000 * MARGIN), {
    ...WARM,
    warmWriteUnits: wanted('warm throughput'),
  });
  const short = hops.filter(({ per, headroom }) => per === 'second' && headroom < 1);
  // The quota is what is left: it is on the list of those to ask AWS for.
  assert.deepEqual([...new Set(short.map(({ decides }) => decides))], ['table-write-units']);
});

test('a quota is asked for where the wanted number is above it, and not at it', () => {
  const units = quota('table-write-units') / MARGIN / LIFE.writeUnitsAnOrder;
  const asked = (ordersPerSecond: number): string[] =>
    capacityPlan(prod, at(ordersPerSecond), WARM).requests.map((each) => each.quota);
  assert.deepEqual(asked(units * 0.999), []);
  assert.deepEqual(asked(units * 1.001), ['table-write-units']);
});

test('one shard is never uneven, and more of them are the less even the more they are', () => {
  assert.equal(evenShare(1), 1);
  assert.ok(evenShare(24) < evenShare(8) && evenShare(24) > 0.9);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (records) => {
      const shards = shardsFor(records, 0);
      const least = records / quota('shard-records');
      assert.ok(shards * evenShare(shards) >= least);
      assert.ok(shards === 1 || (shards - 1) * evenShare(shards - 1) < least);
    }),
  );
});

test('partitions follow the warm throughput, and a new table has four', () => {
  assert.deepEqual([1, 4_000, 4_001, 40_000].map(partitionsOf), [4, 4, 5, 40]);
});

test('an order’s life is measured: the model’s steps, both images in a change, one unit a write', () => {
  assert.ok(LIFE.changesAnOrder > 2.7 && LIFE.changesAnOrder < 2.95, String(LIFE.changesAnOrder));
  assert.equal(LIFE.writeUnitsAnOrder, LIFE.changesAnOrder);
  assert.ok(LIFE.changeBytes > 2 * LIFE.itemBytes);
  assert.equal(LIFE.failed, 0);
});

test('a larger order costs more units, more bytes and, near 6 MB, a smaller batch', () => {
  const large = measureOrderLife({ itemBytes: 1_025 });
  const unit = measureOrderLife({ itemBytes: 1_000 });
  assert.ok(large.writeUnitsAnOrder > unit.writeUnitsAnOrder * 1.9);
  assert.equal(unit.writeUnitsAnOrder, LIFE.writeUnitsAnOrder);
  assert.equal(bufferHintMegabytesMax({ ...LIFE, requestBlowUp: 2 }), 3);
  assert.equal(bufferHintMegabytesMax({ ...LIFE, requestBlowUp: 2.1 }), 2.8);
});

test('the curve’s orders are the average’s, its highest the peak', () => {
  for (const profile of [...PROFILES, { ...AVERAGE, ordersPerSecondPeak: 1_300 }, { ...AVERAGE, hours: 1 }]) {
    let orders = 0;
    let highest = 0;
    for (let second = 0; second < profile.hours * 3600; second++) {
      const rate = ordersPerSecondAt(profile, second);
      orders += rate;
      highest = Math.max(highest, rate);
    }
    assert.ok(Math.abs(orders / ordersOf(profile) - 1) < 0.001, `${profile.name} ${orders}`);
    assert.ok(Math.abs(highest / profile.ordersPerSecondPeak - 1) < 0.001, `${profile.name} ${highest}`);
  }
});

test('amazon-average is 375 million items in 48 hours at 1.9 an order', () => {
  assert.ok(Math.abs(AVERAGE.ordersPerSecondAverage / (375e6 / 48 / 3600 / 1.9) - 1) < 0.01);
});

test('the event costs its orders and its hours, the test its own', () => {
  const { costs, orders } = capacityPlan(prod, AVERAGE, WARM);
  const writes = costs.find(({ hop, what }) => hop === 'table' && what === 'writes');
  assert.ok(writes);
  assert.ok(Math.abs(writes.event - (writes.perMillion * orders) / 1e6) < 1e-6);
  const shards = costs.find(({ what }) => what === '24 shards');
  assert.equal(shards?.event, 24 * 48 * 0.015);
  assert.ok(Math.abs((shards?.test ?? 0) - 24 * 0.25 * 0.015) < 1e-9);
});

test('a number that the stacks’ limits name too is the same in both', () => {
  const both: readonly [QuotaName, string][] = [
    ['table-write-units', 'table.writeUnitsPerSecondMax'],
    ['pipe-batch-records', 'pipe.batchRecords'],
    ['pipe-parallel-batches', 'pipe.parallelBatches'],
    ['kinesis-shards', 'kinesis.shards'],
    ['transform-buffer-megabytes', 'firehose.transformBufferMegabytes'],
  ];
  for (const [name, path] of both) {
    const limit = LIMITS[path];
    assert.ok(limit && 'max' in limit);
    assert.equal(quota(name), limit.max, name);
  }
});

test('every quota has a unit, a page of AWS and a standing', () => {
  for (const [name, { value, unit, page, standing }] of Object.entries(QUOTAS.quotas)) {
    assert.ok(value > 0 && unit.length > 0, name);
    assert.match(page, /^https:\/\/docs\.aws\.amazon\.com\//, name);
    assert.match(standing, /^(published|assumed)$/, name);
  }
});

test('the page names the hop that gives way, the rate, and what is too little', () => {
  const text = planText(capacityPlan(dev, at(2_000), WARM));
  assert.match(text, /First to give way: kinesis .* at 35\d orders a second/);
  assert.match(text, /dev does not carry amazon-average: table, .*kinesis/);
  assert.match(text, /table-write|No quota/);
});
