// Made by `npm run generate` from schemas/*.schema.json. Change the schema, not this file.

import type { Order } from './order.gen.ts';

/** One line of the lake: an order as one change left it, flat, and the change. Every field of an order is there, null where the order has none, so that the crawler finds every column in the first row. A REMOVE carries the order as it was before. */
export type LakeRow = Pick<Order, 'orderid' | 'product_name' | 'quantity' | 'price'> & {
  category: Required<Order>['category'] | null;
  customer_id: Required<Order>['customer_id'] | null;
  status: Required<Order>['status'] | null;
  created_at: Required<Order>['created_at'] | null;
  currency: Required<Order>['currency'] | null;
  region: Required<Order>['region'] | null;
  deal_id: Required<Order>['deal_id'] | null;
  channel: Required<Order>['channel'] | null;
  /** Names the change. Every hop may deliver a change more than once; a repeat has the same event_id. */
  event_id: string;
  event_name: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** When the table took the change, RFC 3339 in UTC with milliseconds. DynamoDB Streams rounds it down to the second. */
  changed_at: string;
  /** Digits that grow with the changes of one order. Their count differs, so compare them padded or as a decimal, never as they stand. */
  sequence_number: string;
  /** Attributes that the schema does not name. */
  [attribute: string]: unknown;
};

export const CHANGE_FIELDS = [
  { name: 'event_id', type: 'string' },
  { name: 'event_name', type: 'string' },
  { name: 'changed_at', type: 'string' },
  { name: 'sequence_number', type: 'string' },
] as const;
