/**
 * A query of the lake through Athena's API against DuckDB reading the same files itself. What lies between them is
 * the API: start, poll, results as CSV in a bucket, a page of answers. For information, as no limit is set.
 */

import { AthenaClient } from '@aws-sdk/client-athena';
import { DuckDBInstance } from '@duckdb/node-api';
import { ORDERS_TABLE } from '../../stacks/names.ts';
import { ask } from '../athena.ts';
import { type Benchmark, median } from './figure.ts';
import { crawl } from './latency.ts';
import { DATABASE, drive, lakeFiles, openEngine, SETTINGS, TABLE, WORK_GROUP } from './processes.ts';

const ORDERS = 20_000;
const ROUNDS = 11;
const QUESTION = 'product_name, count(*) AS orders, sum(quantity) AS pieces';

export const athena: Benchmark = {
  name: 'athena',
  about: `a query over ${ORDERS} orders, against DuckDB over the same files`,
  async run() {
    const engine = await openEngine('lifted');
    const client = new AthenaClient({ ...SETTINGS, endpoint: engine.endpoint });
    const duckdb = await (await DuckDBInstance.create()).connect();
    try {
      const load = { port: engine.port, table: TABLE, operation: 'BatchWriteItem', connections: 32 } as const;
      await drive({ ...load, from: 0, orders: ORDERS });
      await engine.drained();
      await crawl(engine);
      const files = lakeFiles(engine.dataDirectory, 'orders').map((file) => `'${file}'`);
      const sql = (source: string) =>
        `SELECT ${QUESTION} FROM ${source} GROUP BY product_name ORDER BY 2 DESC, 1`;
      const times = { ours: [] as number[], rival: [] as number[] };
      for (let round = 0; round <= ROUNDS; round++) {
        const ours = await timed(() =>
          ask(client, { sql: sql(ORDERS_TABLE), workGroup: WORK_GROUP, database: DATABASE }),
        );
        const rival = await timed(() => duckdb.runAndReadAll(sql(`read_json([${files.join(', ')}])`)));
        if (round === 0) continue;
        times.ours.push(ours);
        times.rival.push(rival);
      }
      const [ours, rival] = [median(times.ours), median(times.rival)];
      return [
        {
          what: `athena, a query over ${ORDERS.toLocaleString('en-US')} orders`,
          ours,
          unit: 'ms',
          against: { kind: 'for information' },
          note: `written with AWS's quotas lifted; DuckDB's read_json alone: ${Math.round(rival)} ms, ratio ${(ours / rival).toFixed(2)}`,
        },
      ];
    } finally {
      client.destroy();
      duckdb.closeSync();
      await engine.close();
    }
  },
};

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
