import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileOf } from '../../loadtest/profile.ts';
import { withPeakWithin } from './calibrate.ts';

const profile = profileOf('stress', 2_000, 120);

test('a peak that k6 can make stays, asked for or not', () => {
  assert.equal(withPeakWithin(profile, 2_000, true), profile);
  assert.equal(withPeakWithin(profile, 2_000, false), profile);
});

test('a peak that was asked for and cannot be made is refused with what can', () => {
  assert.throws(
    () => withPeakWithin(profile, 1_999.9, true),
    /k6 makes about 1,999 orders a second on this machine, and the peak is 2,000\./,
  );
});

test('the usual peak is taken down to what k6 surely makes, the whole climb with it', () => {
  assert.deepEqual(withPeakWithin(profile, 1_000, false), profileOf('stress', 800, 120));
});
