/**
 * Durable, signed writes through the wire while the whole chain runs behind them, against dynalite in memory, which
 * checks no signature, keeps nothing on disk and captures no change. Rounds of the two alternate.
 */

import { connect } from 'node:net';
import type { Benchmark, Figure } from './figure.ts';
import { median } from './figure.ts';
import type { Load } from './load-program.ts';
import { drive, openDynalite, openEngine, ordersPerSecond, TABLE } from './processes.ts';
import { signedRequest } from './requests.ts';

const ROUNDS = 5;
const CONNECTIONS = 32;
const ORDERS = { PutItem: 10_000, BatchWriteItem: 20_000 } as const;
const PUTS_PER_SECOND_MIN = 3_000;
const BATCHED_ORDERS_PER_SECOND_MIN = 10_000;

type Rates = { ours: number[]; rival: number[] };

export const put: Benchmark = {
  name: 'put',
  about: `PutItem and BatchWriteItem, ${CONNECTIONS} connections, against dynalite in memory`,
  async run(say) {
    const engine = await openEngine('lifted');
    const dynalite = await openDynalite();
    try {
      await createTable(dynalite.port);
      const figures: Figure[] = [];
      let from = 0;
      for (const operation of ['PutItem', 'BatchWriteItem'] as const) {
        const rates: Rates = { ours: [], rival: [] };
        const orders = ORDERS[operation];
        // The first round warms both up and is not counted.
        for (let round = 0; round <= ROUNDS; round++, from += orders) {
          const load: Omit<Load, 'port'> = {
            table: TABLE,
            operation,
            from,
            orders,
            connections: CONNECTIONS,
          };
          const rival = ordersPerSecond(await drive({ ...load, port: dynalite.port }));
          const ours = ordersPerSecond(await drive({ ...load, port: engine.port }));
          // What the chain still carries would slow the rival's next round down.
          await engine.drained();
          say(`${operation} round ${round}: ${Math.round(ours)}/s, dynalite ${Math.round(rival)}/s`);
          if (round === 0) continue;
          rates.ours.push(ours);
          rates.rival.push(rival);
        }
        figures.push(...figuresOf(operation, rates));
      }
      return figures;
    } finally {
      await engine.close();
      await dynalite.close();
    }
  },
};

function figuresOf(operation: Load['operation'], { ours, rival }: Rates): Figure[] {
  const least = operation === 'PutItem' ? PUTS_PER_SECOND_MIN : BATCHED_ORDERS_PER_SECOND_MIN;
  const common = { ours: median(ours), unit: 'orders/s' };
  const note = `AWS's quotas lifted; rounds: ${ours.map(Math.round).join(', ')}`;
  const against = (value: number, source: string) => ({ kind: 'at least' as const, value, source });
  return [
    { ...common, what: `${operation}, durable and signed`, against: against(least, 'limit'), note },
    {
      ...common,
      what: `${operation}, beside dynalite`,
      against: against(median(rival), 'dynalite in memory'),
      note: `AWS's quotas lifted; its rounds: ${rival.map(Math.round).join(', ')}`,
    },
  ];
}

/** Ours has its table from the stack. */
async function createTable(port: number): Promise<void> {
  const request = signedRequest(
    port,
    'CreateTable',
    JSON.stringify({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'orderid', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'orderid', AttributeType: 'S' }],
    }),
  );
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      const answer = bytes.toString();
      if (answer.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(`dynalite made no table: ${answer}`));
    });
  });
}
