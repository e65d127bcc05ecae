import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import { databaseOver, keepingDatabase, openParts } from './database.ts';
import { KEPT, openDuckDb } from './duckdb.ts';
import { ask, failOnLog, lakeFiles } from './testing/lake-files.ts';

const ALL = 'SELECT *, "$path" FROM orders';
const VIEW = 'SELECT * FROM totals';

test('a crash before any statement that changes what is kept leaves nothing that answers wrongly', async () => {
  const lake = await lakeFiles({ orderid: 'string', size: 'int' });
  lake.view('totals', 'SELECT orderid, count(*) AS n, sum(size) AS size FROM orders GROUP BY orderid');
  const directory = join(lake.directory, 'crashing');
  mkdirSync(directory);
  await (await keepingDatabase(directory, failOnLog)).close();
  const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.duckdb'));
  const duckDb = await openDuckDb(undefined);
  const connection = await duckDb.connect();
  await connection.run(`ATTACH '${join(directory, name)}' AS ${KEPT}`);
  const crashes: { before: string; directory: string }[] = [];

  /** What a kill just before each statement would leave on the disk. */
  const watched = new Proxy(connection, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      if (property !== 'run') return typeof value === 'function' ? value.bind(target) : value;
      return (sql: string) => {
        if (!/TEMP/i.test(sql)) {
          const copy = join(lake.directory, `crash-${crashes.length}`);
          cpSync(directory, copy, { recursive: true });
          crashes.push({ before: sql, directory: copy });
        }
        return target.run(sql);
      };
    },
  }) as DuckDBConnection;
  const crashing = databaseOver(duckDb, await openParts(watched), failOnLog);
  const look = async () => {
    for (const sql of [ALL, VIEW]) assert.ok('rows' in (await ask(sql, lake.lookup, crashing)));
  };

  lake.put('a.gz', [{ orderid: 'a', size: 1, gift: 1 }]);
  lake.put('b.gz', [{ ORDERID: 'b', size: 2 }]);
  await look();
  lake.put('d.gz', [{ orderid: 'a', size: 4 }, { orderid: 'd' }]);
  await look();
  lake.put('a.gz', [{ orderid: 'A', size: 8, gift: 2 }]);
  lake.files.delete('b.gz');
  lake.put('c.gz', [{ orderid: 'c' }]);
  await look();
  lake.columns({ orderid: 'string', size: 'int', gift: 'int' });
  await look();
  await crashing.close();
  const tried = [
    /^INSERT/,
    /^DELETE FROM kept.rows/,
    /^DELETE FROM kept.groups/,
    /^ALTER/,
    /^DROP/,
    /^COMMIT/,
  ];
  for (const kind of tried)
    assert.ok(
      crashes.some(({ before }) => kind.test(before)),
      `no ${kind} was tried`,
    );

  const truth = { all: await lake.bothAnswer(ALL), view: await lake.bothAnswer(VIEW) };
  for (const { before, directory: copy } of crashes) {
    const database = await keepingDatabase(copy, failOnLog);
    const answers = {
      all: await ask(ALL, lake.lookup, database),
      view: await ask(VIEW, lake.lookup, database),
    };
    assert.deepEqual(answers, truth, `before ${before}`);
    await database.close();
  }
  await lake.close();
});
