// Made by `npm run generate` from schemas/*.schema.json. Change the schema, not this file.

/** An order as the shop writes it to the table. The four required fields alone are a whole order. Attributes that are not named here are kept: the crawler turns them into columns. */
export type Order = {
  /** The table's key. */
  orderid: string;
  product_name: string;
  /** Whole pieces. The maximum is what a bigint column and a JavaScript number both hold exactly: one larger value would turn the crawled column's type for every order. */
  quantity: number;
  /** Unit price. In the lake always with a decimal point. */
  price: number;
  category?: string;
  customer_id?: string;
  status?: 'PLACED' | 'PAID' | 'SHIPPED' | 'CANCELLED' | 'RETURNED';
  /** When the order was placed, RFC 3339 with T and Z in upper case: 2026-07-08T09:30:00.123Z. The pattern is the whole check, so that the compiled validator needs no format library. */
  created_at?: string;
  currency?: string;
  region?: string;
  deal_id?: string;
  channel?: string;
  /** Attributes that the schema does not name. */
  [attribute: string]: unknown;
};

export const ORDER_FIELDS = [
  { name: 'orderid', type: 'string' },
  { name: 'product_name', type: 'string' },
  { name: 'quantity', type: 'integer' },
  { name: 'price', type: 'number' },
  { name: 'category', type: 'string' },
  { name: 'customer_id', type: 'string' },
  { name: 'status', type: 'string' },
  { name: 'created_at', type: 'string' },
  { name: 'currency', type: 'string' },
  { name: 'region', type: 'string' },
  { name: 'deal_id', type: 'string' },
  { name: 'channel', type: 'string' },
] as const;
