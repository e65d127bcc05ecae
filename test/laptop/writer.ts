/**
 * A client that keeps account: it places orders and pays every other one, many at once, and writes down what the table
 * acknowledged. It never repeats a write, so that what it was not told stays unknown.
 */

import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { TABLE } from './laptop.ts';

/** The newest status of each order that the table acknowledged. */
export type Acknowledged = Map<string, 'PLACED' | 'PAID'>;

const LANES = 16;

/** Ends when the engine no longer answers. `prefix` keeps the orders of several calls apart. */
export async function writeUntilItFails(
  client: DynamoDBClient,
  prefix: string,
  acknowledged: Acknowledged,
): Promise<void> {
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      try {
        for (let n = 0; ; n++) {
          const orderid = `${prefix}-${lane}-${n}`;
          await place(client, orderid);
          acknowledged.set(orderid, 'PLACED');
          if (n % 2 === 1) continue;
          await pay(client, orderid);
          acknowledged.set(orderid, 'PAID');
        }
      } catch (error) {
        if ('$fault' in (error as object)) throw error; // An answer of the engine's, not its death.
      }
    }),
  );
}

async function place(client: DynamoDBClient, orderid: string): Promise<void> {
  const Item = {
    orderid: { S: orderid },
    product_name: { S: 'Kettle' },
    quantity: { N: '1' },
    price: { N: '27.5' },
    status: { S: 'PLACED' },
  };
  await client.send(new PutItemCommand({ TableName: TABLE, Item }));
}

async function pay(client: DynamoDBClient, orderid: string): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { orderid: { S: orderid } },
      UpdateExpression: 'SET #status = :paid',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':paid': { S: 'PAID' } },
    }),
  );
}
