import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixes } from './lake-watch.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

test('an order of one hour is looked for in that hour, and among the errors of the day', () => {
  assert.deepEqual(prefixes(at('2026-07-08T09:00:00'), at('2026-07-08T09:59:59.999')), [
    'orders/dt=2026-07-08/hour=09/',
    'errors/processing-failed/dt=2026-07-08/',
  ]);
});

test('the hour that begins meanwhile is looked at too, and the next day', () => {
  assert.deepEqual(prefixes(at('2026-07-08T23:59:59.999'), at('2026-07-09T00:00:00')), [
    'orders/dt=2026-07-08/hour=23/',
    'orders/dt=2026-07-09/hour=00/',
    'errors/processing-failed/dt=2026-07-08/',
    'errors/processing-failed/dt=2026-07-09/',
  ]);
});
