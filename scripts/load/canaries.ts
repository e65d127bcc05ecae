/**
 * Canary orders: one every few seconds while a run lasts, each waited for until a view shows it. Their lag is what
 * someone sees who asks Athena; it holds every hop, the crawl of a new partition and the query itself.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ask, QueryFailed } from '../athena.ts';
import type { Target } from './target.ts';

/** `lagSeconds` is absent while no view shows it. */
export type Canary = { second: number; lagSeconds?: number };

const EVERY_MS = { here: 3_000, aws: 15_000 };
const ASK_MS = { here: 1_000, aws: 5_000 };

export type Canaries = {
  seen: readonly Canary[];
  /** The oldest canary that nobody has seen has waited so long; zero, if all were seen. */
  waitingSeconds(): number;
  /** Lets go of no more canaries, waits for those that are out until `patienceMs` is over. */
  end(patienceMs: number): Promise<void>;
};

export function letCanariesGo(target: Target, seed: number): Canaries {
  const { place } = target;
  const began = Date.now();
  const canaries: (Canary & { at: number })[] = [];
  let flying = true;
  let until = Number.POSITIVE_INFINITY;
  const outstanding = () => canaries.filter(({ lagSeconds }) => lagSeconds === undefined);

  async function letGo(): Promise<void> {
    while (flying) {
      const number = canaries.length;
      if (await put(target.dynamodb, target.table, `canary-${seed}-${number}`))
        canaries.push({ at: Date.now(), second: (Date.now() - began) / 1_000 });
      await pause(EVERY_MS[place]);
    }
  }

  async function look(): Promise<void> {
    while ((flying || outstanding().length > 0) && Date.now() < until) {
      if (outstanding().length > 0)
        for (const id of await standing(target, seed)) {
          const canary = canaries[Number(id.split('-')[2])];
          if (canary) canary.lagSeconds ??= (Date.now() - canary.at) / 1_000;
        }
      await pause(ASK_MS[place]);
    }
  }

  const done = Promise.all([letGo(), look()]);
  // Whoever ends waits for it; until then a failure is nobody's unhandled rejection.
  done.catch(() => {});
  return {
    seen: canaries,
    waitingSeconds: () => Math.max(0, ...outstanding().map(({ at }) => (Date.now() - at) / 1_000)),
    async end(patienceMs) {
      flying = false;
      until = Date.now() + patienceMs;
      await done;
    },
  };
}

/** Four fields, no price: no sum of any view is touched. A table that throttles has no room for a canary either. */
async function put(client: DynamoDBClient, TableName: string, orderid: string): Promise<boolean> {
  const Item = {
    orderid: { S: orderid },
    product_name: { S: 'Canary' },
    quantity: { N: '1' },
    price: { N: '0' },
  };
  try {
    await client.send(new PutItemCommand({ TableName, Item }));
    return true;
  } catch {
    return false;
  }
}

async function standing(target: Target, seed: number): Promise<string[]> {
  try {
    const sql = `SELECT orderid FROM orders_current WHERE orderid LIKE 'canary-${seed}-%'`;
    const { rows } = await ask(target.athena, { ...target, sql });
    return rows.map(([id]) => id ?? '');
  } catch (error) {
    // Before the first crawl there is no view.
    if (error instanceof QueryFailed) return [];
    throw error;
  }
}
