/** What the projection's picture shows and what it leaves out, and the rival that its figures are held against. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { type Asked, projectionPicture } from './projection-picture.ts';
import { straightLine } from './testing/projection-figures.ts';

const EVEN = Array.from({ length: 96 }, () => 100);
const surprise = { fromHour: 14, toHour: 17, factor: 1.5 };

function asked(hour: number, band = true): Asked {
  if (hour < 6) return { hour, projected: undefined, low: undefined, high: undefined, runRate: undefined };
  const [low, high] = band ? [9000, 10_000] : [undefined, undefined];
  return { hour, projected: 9500, low, high, runRate: 9600 };
}
const HOURS = Array.from({ length: 23 }, (_, at) => at + 1);

test('hours without a number have no point, and are marked as such', () => {
  const picture = projectionPicture({ quarters: EVEN, asked: HOURS.map((hour) => asked(hour)), surprise });
  assert.equal(XMLValidator.validate(picture), true);
  assert.equal(picture.split('<circle').length - 1, 18);
  assert.match(
    picture,
    /At noon the projection says \$10k and the run rate \$10k; before 6:00 there is no number/,
  );
  assert.match(picture, /class="band"/);
});

test('without a band none is drawn, and none is named', () => {
  const picture = projectionPicture({
    quarters: EVEN,
    asked: HOURS.map((hour) => asked(hour, false)),
    surprise,
  });
  assert.doesNotMatch(picture, /class="band"|of 8 days in 10/);
});

test('all that is drawn lies within the picture', () => {
  const picture = projectionPicture({ quarters: EVEN, asked: HOURS.map((hour) => asked(hour)), surprise });
  for (const [, path = ''] of picture.matchAll(/ d="([^"]+)"/g)) {
    const numbers = [...path.matchAll(/[\d.-]+/g)].map(Number);
    assert.ok(
      numbers.every((each) => each >= 0 && each <= 960),
      path,
    );
  }
});

test('the straight line of an even day ends where the run rate does', () => {
  assert.ok(Math.abs(straightLine(EVEN, 6) - 9600) < 1e-6);
});

test('the straight line of a rising day goes on rising, and of a falling one stops at nought', () => {
  const rising = EVEN.map((_, at) => at);
  assert.ok(Math.abs(straightLine(rising, 12) - (95 * 96) / 2) < 1e-6);
  const falling = EVEN.map((_, at) => Math.max(0, 47 - at));
  assert.ok(Math.abs(straightLine(falling, 12) - (47 * 48) / 2) < 1e-6);
});
