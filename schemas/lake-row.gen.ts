// Made by `npm run generate` from schemas/*.schema.json. Change the schema, not this file.

import type { Order } from './order.gen.ts';

/** One line of the lake: an order as one change left it, flat, and the change. A REMOVE carries the order as it was before. */
export type LakeRow = Order & {
  /** Names the change. Every hop may deliver a change more than once; a repeat has the same event_id. */
  event_id: string;
  event_name: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** When the table took the change, RFC 3339 in UTC with milliseconds. DynamoDB Streams rounds it down to the second. */
  changed_at: string;
  /** Digits that grow with the changes of one order. Their count differs, so compare them padded or as a decimal, never as they stand. */
  sequence_number: string;
};

export const CHANGE_FIELDS = [
  { name: 'event_id', type: 'string' },
  { name: 'event_name', type: 'string' },
  { name: 'changed_at', type: 'string' },
  { name: 'sequence_number', type: 'string' },
] as const;
