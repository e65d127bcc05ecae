import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOPS } from '../schemas/hops.ts';
import { clip, count, duration, picture, type Statuses } from './live-lines.ts';

const quiet = Object.fromEntries(
  HOPS.map(({ name }) => [name, { in: 0, out: 0, waiting: 0, failed: 0 }]),
) as Statuses;

test('the picture has a line a hop, in the order of the data', () => {
  const lines = picture(quiet, 'headline');
  assert.equal(lines[0], 'headline');
  assert.deepEqual(
    lines.slice(2).map((line) => line.split(/\s+/)[0]),
    HOPS.map(({ name }) => name),
  );
});

test('what waits, how long, and what failed are shown where they are', () => {
  const busy = { ...quiet, firehose: { in: 1_500, out: 1_000, waiting: 500, lagMs: 12_300, failed: 3 } };
  const line = picture(busy, '').find((each) => each.startsWith('firehose')) ?? '';
  assert.deepEqual(line.split(/\s{2,}/), ['firehose', '1,500', '1,000', '500', '12.3 s', '3']);
});

test('what does not move, and what was given up on, says why below the picture', () => {
  const stuck = { ...quiet.firehose, waiting: 5, retrying: 'NoSuchBucket: gone', lastFailure: 'old' };
  const lost = { ...quiet.pipe, failed: 2, lastFailure: '2 record(s): too old' };
  const recovered = { ...quiet.athena, lastFailure: 'throttled a while ago' };
  const lines = picture({ ...quiet, firehose: stuck, pipe: lost, athena: recovered }, '');
  assert.deepEqual(lines.slice(2 + HOPS.length), [
    'pipe failed: 2 record(s): too old',
    'firehose tries again: NoSuchBucket: gone',
  ]);
});

test('a clipped line is as wide as the terminal and ends its colours', () => {
  assert.equal(clip('\u001b[31mabcdef\u001b[0mgh', 4), '\u001b[31mabcd\u001b[0m');
  assert.equal(clip('abc', 3), 'abc');
});

test('numbers and durations are as precise as anyone reads them', () => {
  assert.equal(count(1_234_567), '1,234,567');
  assert.deepEqual([0, 999, 1_000, 119_900, 240_000].map(duration), [
    '0 ms',
    '999 ms',
    '1.0 s',
    '119.9 s',
    '4 min',
  ]);
});
