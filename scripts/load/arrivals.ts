/**
 * What became of a run's orders behind the table: one query counts them in the views and says of every change when the
 * table took it and when its file lay in the lake. Orders of a run are known by their ids, so nothing was written down
 * while they were made.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { CrawlerRunningException, GetCrawlerCommand, StartCrawlerCommand } from '@aws-sdk/client-glue';
import { ask, QueryFailed } from '../athena.ts';
import { UsageError } from '../command.ts';
import type { Target } from './target.ts';

/** So many changes were taken by the table in one second and lay in the lake by another; seconds since the epoch. */
export type Carried = { takenSecond: number; deliveredSecond: number; changes: number };

export type Arrivals = {
  /** Of the run, in the view `orders_current`; those that nobody was promised are left out. */
  orders: number;
  /** Orders that stand there, or were placed in `order_changes`, more than once. */
  repeatedOrders: number;
  /** Different changes in `order_changes`. */
  changes: number;
  carried: Carried[];
};

/** A query may have 256 KB: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const UNPLACED_MAX = 5_000;

export async function arrivalsOf(
  target: Target,
  seed: number,
  unplaced: readonly string[],
): Promise<Arrivals> {
  if (unplaced.length > UNPLACED_MAX)
    throw new UsageError(
      `${unplaced.length} orders were never placed: too many to look for the others.`,
      'Give a lower --peak, or mend what refuses the writes; loadtest/results/<run>/k6.log says what.',
    );
  const { rows } = await ask(target.athena, { ...target, sql: arrivalsSql(seed, unplaced) });
  const numbers = (row: readonly (string | null)[]) => row.slice(1).map(Number) as [number, number, number];
  const named = (what: string) => rows.filter((row) => row[0] === what).map(numbers);
  const [[standing, orders] = [0, 0]] = named('orders');
  const [[placings, changes, placed] = [0, 0, 0]] = named('changes');
  return {
    orders,
    repeatedOrders: standing - orders + placings - placed,
    changes,
    carried: named('carried').map(([takenSecond, deliveredSecond, count]) => ({
      takenSecond,
      deliveredSecond,
      changes: count,
    })),
  };
}

function arrivalsSql(seed: number, unplaced: readonly string[]): string {
  const ours = `orderid LIKE 'order-${seed}-%'`;
  const promised =
    unplaced.length === 0
      ? ours
      : `${ours} AND orderid NOT IN (${unplaced.map((id) => `'${id}'`).join(', ')})`;
  return `
SELECT 'orders' AS what, count(*) AS a, count(DISTINCT orderid) AS b, CAST(0 AS bigint) AS c
FROM orders_current WHERE ${promised}
UNION ALL
SELECT 'changes', count(*) FILTER (WHERE event_name = 'INSERT'), count(DISTINCT event_id),
  count(DISTINCT orderid) FILTER (WHERE event_name = 'INSERT')
FROM order_changes WHERE ${ours}
UNION ALL
SELECT 'carried', taken, delivered, count(*)
FROM (
  SELECT
    CAST(floor(to_unixtime(min(from_iso8601_timestamp(CAST(changed_at AS varchar))))) AS bigint) AS taken,
    CAST(floor(min(to_unixtime("$file_modified_time"))) AS bigint) AS delivered
  FROM projection_orders
  WHERE event_id IS NOT NULL AND CAST(orderid AS varchar) LIKE 'order-${seed}-%'
  GROUP BY event_id
) AS changes
GROUP BY taken, delivered`;
}

/** Patience with a chain that moves no more, beside its own buffers: the crawler and its views included. */
const STUCK_MS = { here: 45_000, aws: 10 * 60_000 };
const POLL_MS = { here: 1_000, aws: 15_000 };
/** A crawl on AWS is paid for by ten minutes. */
const CRAWL_MS = { here: 5_000, aws: 5 * 60_000 };

/**
 * Waits until as many changes stand in the views as the table acknowledged, or until nothing moves any more. It starts
 * the crawler where what is in the lake cannot be asked yet: before the first crawl there are no views, and a new hour
 * is a new partition. Answers whether all arrived.
 */
export async function drained(
  target: Target,
  seed: number,
  acknowledged: number,
  tell: (arrived: number) => void,
): Promise<boolean> {
  const { place } = target;
  const sql = `SELECT count(*) FROM order_changes WHERE orderid LIKE 'order-${seed}-%'`;
  let most = -1;
  let movedAt = Date.now();
  let crawledAt = Date.now();
  for (;;) {
    const arrived = await count(target, sql);
    tell(arrived);
    if (arrived >= acknowledged) return true;
    if (arrived > most) {
      most = arrived;
      movedAt = Date.now();
    }
    if (Date.now() - movedAt > STUCK_MS[place] + target.lagSecondsMax * 1_000) return false;
    if (Date.now() - Math.max(crawledAt, movedAt) > CRAWL_MS[place]) {
      await crawl(target);
      crawledAt = Date.now();
    }
    await pause(POLL_MS[place]);
  }
}

/** Zero where the view is not there yet. */
async function count(target: Target, sql: string): Promise<number> {
  try {
    const { rows } = await ask(target.athena, { ...target, sql });
    return Number(rows[0]?.[0] ?? 0);
  } catch (error) {
    if (error instanceof QueryFailed) return 0;
    throw error;
  }
}

async function crawl({ glue, crawler: Name }: Target): Promise<void> {
  const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }));
  if (Crawler?.State !== 'READY') return;
  try {
    await glue.send(new StartCrawlerCommand({ Name }));
  } catch (error) {
    if (!(error instanceof CrawlerRunningException)) throw error;
  }
}
