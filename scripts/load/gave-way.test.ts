/** Who gave way, from metrics as CloudWatch tells them: each hop's throttles, backlogs without any, and false alarms. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { backlogOf } from './backlog.ts';
import { type Evidence, gaveWay, throttlesOf } from './gave-way.ts';
import type { Measured, Metric } from './metrics.ts';
import type { Slice } from './report.ts';

const BEGAN = 1_784_000_000;
const LOAD_SECONDS = 60;
const SECONDS = 120;

type Sums = Record<Metric, number[]>;

/** A minute at a thousand changes a second that pass all hops at once, and a minute of nothing. */
function sumsOf(change: (sums: Sums) => void = () => {}): Sums {
  const flow = () => Array.from({ length: SECONDS }, (_, k) => (k < LOAD_SECONDS ? 1_000 : 0));
  const none = () => new Array<number>(SECONDS).fill(0);
  const sums: Sums = {
    taken: flow(),
    put: flow(),
    putBytes: flow().map((records) => records * 1_050),
    read: flow(),
    delivered: flow(),
    tableThrottles: none(),
    pipeThrottles: none(),
    kinesisThrottles: none(),
    firehoseThrottles: none(),
    transformThrottles: none(),
  };
  change(sums);
  return sums;
}

function slicesOf(change: Partial<Slice> = {}): Slice[] {
  return Array.from({ length: 30 }, (_, k) => ({
    second: (k + 1) * 2,
    asked: 352,
    placed: 352,
    changes: 1_000,
    latencyMsP99: 5,
    troubles: 0,
    delivered: 1_000,
    backlog: 0,
    lagSecondsP99: 1,
    ...change,
  }));
}

function evidenceOf(sums: Sums | undefined, change: Partial<Evidence> = {}): Evidence {
  const measured: Measured | undefined = sums && { periodSeconds: 1, from: BEGAN, sums };
  const load = { began: BEGAN, loadSeconds: LOAD_SECONDS };
  return {
    ...load,
    timeline: slicesOf(),
    measured,
    backlog: measured && backlogOf(measured, { ...load, arrived: true }),
    lagSecondsMax: 40,
    shards: 1,
    environment: ENVIRONMENTS.local,
    calledOff: undefined,
    ...change,
  };
}

const judged = (change?: (sums: Sums) => void, more?: Partial<Evidence>) =>
  gaveWay(evidenceOf(sumsOf(change), more));

/** From `second` on a hop passes `rate` a second, until what waits before it is through. */
function slowDown(
  sums: Sums,
  into: 'taken' | 'put' | 'read',
  out: 'put' | 'read' | 'delivered',
  rate: number,
  second = 20,
) {
  const rest = {
    put: ['put', 'read', 'delivered'],
    read: ['read', 'delivered'],
    delivered: ['delivered'],
  } as const;
  let waiting = 0;
  for (let k = 0; k < SECONDS; k++) {
    waiting += sums[into][k] ?? 0;
    const passed = k < second ? waiting : Math.min(waiting, rate);
    waiting -= passed;
    for (const metric of rest[out]) sums[metric][k] = passed;
  }
}

test('nothing gave way where every hop passed on what came', () => {
  assert.equal(judged(), null);
});

test('kinesis is named by its throttles, with the rate that it carried, what came, and its quota', () => {
  const found = judged((sums) => {
    slowDown(sums, 'taken', 'put', 800);
    for (let k = 20; k < 70; k++) sums.kinesisThrottles[k] = 200;
  });
  assert.deepEqual(found && { ...found, why: '' }, {
    hop: 'kinesis',
    second: 20,
    ordersPerSecond: 283,
    changesPerSecond: 800,
    came: 1_000,
    quota: '1 shard takes 1,000 records or 1 MB a second, at 1,050 bytes a change',
    why: '',
  });
  assert.match(found?.why ?? '', /refused 10,000 records, and 8,000 changes waited/);
});

test('however steep the climb, the rate is that of the shard', () => {
  for (const step of [10, 50, 200]) {
    const found = judged((sums) => {
      for (let k = 0; k < SECONDS; k++) sums.taken[k] = k < LOAD_SECONDS ? k * step : 0;
      slowDown(sums, 'taken', 'put', 1_000, 0);
      for (let k = 0; k < SECONDS; k++) sums.kinesisThrottles[k] = Math.max(0, (sums.taken[k] ?? 0) - 1_000);
    });
    // Ten more a second never come to a thousand.
    if (step === 10) assert.equal(found, null);
    else assert.deepEqual([found?.hop, found?.changesPerSecond], ['kinesis', 1_000], String(step));
  }
});

test('records that the pipe put again at once are told, and kinesis did not give way', () => {
  const sums = sumsOf((all) => {
    for (let k = 20; k < 60; k++) all.kinesisThrottles[k] = 3;
  });
  const evidence = evidenceOf(sums);
  assert.equal(gaveWay(evidence), null);
  assert.deepEqual(throttlesOf(evidence.measured), [{ hop: 'kinesis', count: 120, what: 'records' }]);
});

test('changes that wait five seconds before kinesis are in time, and more are held up', () => {
  const waitingFor = (seconds: number) =>
    judged((sums) => {
      const late = (k: number) => (k < seconds ? 0 : k < LOAD_SECONDS + seconds ? 1_000 : 0);
      for (const metric of ['put', 'read', 'delivered'] as const)
        sums[metric] = sums.taken.map((_, k) => late(k));
    });
  assert.equal(waitingFor(5), null);
  assert.equal(waitingFor(7)?.hop, 'pipe');
});

