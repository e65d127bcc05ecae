import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import { keepingDatabase } from './database.ts';
import { openDuckDb } from './duckdb.ts';
import { KEPT, openKeptRows } from './kept-rows.ts';
import { ask, failOnLog, lakeFiles } from './testing/lake-files.ts';

const ALL = 'SELECT *, "$path" FROM orders';

test('a crash before any statement of a load, of a drop or of a new column leaves nothing that answers wrongly', async () => {
  const lake = await lakeFiles({ orderid: 'string' });
  const directory = join(lake.directory, 'crashing');
  mkdirSync(directory);
  await (await keepingDatabase(directory, failOnLog)).close();
  const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.duckdb'));
  const duckDb = await openDuckDb(undefined);
  const connection = await duckDb.connect();
  await connection.run(`ATTACH '${join(directory, name)}' AS ${KEPT}`);
  const crashes: string[] = [];
  const statements: string[] = [];

  /** What a kill just before each statement would leave on the disk. */
  const watched = new Proxy(connection, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      if (property !== 'run') return typeof value === 'function' ? value.bind(target) : value;
      return (sql: string) => {
        const crash = join(lake.directory, `crash-${crashes.length}`);
        cpSync(directory, crash, { recursive: true });
        crashes.push(crash);
        statements.push(sql);
        return target.run(sql);
      };
    },
  }) as DuckDBConnection;
  const rows = await openKeptRows(watched);
  const look = async () => (await rows.hold(lake.table, [...lake.files.values()])).release();

  lake.put('a.gz', [{ orderid: 'a', gift: 1 }]);
  lake.put('b.gz', [{ ORDERID: 'b' }]);
  await look();
  lake.put('a.gz', [{ orderid: 'A', gift: 2 }]);
  lake.files.delete('b.gz');
  lake.put('c.gz', [{ orderid: 'c' }]);
  await look();
  lake.columns({ orderid: 'string', gift: 'int' });
  await look();
  await rows.close();
  duckDb.close();
  for (const kind of [/^INSERT/, /^DELETE/, /^ALTER/, /^COMMIT/])
    assert.ok(
      statements.some((sql) => kind.test(sql)),
      `no ${kind} was tried`,
    );

  const { error } = (await lake.bothAnswer(ALL)) as { error?: string };
  assert.equal(error, undefined);
  for (const crash of crashes) {
    const database = await keepingDatabase(crash, failOnLog);
    assert.deepEqual(await ask(ALL, lake.lookup, database), await ask(ALL, lake.lookup, lake.kept()), crash);
    await database.close();
  }
  await lake.close();
});
