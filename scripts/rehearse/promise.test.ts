import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, type Outcome, type Promised, tryEach } from './promise.ts';

const promised = (promise: string, see: () => Promise<string>, needed?: true): Promised => ({
  part: 'way',
  promise,
  see,
  ...(needed ? { needed } : {}),
});
const holds = async () => 'seen';
const breaks = async () => {
  check(false, 'it does not hold');
  return '';
};
const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ promise, kind }) => `${promise} ${kind}`);

test('each promise is told as soon as it is known, with what was seen or why it does not hold', async () => {
  const told: string[] = [];
  await tryEach([promised('a', holds), promised('b', breaks)], (outcome) => {
    told.push(outcome.kind === 'kept' ? outcome.seen : outcome.kind === 'broken' ? outcome.reason : '');
  });
  assert.deepEqual(told, ['seen', 'it does not hold']);
});

test('after a broken promise the others are tried all the same', async () => {
  const outcomes = await tryEach([promised('a', breaks), promised('b', holds)], () => {});
  assert.deepEqual(kinds(outcomes), ['a broken', 'b kept']);
});

test('what rests on a broken promise is not tried, and says on which', async () => {
  let tried = false;
  const second = promised('b', async () => {
    tried = true;
    return '';
  });
  const outcomes = await tryEach([promised('a', breaks, true), second], () => {});
  assert.deepEqual(kinds(outcomes), ['a broken', 'b not-tried']);
  assert.equal(tried, false);
  assert.deepEqual(outcomes[1]?.kind === 'not-tried' && outcomes[1].because, 'it rests on: a');
});

test('a promise has taken as long as the clock says', async () => {
  const times = [1_000, 3_500];
  const [outcome] = await tryEach(
    [promised('a', holds)],
    () => {},
    () => times.shift() ?? 0,
  );
  assert.equal(outcome?.seconds, 2.5);
});
