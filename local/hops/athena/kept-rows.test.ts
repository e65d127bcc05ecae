import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keepingDatabase } from './database.ts';
import { openSession } from './session.ts';
import { ask, failOnLog, type LakeFiles, lakeFiles } from './testing/lake-files.ts';

const ALL = 'SELECT *, "$path", "$file_modified_time" FROM orders';

let lake: LakeFiles;
beforeEach(async () => {
  lake = await lakeFiles({ orderid: 'string', price: 'double' });
});
afterEach(() => lake.close());

/** Makes a file useless without the listing knowing, so that an answer can only come from kept rows. */
const spoil = (name: string) => writeFileSync(join(lake.directory, name), 'no longer what it was');

test('an object is read once: its rows answer though its file is spoiled', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1.5 }]);
  const before = await lake.bothAnswer(ALL);
  spoil('a.gz');
  assert.deepEqual(await ask(ALL, lake.lookup, lake.kept()), before);
});

test('rows outlive a restart', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1.5 }]);
  const before = await lake.bothAnswer(ALL);
  spoil('a.gz');
  await lake.restart();
  assert.deepEqual(await ask(ALL, lake.lookup, lake.kept()), before);
});

test('objects that land, go and are overwritten are seen at the next query', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1 }]);
  await lake.bothAnswer(ALL);
  lake.put('b.json', [{ orderid: 'b', price: 2 }], ['2026-07-08']);
  await lake.bothAnswer(ALL);
  lake.put('a.gz', [{ orderid: 'A', price: 3 }]);
  assert.deepEqual(await lake.bothAnswer('SELECT orderid, dt FROM orders'), {
    rows: [
      ['A', '2026-07-07'],
      ['b', '2026-07-08'],
    ],
  });
  lake.files.delete('b.json');
  assert.deepEqual(await lake.bothAnswer('SELECT orderid FROM orders'), { rows: [['A']] });
  lake.files.clear();
  assert.deepEqual(await lake.bothAnswer(ALL), { rows: [] });
});

test('values that do not fit are bad data only where they are read, as in the files', async () => {
  lake.columns({ orderid: 'string', price: 'int' });
  lake.put('a.gz', [{ orderid: 'a', price: 'dear' }, { orderid: 'b', price: 27.99 }, { orderid: '' }]);
  assert.match(JSON.stringify(await lake.bothAnswer(ALL)), /HIVE_BAD_DATA.*price.*dear/);
  assert.deepEqual(await lake.bothAnswer('SELECT count(*), count(orderid) FROM orders'), {
    rows: [['3', '3']],
  });
  assert.deepEqual(await lake.bothAnswer("SELECT price FROM orders WHERE orderid = 'b'"), {
    rows: [['27']],
  });
});

test('a line that is no JSON fails the query in the same words, and the other objects stay kept', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1 }]);
  lake.put('b.json', [{ orderid: 'b' }, '{"orderid": broken']);
  assert.match(JSON.stringify(await lake.bothAnswer(ALL)), /HIVE_CURSOR_ERROR/);
  lake.put('b.json', [{ orderid: 'b' }]);
  spoil('a.gz');
  assert.match(JSON.stringify(await ask(ALL, lake.lookup, lake.kept())), /"a".*"b"/);
});

test('keys match columns whatever their case, in each object by its own spelling', async () => {
  lake.put('a.gz', [{ OrderId: 'a', PRICE: 1 }]);
  lake.put('b.gz', [
    { orderid: 'b', price: 2 },
    { ORDERID: 'c', orderid: null },
  ]);
  lake.put('c.gz', [{ Orderid: 'd', other: 1 }]);
  await lake.bothAnswer(ALL);
  assert.deepEqual(await lake.bothAnswer('SELECT orderid FROM orders'), {
    rows: [['a'], ['b'], ['c'], ['d']],
  });
});

test('nested values, escapes and numbers of any spelling are the same', async () => {
  lake.columns({
    orderid: 'string',
    tags: 'array<string>',
    place: 'struct<zip:string,lat:double>',
    extra: 'map<string,int>',
    amount: 'decimal(10,2)',
    big: 'bigint',
    flag: 'boolean',
    day: 'date',
  });
  lake.put('a.gz', [
    {
      orderid: 'quote " back \\ line \n snow ☃',
      tags: ['x', 'y "z"'],
      place: { zip: '1', lat: 2.5 },
      extra: { a: 1 },
    },
    '{"orderid": 7, "amount": 27.0, "big": 9007199254740993, "flag": true, "day": "2026-07-07"}',
    '{"orderid": {"a": [1, 2]}, "amount": 1e2, "big": -1, "flag": "false"}',
    '',
    '{}',
  ]);
  await lake.bothAnswer(ALL);
});

test('a column that changes its type is read by its new type', async () => {
  lake.columns({ orderid: 'string', price: 'int' });
  lake.put('a.gz', [{ orderid: 'a', price: 1.75 }]);
  assert.deepEqual(await lake.bothAnswer('SELECT price FROM orders'), { rows: [['1']] });
  spoil('a.gz');
  lake.columns({ orderid: 'string', price: 'double' });
  assert.deepEqual(await ask('SELECT price FROM orders', lake.lookup, lake.kept()), { rows: [['1.75']] });
});

