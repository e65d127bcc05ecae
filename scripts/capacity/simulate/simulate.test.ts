import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { ENVIRONMENTS, type Environment } from '../../../stacks/environments.ts';
import { measureOrderLife } from '../order-life.ts';
import { capacityPlan } from '../plan.ts';
import { PROFILES, type Profile } from '../profiles.ts';
import { seeded } from './chance.ts';
import { countLags } from './lags.ts';
import { simulationSvg } from './plot.ts';
import { createQueue } from './queue.ts';
import { type Simulation, simulate } from './simulate.ts';
import { simulationText } from './text.ts';
import { awsTimings, type Timings } from './timings.ts';

const LIFE = measureOrderLife();
const AVERAGE = PROFILES.find(({ name }) => name === 'amazon-average') as Profile;
const { prod, dev, local } = ENVIRONMENTS;

type Given = {
  environment?: Environment;
  rate: number;
  hours?: number;
  warm?: number;
  hot?: number;
  seed?: number;
  curve?: (seconds: number) => number;
  timings?: Timings;
};

function played({
  environment = prod,
  rate,
  hours = 0.25,
  warm = 40_000,
  hot = 0,
  seed = 1,
  ...more
}: Given): Simulation {
  const profile = { ...AVERAGE, ordersPerSecondAverage: rate, ordersPerSecondPeak: rate, hours };
  return simulate({ environment, profile, life: LIFE, warmWriteUnits: warm, hotShare: hot, seed, ...more });
}

const withShards = (shards: number): Environment => ({ ...prod, kinesis: { ...prod.kinesis, shards } });

test('a seed plays the same event, another seed another', () => {
  const given = { rate: 500, environment: withShards(2) };
  assert.deepEqual(played(given), played(given));
  assert.notDeepEqual(played({ ...given, seed: 2 }).changes, played(given).changes);
});

test('every change that was written is in the lake, a dead letter, or still on its way', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6_000 }),
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.nat(),
      (rate, shards, hot, seed) => {
        const { changes } = played({
          rate,
          hot,
          seed,
          environment: withShards(shards),
          hours: 0.02,
          warm: 8_000,
        });
        assert.equal(changes.delivered + changes.deadLetters + changes.left, changes.written);
      },
    ),
    { numRuns: 25 },
  );
});

test('below its rate no hop throttles, and the lag is the buffers’', () => {
  const { throttled, lagSeconds, drainedAfterSeconds } = played({ rate: 1_000 });
  assert.equal(throttled.table.first, undefined);
  assert.equal(throttled.kinesis.first, undefined);
  const waits =
    prod.firehose.bufferSeconds + prod.firehose.transformBufferSeconds + prod.pipe.batchWindowSeconds;
  assert.ok(lagSeconds.most < waits + 3, String(lagSeconds.most));
  assert.ok(lagSeconds.p50 > 20 && lagSeconds.p50 < lagSeconds.p99);
  assert.ok((drainedAfterSeconds ?? Number.NaN) <= waits);
});

const QUICK: Timings = {
  ...{ pipeBatch: 0.05, firehoseRead: 0, objectPut: 0 },
  transform: { aRecord: 0, aCall: 0 },
};

function bufferedBy(firehose: Partial<Environment['firehose']>): Environment {
  return { ...local, firehose: { ...local.firehose, ...firehose } };
}

test('no change waits for an object longer than its time, also where objects end by size', () => {
  for (const bufferMegabytes of [1, 5, 64]) {
    const environment = bufferedBy({ bufferMegabytes });
    const { lagSeconds } = played({ environment, rate: 400, hours: 0.05, timings: QUICK });
    const most = environment.firehose.bufferSeconds + 0.5;
    assert.ok(lagSeconds.most <= most, `${bufferMegabytes} MB: ${lagSeconds.most} s`);
  }
});

test('where objects end by time, a change waits for half of it on average', () => {
  const { mean } = played({ environment: local, rate: 100, hours: 0.1, timings: QUICK }).lagSeconds;
  assert.ok(Math.abs(mean - local.firehose.bufferSeconds / 2 - QUICK.pipeBatch) < 0.05, String(mean));
});

