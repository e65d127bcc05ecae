/**
 * How long an order takes from its acknowledged write until a reader of the lake finds it, at a steady pace, and how
 * long a crawl takes before Athena finds it too.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { GetCrawlerCommand, GlueClient, StartCrawlerCommand } from '@aws-sdk/client-glue';
import { BUFFER_SECONDS } from './chain.ts';
import { type Benchmark, percentile } from './figure.ts';
import { waitsOf, watchLake } from './lake-watch.ts';
import { CRAWLER, drive, type EngineProcess, openEngine, SETTINGS, TABLE } from './processes.ts';

const ORDERS_PER_SECOND = 500;
const SECONDS = 20;
const CONNECTIONS = 32;
/** Written and crawled before the clock starts, so that nothing is measured cold. */
const WARM_UP_ORDERS = 2_000;
const MS_BEYOND_THE_BUFFER_MAX = 500;
const POLL_MS = 20;

export const latency: Benchmark = {
  name: 'latency',
  about: `from acknowledged write to the lake at ${ORDERS_PER_SECOND} orders/s for ${SECONDS} s, and one crawl`,
  async run(say) {
    const engine = await openEngine();
    try {
      const load = {
        port: engine.port,
        table: TABLE,
        operation: 'PutItem',
        connections: CONNECTIONS,
      } as const;
      await drive({ ...load, from: 0, orders: WARM_UP_ORDERS });
      await engine.drained();
      const watch = watchLake(engine.endpoint);
      const orders = ORDERS_PER_SECOND * SECONDS;
      const { acknowledgedAt } = await drive({
        ...load,
        from: WARM_UP_ORDERS,
        orders,
        ordersPerSecond: ORDERS_PER_SECOND,
      });
      await engine.drained();
      const waits = waitsOf(acknowledgedAt, await watch.end());
      const crawlMs = await crawl(engine);
      say(
        `p50 ${percentile(waits, 0.5)} ms, p99 ${percentile(waits, 0.99)} ms, crawl ${Math.round(crawlMs)} ms`,
      );
      return [
        {
          what: 'latency to the lake, p99',
          ours: percentile(waits, 0.99) / 1_000,
          unit: 's',
          against: {
            kind: 'at most',
            value: BUFFER_SECONDS + MS_BEYOND_THE_BUFFER_MAX / 1_000,
            source: `buffer ${BUFFER_SECONDS} s + ${MS_BEYOND_THE_BUFFER_MAX / 1_000} s`,
          },
          note: `p50 ${(percentile(waits, 0.5) / 1_000).toFixed(2)} s, worst ${(Math.max(...waits) / 1_000).toFixed(2)} s`,
        },
        {
          what: 'one crawl, until it is queryable',
          ours: crawlMs / 1_000,
          unit: 's',
          against: { kind: 'for information' },
        },
      ];
    } finally {
      await engine.close();
    }
  },
};

/** Milliseconds of one whole crawl. One that the schedule began is waited for first. */
export async function crawl({ endpoint }: Pick<EngineProcess, 'endpoint'>): Promise<number> {
  const glue = new GlueClient({ ...SETTINGS, endpoint });
  const ready = async () => {
    for (;;) {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: CRAWLER }));
      if (Crawler?.State === 'READY') return;
      await pause(POLL_MS);
    }
  };
  try {
    await ready();
    const startedAt = performance.now();
    await glue.send(new StartCrawlerCommand({ Name: CRAWLER }));
    await ready();
    return performance.now() - startedAt;
  } finally {
    glue.destroy();
  }
}
