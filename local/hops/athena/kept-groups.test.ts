import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { openSession } from './session.ts';
import { ask, type LakeFiles, lakeFiles } from './testing/lake-files.ts';

const LATEST = `SELECT orderid, max_by(size, lpad(version, 4, '0')) AS size, max(version) AS version
  FROM (SELECT CAST(orderid AS varchar) AS orderid, TRY_CAST(size AS bigint) AS size, version FROM orders
        WHERE version IS NOT NULL) AS rows GROUP BY orderid HAVING max_by(size, lpad(version, 4, '0')) <> 0`;
const TOTALS = `SELECT dt, kind, count(*) AS n, count(size) AS sizes, sum(size) AS total, min(size) AS least,
    CAST(sum(size) FILTER (WHERE size > 2) AS varchar) AS large, bool_or(size > 3) AS any_large,
    bool_and(size > 1) AS all_large, min_by(orderid, size) AS smallest
  FROM orders GROUP BY dt, kind`;

let lake: LakeFiles;
beforeEach(async () => {
  lake = await lakeFiles({ orderid: 'string', size: 'int', version: 'string', kind: 'string' });
  lake.view('latest', LATEST);
  lake.view('totals', TOTALS);
});
afterEach(() => lake.close());

const spoil = (name: string) => writeFileSync(join(lake.directory, name), 'no longer what it was');

/** Whether a query of the view reads kept groups. */
async function isKept(view: string): Promise<boolean> {
  const session = await openSession(`SELECT * FROM ${view}`, 'shop', lake.lookup, lake.kept());
  try {
    return /[0-9a-f]{64}/.test((await session.plan()).replace(/[\s│]/g, ''));
  } finally {
    await session.close();
  }
}

test('the latest image of each order moves on with each object, repeats and late changes too', async () => {
  lake.put('a.gz', [
    { orderid: 'a', size: 1, version: '1' },
    { orderid: 'b', size: 1, version: '2' },
  ]);
  await lake.bothAnswer('SELECT * FROM latest');
  assert.ok(await isKept('latest'));
  lake.put('b.gz', [
    { orderid: 'a', size: 3, version: '12' },
    { orderid: 'a', size: 2, version: '9' },
    { orderid: 'b', size: 0, version: '10' },
    { orderid: 'c', size: 5, version: '11' },
  ]);
  const rows = [
    ['a', '3', '9'],
    ['c', '5', '11'],
  ];
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM latest'), { rows });
  lake.put('c.gz', [{ orderid: 'a', size: 2, version: '9' }]);
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM latest'), { rows });
});

test('an object that goes or is overwritten takes its part out of the groups', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, version: '1' }]);
  lake.put('b.gz', [{ orderid: 'a', size: 2, version: '2' }]);
  await lake.bothAnswer('SELECT * FROM latest');
  lake.files.delete('b.gz');
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM latest'), { rows: [['a', '1', '1']] });
  lake.put('a.gz', [{ orderid: 'a', size: 4, version: '1' }]);
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM latest'), { rows: [['a', '4', '1']] });
  lake.files.clear();
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM latest'), { rows: [] });
});

test('groups outlive a restart, and objects that went meanwhile are not in them', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, version: '1' }]);
  lake.put('b.gz', [{ orderid: 'b', size: 1, version: '1' }]);
  await lake.bothAnswer('SELECT * FROM latest');
  await lake.restart();
  assert.ok(await isKept('latest'));
  lake.files.delete('b.gz');
  await lake.restart();
  lake.put('c.gz', [{ orderid: 'c', size: 1, version: '1' }]);
  assert.deepEqual(await lake.bothAnswer('SELECT orderid FROM latest'), { rows: [['a'], ['c']] });
});

test('an object is not taken for one that went, whose rows are still in a group', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, version: '1' }]);
  lake.put('b.gz', [{ orderid: 'b', size: 1, version: '1' }]);
  await lake.bothAnswer('SELECT * FROM latest');
  lake.files.delete('b.gz');
  // The rows of the object go with this query, the groups of the view do not.
  await lake.bothAnswer('SELECT * FROM orders');
  await lake.restart();
  lake.put('c.gz', [{ orderid: 'c', size: 1, version: '1' }]);
  assert.deepEqual(await lake.bothAnswer('SELECT orderid FROM latest'), { rows: [['a'], ['c']] });
});

test('a sum of doubles is not kept, as its last digits hang on the order of the rows', async () => {
  lake.view('inexact', 'SELECT kind, sum(CAST(size AS double)) AS total FROM orders GROUP BY kind');
  lake.view('exact', 'SELECT kind, sum(CAST(size AS decimal(18, 2))) AS total FROM orders GROUP BY kind');
  lake.put('a.gz', [{ orderid: 'a', size: 1, kind: 'x' }]);
  assert.equal(await isKept('inexact'), false);
  assert.equal(await isKept('exact'), true);
});

