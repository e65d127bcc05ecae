import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENTS, type Environment } from '../../stacks/environments.ts';
import { shortfallsOf } from './declared.ts';

const { prod } = ENVIRONMENTS;
const withShards = (shards: number): Environment => ({ ...prod, kinesis: { ...prod.kinesis, shards } });

for (const environment of Object.values(ENVIRONMENTS))
  test(`${environment.name} carries what it says it carries: ${environment.carries}`, () => {
    assert.deepEqual(shortfallsOf(environment), []);
  });

test('a number too low for the declared event is named with what to set, the last that carries it is not', () => {
  const carrying = (shards: number): boolean => shortfallsOf(withShards(shards)).length === 0;
  const least = Array.from({ length: 30 }, (_, index) => index + 1).find(carrying) as number;
  assert.ok(least > 16 && least <= 20, String(least));
  const [shortfall, ...others] = shortfallsOf(withShards(least - 1));
  assert.deepEqual(others, []);
  assert.match(
    shortfall?.message ?? '',
    new RegExp(`^prod: kinesis.shards is ${least - 1}, too little for the peak`),
  );
  assert.match(shortfall?.nextStep ?? '', /^Set it to 24/);
});

test('each of the environment’s own numbers is looked at', () => {
  const short: Environment = {
    ...prod,
    table: { ...prod.table, writeUnitsPerSecondMax: 5_000 },
    athena: { ...prod.athena, scannedBytesMax: 1024 ** 3 },
  };
  assert.deepEqual(
    shortfallsOf(short).map(({ message }) => /^prod: (\S+)/.exec(message)?.[1]),
    ['table.writeUnitsPerSecondMax', 'athena.scannedBytesMax'],
  );
});

test('an environment that names no event is short of nothing', () => {
  assert.deepEqual(shortfallsOf({ ...withShards(1), carries: 'nothing in particular' }), []);
});
