import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onsetSecond } from './throttles.ts';

const seconds = (text: string): number[] => [...text].map((each) => (each === '.' ? 0 : 9));

test('refusals begin where no quiet stretch comes after them until the end', () => {
  assert.equal(onsetSecond(seconds('......xxxxxx')), 6);
  assert.equal(onsetSecond(seconds('xx......xxxx')), 8);
  assert.equal(onsetSecond(seconds('x...........')), undefined);
  assert.equal(onsetSecond([]), undefined);
});

test('a writer’s rest of five seconds is no quiet stretch, one of six is', () => {
  assert.equal(onsetSecond(seconds('..x....xxx..')), 2);
  assert.equal(onsetSecond(seconds('..x.....xx..')), 8);
});

test('at the end four quiet seconds are a rest, five are quiet', () => {
  assert.equal(onsetSecond(seconds('..xxxxx....')), 2);
  assert.equal(onsetSecond(seconds('..xxxxx.....')), undefined);
});
