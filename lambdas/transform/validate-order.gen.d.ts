// Made by `npm run generate` from schemas/*.schema.json. Change the schema, not this file.

import type { Order } from '../../schemas/order.gen.ts';

type Fault = { instancePath: string; keyword: string; params: Record<string, unknown>; message?: string };

/** Whether `value` is an order; if not, `validate.errors` says why until the next call. */
export declare const validate: {
  (value: unknown): value is Order;
  errors?: Fault[] | null;
};
