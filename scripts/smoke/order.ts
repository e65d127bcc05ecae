/**
 * The order of a smoke test: valid, worth one cent, and marked, so that whoever meets it knows what it is. Its id
 * begins as the deploying role may write (stacks/identity/role-rights.ts) and no customer's does.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type SmokeOrder = { orderid: string; item: Record<string, AttributeValue> };

const PRODUCT = 'Smoke test';
const CHANNEL = 'smoke-test';

/** `at` and `chance` make the id: two runs at one moment do not meet. */
export function smokeOrder(at: Date, chance: string): SmokeOrder {
  const orderid = `smoke-${at.toISOString().replaceAll(/[-:.]/g, '')}-${chance}`;
  return {
    orderid,
    item: {
      orderid: { S: orderid },
      product_name: { S: PRODUCT },
      quantity: { N: '1' },
      price: { N: '0.01' },
      status: { S: 'PLACED' },
      created_at: { S: at.toISOString() },
      channel: { S: CHANNEL },
    },
  };
}

/** The columns that are looked at, and what the view must say of each of the two changes. A REMOVE has the order as it
 * was before. */
export const COLUMNS = ['event_name', 'orderid', 'product_name', 'quantity', 'price', 'status', 'channel'];

export function expectedRows({ orderid }: SmokeOrder): string[][] {
  return ['INSERT', 'REMOVE'].map((event) => [event, orderid, PRODUCT, '1', '0.01', 'PLACED', CHANNEL]);
}