test('a partition that gets other values gives its rows other groups', async () => {
  lake.put('a.gz', [{ kind: 'x', size: 1 }], ['2026-07-07']);
  await lake.bothAnswer('SELECT * FROM totals');
  const file = lake.files.get('a.gz');
  assert.ok(file);
  lake.files.set('a.gz', { ...file, values: ['2026-07-08'] });
  assert.match(JSON.stringify(await lake.bothAnswer('SELECT * FROM totals')), /2026-07-08/);
  lake.files.set('again', { ...file, values: ['2026-07-09'] });
  assert.match(JSON.stringify(await lake.bothAnswer('SELECT * FROM totals')), /2026-07-08.*2026-07-09/);
});

test('a column of another type, a new column and a changed view are taken up', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1.9, version: '1', kind: 'x' }]);
  await lake.bothAnswer('SELECT * FROM totals');
  lake.columns({ orderid: 'string', size: 'decimal(10,2)', version: 'string', kind: 'string', more: 'int' });
  assert.match(JSON.stringify(await lake.bothAnswer('SELECT * FROM totals')), /1\.90/);
  lake.view('totals', 'SELECT kind, max(more) AS more FROM orders GROUP BY kind');
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM totals'), { rows: [['x', null]] });
});

test('bad data fails only the queries that look at it, and heals with its object', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, kind: 'x' }]);
  await lake.bothAnswer('SELECT * FROM totals');
  lake.put('b.gz', [{ orderid: 'b', size: 'large', kind: 'y' }]);
  for (let round = 0; round < 2; round++) {
    assert.match(JSON.stringify(await lake.bothAnswer('SELECT * FROM totals')), /HIVE_BAD_DATA/);
    assert.deepEqual(await lake.bothAnswer('SELECT kind, n FROM totals'), {
      rows: [
        ['x', '1'],
        ['y', '1'],
      ],
    });
  }
  assert.equal(await isKept('totals'), false);
  lake.put('b.gz', [{ orderid: 'b', size: 2, kind: 'y' }]);
  await lake.bothAnswer('SELECT * FROM totals');
  assert.ok(await isKept('totals'));
});

test('no group is kept where an object could not be', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, kind: 'x' }, '{broken']);
  assert.match(JSON.stringify(await lake.bothAnswer('SELECT * FROM totals')), /HIVE_CURSOR_ERROR/);
});

test('a view that reads hidden columns and partitions is kept with them', async () => {
  lake.view(
    'delivered',
    'SELECT orderid, dt, min("$file_modified_time") AS at, max("$path") AS path FROM orders GROUP BY orderid, dt',
  );
  lake.put('a.gz', [{ orderid: 'a' }, { orderid: null }]);
  await lake.bothAnswer('SELECT * FROM delivered');
  lake.put('b.gz', [{ orderid: 'a' }, { orderid: null }], ['2026-07-08']);
  await lake.bothAnswer('SELECT * FROM delivered');
  assert.ok(await isKept('delivered'));
});

test('rows are not read again for what is kept', async () => {
  lake.put('a.gz', [{ orderid: 'a', size: 1, version: '1' }]);
  const before = await lake.bothAnswer('SELECT * FROM latest');
  spoil('a.gz');
  assert.deepEqual(await ask('SELECT * FROM latest', lake.lookup, lake.kept()), before);
});

test('whatever lands and goes in whatever order, views over kept groups answer as over the files', async () => {
  const row = fc.record({
    orderid: fc.constantFrom('a', 'b', 'c', null),
    size: fc.option(fc.integer({ min: 0, max: 5 })),
    version: fc.option(fc.integer({ min: 1, max: 99 }).map(String)),
    kind: fc.constantFrom('x', 'y', null),
  });
  const step = fc.record({
    file: fc.constantFrom('a.gz', 'b.gz', 'c.json', 'd.gz'),
    rows: fc.option(fc.array(row, { maxLength: 6 })),
    restart: fc.constantFrom(true, false, false, false, false),
  });
  // One version is one image of an order, as sequence numbers have it.
  const images = new Map<string, unknown>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      for (const { file, rows, restart } of steps) {
        if (rows === null) lake.files.delete(file);
        else
          lake.put(
            file,
            rows.map((each) => {
              const image = `${each.orderid} ${each.version}`;
              if (!images.has(image)) images.set(image, each.size);
              return { ...each, size: images.get(image) };
            }),
          );
        if (restart) await lake.restart();
        await lake.bothAnswer('SELECT * FROM latest');
        await lake.bothAnswer(
          'SELECT dt, kind, n, sizes, total, least, large, any_large, all_large FROM totals',
        );
      }
    }),
    { numRuns: 15, seed: 7 },
  );
});
