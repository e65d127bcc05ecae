/**
 * The whole chain at its fastest: orders written without a pause, until each of them is in an object of the lake.
 * The clock runs from the first write, so the writing is part of it.
 */

import type { Benchmark } from './figure.ts';
import { type SeenObject, watchLake } from './lake-watch.ts';
import { drive, openEngine, ordersPerSecond, TABLE } from './processes.ts';

const ORDERS = 20_000;
const CONNECTIONS = 32;
/** As the `local` environment configures its delivery stream. */
export const BUFFER_SECONDS = 5;
const BUFFER_BYTES = 5 * 1024 * 1024;
const SECONDS_BEYOND_THE_BUFFER_MAX = 10;

export const chain: Benchmark = {
  name: 'chain',
  about: `${ORDERS} orders as fast as possible, from the table to the lake`,
  async run(say) {
    const engine = await openEngine('lifted');
    try {
      const watch = watchLake(engine.endpoint);
      const load = await drive({
        port: engine.port,
        table: TABLE,
        operation: 'BatchWriteItem',
        from: 0,
        orders: ORDERS,
        connections: CONNECTIONS,
      });
      say(`written at ${Math.round(ordersPerSecond(load))} orders/s`);
      await engine.drained();
      const objects = await watch.end();
      const rows = objects.flatMap(({ changes }) => changes);
      if (new Set(rows).size !== ORDERS || rows.length !== ORDERS)
        throw new Error(`The lake has ${rows.length} rows of ${new Set(rows).size} orders, not ${ORDERS}.`);
      const seconds = (Math.max(...objects.map(({ seenAt }) => seenAt)) - load.startedAt) / 1_000;
      return [
        {
          what: `chain, ${ORDERS.toLocaleString('en-US')} orders all in the lake`,
          ours: seconds,
          unit: 's',
          against: {
            kind: 'at most',
            value: BUFFER_SECONDS + SECONDS_BEYOND_THE_BUFFER_MAX,
            source: `buffer ${BUFFER_SECONDS} s + ${SECONDS_BEYOND_THE_BUFFER_MAX} s`,
          },
          note: `AWS's quotas lifted; written within ${((load.endedAt - load.startedAt) / 1_000).toFixed(1)} s`,
        },
        {
          what: 'chain, objects that hold them',
          ours: objects.length,
          unit: 'objects',
          against: {
            kind: 'at most',
            value: objectsMax(objects, seconds),
            source: 'one a full buffer, one an interval',
          },
          note: `AWS's quotas lifted; ${Math.round(ORDERS / objects.length).toLocaleString('en-US')} orders an object`,
        },
      ];
    } finally {
      await engine.close();
    }
  },
};

/** A buffer ends by size or by time, and at the turn of an hour. */
function objectsMax(objects: readonly SeenObject[], seconds: number): number {
  const bytes = objects.reduce((total, object) => total + object.bytes, 0);
  return Math.floor(bytes / BUFFER_BYTES) + Math.ceil(seconds / BUFFER_SECONDS);
}
