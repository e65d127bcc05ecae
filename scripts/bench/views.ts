/** How long `apply-views` takes to find that nothing has to be published: from reading `sql/` to the plan. */

import { setTimeout as pause } from 'node:timers/promises';
import { GlueClient } from '@aws-sdk/client-glue';
import { CONTRACT } from '../../lambdas/publish-views/contract.ts';
import { planViews, type Target } from '../../lambdas/publish-views/plan.ts';
import { ORDERS_TABLE } from '../../stacks/names.ts';
import { readViews } from '../views/read-views.ts';
import { type Benchmark, median } from './figure.ts';
import { crawl } from './latency.ts';
import { DATABASE, drive, openEngine, SETTINGS, TABLE, WORK_GROUP } from './processes.ts';

const ORDERS = 1_000;
const ROUNDS = 7;
const SECONDS_MAX = 1;
const POLL_MS = 100;
const POLLS_MAX = 600;

export const views: Benchmark = {
  name: 'views',
  about: 'the plan of a set of views that is as it should be, against the engine',
  async run() {
    const engine = await openEngine();
    const glue = new GlueClient({ ...SETTINGS, endpoint: engine.endpoint });
    try {
      const load = { port: engine.port, table: TABLE, operation: 'BatchWriteItem', connections: 8 } as const;
      await drive({ ...load, from: 0, orders: ORDERS });
      await engine.drained();
      await crawl(engine);
      await untilPublished(glue);
      const seconds: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const startedAt = performance.now();
        await stepsOfPlan(glue);
        seconds.push((performance.now() - startedAt) / 1_000);
      }
      return [
        {
          what: `plan of ${(await readViews()).length} unchanged views`,
          ours: median(seconds),
          unit: 's',
          against: { kind: 'at most', value: SECONDS_MAX, source: 'limit' },
        },
      ];
    } finally {
      glue.destroy();
      await engine.close();
    }
  },
};

async function stepsOfPlan(glue: GlueClient): Promise<number> {
  const target: Target = {
    database: DATABASE,
    workGroup: WORK_GROUP,
    views: await readViews(),
    table: { name: ORDERS_TABLE, contract: CONTRACT },
    by: 'person',
  };
  const plan = await planViews(glue, target);
  return plan.kind === 'ready' ? plan.steps.length : Number.POSITIVE_INFINITY;
}

/** The crawl's event publishes them, in the engine. */
async function untilPublished(glue: GlueClient): Promise<void> {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    if ((await stepsOfPlan(glue)) === 0) return;
    await pause(POLL_MS);
  }
  throw new Error('The views were not published a minute after the crawl.');
}