test('a column that is new makes just the objects with such a key be read again', async () => {
  lake.columns({ orderid: 'string' });
  lake.put('a.gz', [{ orderid: 'a' }]);
  lake.put('b.gz', [{ orderid: 'b', Gift: true }]);
  await lake.bothAnswer(ALL);
  lake.columns({ orderid: 'string', gift: 'boolean' });
  await lake.bothAnswer(ALL);
  await lake.restart();
  spoil('a.gz');
  assert.deepEqual(await ask('SELECT orderid, gift FROM orders', lake.lookup, lake.kept()), {
    rows: [
      ['a', null],
      ['b', 'true'],
    ],
  });
  lake.columns({ orderid: 'string' });
  assert.deepEqual(await ask('SELECT * FROM orders', lake.lookup, lake.kept()), {
    rows: [
      ['a', '2026-07-07'],
      ['b', '2026-07-07'],
    ],
  });
});

test('a query that runs sees what it listed, though the objects go and others land', async () => {
  for (const name of ['a', 'b', 'c']) lake.put(`${name}.gz`, [{ orderid: name, price: 1 }]);
  const session = await openSession('SELECT orderid FROM orders', 'shop', lake.lookup, lake.kept());
  lake.files.delete('b.gz');
  lake.put('c.gz', [{ orderid: 'C', price: 1 }]);
  await lake.bothAnswer(ALL);
  const rows: unknown[] = [];
  for await (const batch of session.rows()) rows.push(...batch.flat());
  await session.close();
  assert.deepEqual(rows.sort(), ['a', 'b', 'c']);
});

test('queries that run while objects land each see the objects that they listed', async () => {
  const asked: Promise<void>[] = [];
  for (let round = 0; round < 12; round++) {
    lake.put(`${round}.gz`, [{ orderid: `o-${round}`, price: round }]);
    if (round % 4 === 3) lake.files.delete(`${round - 1}.gz`);
    const files = [...lake.files.values()];
    const lookup = { ...lake.lookup, files: async () => files };
    const expected = files.map(({ uri }) => [/(\d+)\.gz/.exec(uri)?.[1] ?? '']).sort();
    asked.push(
      ask("SELECT replace(orderid, 'o-', '') FROM orders", lookup, lake.kept()).then((answer) =>
        assert.deepEqual(answer, {
          rows: expected.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
        }),
      ),
    );
  }
  await Promise.all(asked);
});

test('a star shows no hidden column, whether the query names one or not', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1 }]);
  const path = 's3://lake/a.gz';
  assert.deepEqual(await lake.bothAnswer('SELECT * FROM orders'), { rows: [['a', '1.0', '2026-07-07']] });
  assert.deepEqual(await lake.bothAnswer('SELECT *, "$path" FROM orders'), {
    rows: [['a', '1.0', '2026-07-07', path]],
  });
  assert.deepEqual(await lake.bothAnswer('SELECT "$path", o.* FROM orders o'), {
    rows: [[path, 'a', '1.0', '2026-07-07']],
  });
  assert.deepEqual(
    await lake.bothAnswer('SELECT s.*, o."$path" FROM (SELECT * FROM orders) s JOIN orders o ON true'),
    { rows: [['a', '1.0', '2026-07-07', path]] },
  );
});

test('no query reads past the catalog', async () => {
  for (const from of ["read_text('/etc/hostname')", 'duckdb_tables()', "query('SELECT 1')", '(SHOW TABLES)'])
    assert.match(
      JSON.stringify(await ask(`SELECT * FROM ${from}`, lake.lookup, lake.kept())),
      /FUNCTION_NOT_FOUND|NOT_SUPPORTED/,
      from,
    );
  assert.match(
    JSON.stringify(await ask('SELECT * FROM kept.objects', lake.lookup, lake.kept())),
    /SCHEMA_NOT_FOUND/,
  );
});

test('a file of rows that cannot be read, or is of another version, is made anew', async () => {
  lake.put('a.gz', [{ orderid: 'a', price: 1 }]);
  const before = await lake.bothAnswer(ALL);
  await lake.kept().close();
  const directory = join(lake.directory, 'kept');
  const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.duckdb'));
  writeFileSync(join(directory, file), 'torn');
  writeFileSync(join(directory, 'rows-0-v0.1.duckdb'), 'older');
  const problems: string[] = [];
  const opened = await keepingDatabase(directory, (problem) => void problems.push(problem));
  assert.deepEqual(await ask(ALL, lake.lookup, opened), before);
  await opened.close();
  assert.match(problems.join(), /cannot be read; they are read from its files again/);
  assert.deepEqual(readdirSync(directory), [file]);
  rmSync(directory, { recursive: true });
  await (await keepingDatabase(directory, failOnLog)).close();
  await lake.restart();
});