test('each hop is named by its own throttles', () => {
  const cases = [
    ['pipe', 'pipeThrottles', 'taken', 'put'],
    ['firehose', 'firehoseThrottles', 'put', 'read'],
    ['transform', 'transformThrottles', 'put', 'read'],
    ['transform', 'transformThrottles', 'read', 'delivered'],
  ] as const;
  for (const [hop, metric, into, out] of cases) {
    const found = judged(
      (sums) => {
        slowDown(sums, into, out, 400);
        for (let k = 21; k < 90; k++) sums[metric][k] = 5;
      },
      { lagSecondsMax: 20 },
    );
    assert.equal(found?.hop, hop, metric);
    assert.ok(found?.quota, `${hop} has a quota`);
  }
});

test('a backlog without a throttle names the hop that should have carried it, and no quota', () => {
  const cases = [
    ['pipe', 'taken', 'put'],
    ['firehose', 'put', 'read'],
    ['firehose', 'read', 'delivered'],
  ] as const;
  for (const [hop, into, out] of cases) {
    const found = judged((sums) => slowDown(sums, into, out, 400), { lagSecondsMax: 20 });
    assert.deepEqual(
      [found?.hop, found?.quota, found?.changesPerSecond, found?.came],
      [hop, null, 400, 1_000],
      out,
    );
  }
});

test('the first to give way is named, not the worst', () => {
  const found = judged((sums) => {
    slowDown(sums, 'taken', 'put', 600, 30);
    for (let k = 30; k < 70; k++) sums.kinesisThrottles[k] = 100;
    slowDown(sums, 'put', 'read', 400, 10);
  });
  assert.deepEqual([found?.hop, found?.second], ['firehose', 10]);
});

test('the table gave way where one write in a hundred was refused for some seconds, below that it did not', () => {
  const refusing = (many: number, seconds: number) =>
    judged((sums) => {
      for (let k = 20; k < 20 + seconds; k++) sums.tableThrottles[k] = many;
    });
  assert.equal(refusing(10, 40), null);
  assert.equal(refusing(11, 40)?.hop, 'table');
  assert.equal(refusing(40, 1), null);
  assert.match(refusing(11, 40)?.quota ?? '', /was not warmed takes 4,000 write units a second/);
});

test('a table near its maximum hit its maximum', () => {
  const environment = {
    ...ENVIRONMENTS.local,
    table: { ...ENVIRONMENTS.local.table, writeUnitsPerSecondMax: 1_050 },
  };
  const found = judged(
    (sums) => {
      for (let k = 20; k < 60; k++) sums.tableThrottles[k] = 500;
    },
    { environment },
  );
  assert.equal(found?.quota, 'its maximum of 1,050 write units a second');
});

test('writes that failed without a throttle name the table and no quota', () => {
  const found = judged(undefined, { timeline: slicesOf({ troubles: 30 }) });
  assert.deepEqual([found?.hop, found?.quota, found?.why], ['table', null, '900 writes had to be repeated']);
  assert.equal(judged(undefined, { timeline: slicesOf({ troubles: 20 }) }), null);
});

test("what k6 repeated because the table refused it is told with the table's quota", () => {
  const found = judged(
    (sums) => {
      for (let k = 30; k < 60; k++) sums.tableThrottles[k] = 300;
    },
    { timeline: slicesOf({ troubles: 300 }) },
  );
  assert.equal(found?.hop, 'table');
  assert.equal(found?.second, 30);
  assert.match(found?.quota ?? '', /write units a second/);
});

test('a climb that k6 called off names the table last, when nothing else gave way', () => {
  const calledOff = 'every user of k6 waited for the table';
  assert.match(judged(undefined, { calledOff })?.why ?? '', /every user of k6 waited .* no quota was hit/);
  const behind = judged((sums) => slowDown(sums, 'taken', 'put', 400), { calledOff });
  assert.equal(behind?.hop, 'pipe');
});

test('only where nothing says who, it is unknown', () => {
  assert.equal(judged(undefined, { timeline: slicesOf({ lagSecondsP99: 41 }) })?.hop, 'unknown');
  assert.equal(judged(undefined, { timeline: slicesOf({ lagSecondsP99: 40 }) }), null);
  const unmeasured = gaveWay(evidenceOf(undefined, { timeline: slicesOf({ lagSecondsP99: 41 }) }));
  assert.equal(unmeasured?.hop, 'unknown');
});

test('by the minute, as AWS tells, a minute between two services is no backlog', () => {
  const minutes = (lateBy: number, throttles = 0) => {
    const at = (k: number) => (k < 10 ? 60_000 : 0);
    const sums = Object.fromEntries(
      Object.keys(sumsOf()).map((metric) => [
        metric,
        Array.from({ length: 20 }, (_, k) =>
          metric === 'kinesisThrottles'
            ? throttles
            : /Throttles$/.test(metric)
              ? 0
              : metric === 'taken'
                ? at(k)
                : k < lateBy
                  ? 0
                  : at(k - lateBy),
        ),
      ]),
    ) as Sums;
    const measured = { periodSeconds: 60, from: BEGAN, sums };
    const load = { began: BEGAN, loadSeconds: 600 };
    const backlog = backlogOf(measured, { ...load, arrived: true });
    return gaveWay({
      ...evidenceOf(undefined),
      ...load,
      measured,
      backlog,
      environment: ENVIRONMENTS.staging,
    });
  };
  assert.equal(minutes(1), null);
  assert.equal(minutes(2), null);
  assert.equal(minutes(3)?.hop, 'pipe');
  assert.equal(minutes(2, 100)?.hop, 'kinesis');
});
