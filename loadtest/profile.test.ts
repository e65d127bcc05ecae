import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ordersBetween, ordersOf, PROFILE_NAMES, profileOf, scenarioOf } from './profile.ts';

const profiles = fc.record({
  name: fc.constantFrom(...PROFILE_NAMES),
  peak: fc.integer({ min: 1, max: 20_000 }),
  seconds: fc.integer({ min: 10, max: 7_200 }),
});

test('every profile lasts as long as it was asked to and never asks for more than its peak', () => {
  fc.assert(
    fc.property(profiles, ({ name, peak, seconds }) => {
      const { moments } = profileOf(name, peak, seconds);
      assert.equal(moments[0]?.second, 0);
      assert.equal(moments.at(-1)?.second, seconds);
      for (const [i, { second, ordersPerSecond }] of moments.entries()) {
        assert.ok(second >= (moments[i - 1]?.second ?? 0));
        assert.ok(ordersPerSecond >= 0 && ordersPerSecond <= peak + 1e-9);
      }
      assert.equal(Math.max(...moments.map(({ ordersPerSecond }) => ordersPerSecond)), peak);
    }),
  );
});

test('the orders of a profile are those of its parts', () => {
  fc.assert(
    fc.property(profiles, fc.integer({ min: 1, max: 50 }), ({ name, peak, seconds }, parts) => {
      const profile = profileOf(name, peak, seconds);
      const part = (k: number) => ordersBetween(profile, (seconds * k) / parts, (seconds * (k + 1)) / parts);
      const sum = Array.from({ length: parts }, (_, k) => part(k)).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - ordersBetween(profile, 0, seconds)) < 1e-6 * peak * seconds);
    }),
  );
});

test('a constant rate asks for rate times seconds, a climb for half of it', () => {
  assert.equal(ordersOf(profileOf('baseline', 50, 60)), 3_000);
  assert.equal(ordersOf(profileOf('stress', 100, 60)), 3_000);
});

test('the doors of a spike open within two seconds to ten times the rate', () => {
  const spike = profileOf('spike', 1_000, 60);
  assert.equal(ordersBetween(spike, 0, 1), 100);
  assert.equal(ordersBetween(spike, 11, 12), 100);
  assert.equal(Math.round(ordersBetween(spike, 14, 15)), 1_000);
});

test('k6 is given the same orders, whatever an iteration holds, in an open model', () => {
  fc.assert(
    fc.property(profiles, fc.constantFrom(1, 25), ({ name, peak, seconds }, ordersAnIteration) => {
      const profile = profileOf(name, peak, seconds);
      const { executor, startRate, timeUnit, stages } = scenarioOf(profile, ordersAnIteration);
      assert.equal(executor, 'ramping-arrival-rate');
      let rate = startRate;
      let iterations = 0;
      for (const { duration, target } of stages) {
        iterations +=
          ((rate + target) / 2 / Number.parseFloat(timeUnit)) * (Number.parseFloat(duration) / 1_000);
        rate = target;
      }
      const asked = ordersBetween(profile, 0, seconds);
      assert.ok(Math.abs(iterations * ordersAnIteration - asked) <= asked * 0.01 + 0.05 * seconds);
    }),
  );
});

test('k6 has as many users ready as the peak needs, within bounds', () => {
  assert.equal(scenarioOf(profileOf('spike', 1, 60), 1).preAllocatedVUs, 20);
  assert.equal(scenarioOf(profileOf('spike', 200, 60), 1).preAllocatedVUs, 200);
  assert.equal(scenarioOf(profileOf('spike', 100_000, 60), 1).preAllocatedVUs, 2_000);
  assert.equal(scenarioOf(profileOf('spike', 10_000, 60), 25).preAllocatedVUs, 400);
});