test('a shard saves up one second, and no more', () => {
  const QUIET_SECONDS = 60;
  const refusedAfter = (rate: number) => {
    const curve = (seconds: number) => (seconds < QUIET_SECONDS ? 1 : rate);
    const { throttled } = played({ environment: withShards(1), rate: 1, hours: 0.025, curve });
    return (throttled.kinesis.first?.seconds ?? Number.NaN) - QUIET_SECONDS;
  };
  // Twice what a shard takes uses up a second's worth in a second, half as much again in two.
  assert.ok(Math.abs(refusedAfter(706) - 1) <= 0.5, String(refusedAfter(706)));
  assert.ok(Math.abs(refusedAfter(530) - 2) <= 0.5, String(refusedAfter(530)));
});

test('a transform that gathers keeps a change for its time, unless its batch is full before', () => {
  const p99 = (rate: number, transformBufferSeconds: number) =>
    played({ environment: bufferedBy({ transformBufferSeconds }), rate, hours: 0.05, timings: QUICK })
      .lagSeconds.p99;
  const longer = p99(20, 10) - p99(20, 0);
  assert.ok(longer > 8 && longer <= 10.5, `${longer} s longer where batches stay small`);
  // Three megabytes of changes come in one second.
  const full = p99(1_060, 10) - p99(1_060, 0);
  assert.ok(full < 2, `${full} s longer where batches fill`);
});

test('a slower machine makes every lag longer by as much', () => {
  const given = { environment: local, rate: 100, hours: 0.05 };
  const slow = { ...QUICK, objectPut: 2, firehoseRead: 1 };
  const longer =
    played({ ...given, timings: slow }).lagSeconds.mean -
    played({ ...given, timings: QUICK }).lagSeconds.mean;
  assert.ok(Math.abs(longer - 2.5) < 1e-6, String(longer));
  assert.deepEqual(played({ ...given, timings: awsTimings(local) }), played(given));
});

test('a curve of one’s own is played in place of the profile’s', () => {
  const climb = (seconds: number) => 300 + 3 * seconds;
  const { moments, throttled } = played({
    environment: withShards(1),
    rate: 1,
    hours: 40 / 3_600,
    curve: climb,
  });
  assert.equal(moments[0]?.ordersPerSecond, climb(0.75));
  const rate = throttled.kinesis.first?.ordersPerSecond ?? 0;
  assert.ok(rate > 353 && rate < 420, `refused from ${rate} orders/s on, and a shard takes 353`);
});

test('the rate at which shards begin to throttle is the planner’s, within a fifth', () => {
  for (const shards of [1, 4, 24]) {
    const environment = withShards(shards);
    const { first } = capacityPlan(environment, AVERAGE, { warmWriteUnits: 40_000, testSeconds: 900 });
    assert.equal(first.hop, 'kinesis');
    const throttles = (share: number): boolean => {
      const { throttled, changes } = played({ environment, rate: first.ordersPerSecond * share });
      return throttled.kinesis.changes > changes.written / 1_000;
    };
    assert.equal(throttles(0.8), false, `${shards} shards at four fifths`);
    assert.equal(throttles(1.2), true, `${shards} shards at a fifth more`);
  }
});

test('a new table throttles above 4,000 write units, and a warmed one does not', () => {
  const rate = 2_000;
  assert.ok(played({ rate, warm: 4_000 }).throttled.table.changes > 0);
  assert.equal(played({ rate, warm: 8_000 }).throttled.table.first, undefined);
});

test('a table doubles what it serves after half an hour, not before', () => {
  const { moments } = played({ rate: 2_000, warm: 4_000, hours: 1 });
  const waitingAt = (minutes: number): number =>
    moments.find(({ seconds }) => seconds >= minutes * 60)?.table as number;
  assert.ok(waitingAt(29) > waitingAt(20));
  assert.ok(waitingAt(40) < waitingAt(29));
});

