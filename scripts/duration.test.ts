import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './command.ts';
import { parseDuration } from './duration.ts';

for (const { text, milliseconds } of [
  { text: '30s', milliseconds: 30_000 },
  { text: '10m', milliseconds: 600_000 },
  { text: '24h', milliseconds: 86_400_000 },
  { text: '1.5h', milliseconds: 5_400_000 },
  { text: '250ms', milliseconds: 250 },
  { text: ' 1s ', milliseconds: 1_000 },
])
  test(`${text} is ${milliseconds} milliseconds`, () => {
    assert.equal(parseDuration(text), milliseconds);
  });

for (const text of ['', '30', 's', '0s', '-1s', '1d', '1h30m', '1e3s', 'soon'])
  test(`"${text}" is refused with what a duration looks like`, () => {
    assert.throws(
      () => parseDuration(text),
      (error: UsageError) =>
        error instanceof UsageError &&
        error.message.includes(`"${text}"`) &&
        /30s, 10m or 24h/.test(error.nextStep),
    );
  });
