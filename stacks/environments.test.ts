import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENVIRONMENTS } from './environments.ts';
import { LIMITS, type Limit } from './limits.ts';
import { BASE_NAMES, bucketNameIn, ENVIRONMENT_NAMES, nameIn } from './names.ts';

/** Every number of a settings object with its path: `pipe.batchRecords`. */
function numbers(value: unknown, path: string[] = []): { path: string; number: number }[] {
  if (typeof value === 'number') return [{ path: path.join('.'), number: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => numbers(each, [...path, name]));
}

function allowed(limit: Limit, number: number): boolean {
  return 'among' in limit ? limit.among.includes(number) : number >= limit.min && number <= limit.max;
}

for (const name of ENVIRONMENT_NAMES) {
  test(`every number of ${name} is one that AWS takes`, () => {
    const found = numbers(ENVIRONMENTS[name]);
    assert.ok(found.length >= 20, `${found.length} numbers looked at`);
    for (const { path, number } of found) {
      const limit = LIMITS[path];
      assert.ok(limit, `${path} has no entry in limits.ts: add AWS's limit and its page`);
      assert.ok(allowed(limit, number), `${name}: ${path} = ${number}, but ${limit.page} says otherwise`);
    }
  });
}

test('every limit belongs to a number that some environment states', () => {
  const stated = new Set(
    ENVIRONMENT_NAMES.flatMap((name) => numbers(ENVIRONMENTS[name]).map(({ path }) => path)),
  );
  assert.deepEqual(
    Object.keys(LIMITS).filter((path) => !stated.has(path)),
    [],
  );
});

test('a limit holds on both sides', () => {
  const batch = LIMITS['pipe.batchRecords'] as Limit;
  assert.deepEqual(
    [0, 1, 500, 501].map((number) => allowed(batch, number)),
    [false, true, true, false],
  );
});

test('prod keeps what holds orders, and dead letters outlive the stream', () => {
  assert.equal(ENVIRONMENTS.prod.deletion, 'protected');
  for (const { name, pipe } of Object.values(ENVIRONMENTS))
    assert.ok(pipe.deadLetterRetentionSeconds > 24 * 3600, name);
});

test('local has the shards for 10,000 changes a second', () => {
  const RECORDS_PER_SHARD_SECOND = 1_000;
  assert.ok(ENVIRONMENTS.local.kinesis.shards * RECORDS_PER_SHARD_SECOND >= 10_000);
});

test('local uses the base names bare, the others add the environment', () => {
  assert.equal(nameIn('local', BASE_NAMES.table), 'ordertable');
  assert.equal(nameIn('dev', BASE_NAMES.table), 'ordertable-dev');
  assert.equal(nameIn('dev', BASE_NAMES.stream), 'kinesis-sales-order-stream-dev');
  assert.equal(nameIn('prod', BASE_NAMES.database), 'amazon_sales_database_prod');
});

test('a bucket has the account in its name, except on the laptop', () => {
  assert.equal(bucketNameIn('local', BASE_NAMES.lake, '123456789012'), 'sales-data-projection-dynamodb');
  assert.equal(
    bucketNameIn('dev', BASE_NAMES.lake, '123456789012'),
    'sales-data-projection-dynamodb-dev-123456789012',
  );
});

test('no name is longer than AWS takes', () => {
  const BUCKET_CHARACTERS_MAX = 63;
  const OTHER_CHARACTERS_MAX = 64; // roles, functions, rules, pipes, delivery streams: all 64
  for (const environment of ENVIRONMENT_NAMES)
    for (const base of Object.values(BASE_NAMES)) {
      assert.ok(nameIn(environment, base).length <= OTHER_CHARACTERS_MAX, base);
      if (base === BASE_NAMES.lake || base === BASE_NAMES.results)
        assert.ok(bucketNameIn(environment, base, '123456789012').length <= BUCKET_CHARACTERS_MAX, base);
    }
});