test('a shard that gets a share of all is full long before the others', () => {
  const rate = 1_000;
  assert.equal(played({ rate }).throttled.kinesis.first, undefined);
  const hot = played({ rate, hot: 0.5 });
  assert.ok(hot.throttled.kinesis.changes > 0);
  assert.ok(hot.lagSeconds.p99 > played({ rate }).lagSeconds.p99);
});

test('changes older than the pipe carries become dead letters, those younger do not', () => {
  const age = (recordAgeSeconds: number): Environment => ({
    ...dev,
    pipe: { ...dev.pipe, recordAgeSeconds },
    table: { ...dev.table, writeUnitsPerSecondMax: 4_000 },
  });
  const given = { rate: 1_000, hours: 0.1 };
  assert.ok(played({ ...given, environment: age(60) }).changes.deadLetters > 0);
  assert.equal(played({ ...given, environment: age(3_600) }).changes.deadLetters, 0);
});

test('a day at 12,000 orders a second plays within half a minute', () => {
  const started = process.cpuUsage();
  const { changes } = played({ environment: withShards(47), rate: 12_000, hours: 2 });
  const { user } = process.cpuUsage(started);
  assert.ok(changes.delivered > 240e6 && changes.left === 0);
  assert.ok((user / 1e6) * 12 < 30, `${user / 1e6} s of processor for two hours`);
});

test('a queue gives the oldest first and forgets what came before a moment, not at it', () => {
  const queue = createQueue();
  const taken: [number, number][] = [];
  for (const [at, count] of [
    [1, 5],
    [2, 3],
    [2, 1],
    [3, 2],
  ] as const)
    queue.put(at, count);
  assert.equal(
    queue.take(6, (at, count) => taken.push([at, count])),
    6,
  );
  assert.deepEqual(taken, [
    [1, 5],
    [2, 1],
  ]);
  assert.equal(queue.oldest(), 2);
  assert.equal(queue.forget(2), 0);
  assert.equal(queue.forget(3), 3);
  assert.equal(
    queue.take(9, () => undefined),
    2,
  );
  assert.equal(queue.size(), 0);
  assert.equal(queue.oldest(), undefined);
});

test('chance keeps its means and its bounds', () => {
  const chance = seeded(7);
  for (const mean of [0.5, 10, 400]) {
    let total = 0;
    for (let i = 0; i < 4_000; i++) total += chance.arrivals(mean);
    assert.ok(Math.abs(total / 4_000 / mean - 1) < 0.1, String(mean));
  }
  for (const [count, share] of [
    [5, 0.5],
    [1_000, 0.001],
    [1_000, 0.5],
    [10, 1],
  ] as const)
    for (let i = 0; i < 200; i++) {
      const part = chance.share(count, share);
      assert.ok(Number.isInteger(part) && part >= 0 && part <= count);
    }
});

test('a quantile is within two per cent, and none of nothing', () => {
  const lags = countLags();
  assert.equal(lags.quantile(0.5), 0);
  for (let second = 1; second <= 1_000; second++) lags.add(second, 3);
  for (const share of [0.5, 0.9, 0.99])
    assert.ok(Math.abs(lags.quantile(share) / (share * 1_000) - 1) < 0.021, String(share));
  assert.equal(lags.quantile(1), 1_000);
});

test('the picture is whole XML without anything from elsewhere, and the text says what was lost', () => {
  const simulation = played({ environment: withShards(1), rate: 1_000 });
  const named = { ...simulation, profile: { ...simulation.profile, name: '<a> & b' } };
  const svg = simulationSvg(named);
  assert.equal(XMLValidator.validate(svg), true);
  assert.doesNotMatch(svg, /<script|href=|NaN|Infinity|undefined/);
  assert.match(svg, /&lt;a&gt; &amp; b/);
  assert.match(simulationText(simulation), /kinesis: [\d,]+ changes in .*, first after/);
  assert.match(
    simulationText({ ...simulation, changes: { ...simulation.changes, deadLetters: 7 } }),
    /DEAD LETTERS: 7/,
  );
});
