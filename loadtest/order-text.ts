/**
 * An order as the text of its DynamoDB item, byte for byte what `JSON.stringify(orderItem(…))` gives, without the
 * objects in between: in k6's interpreter they cost more than the request's signature.
 *
 *     k6, Node → [order-text] → the body of a PutItem or BatchWriteItem
 *
 * It escapes nothing: no word of the catalogue needs it, which its test holds.
 */

import { type OrderModel, type OrderStatus, orderFacts, type Sha256Hex } from './orders.ts';

/** Order `i` with `status`; an order of the four original fields has none and stays as it is. */
export function orderText(
  model: OrderModel,
  i: number,
  sha256: Sha256Hex,
  status: OrderStatus = 'PLACED',
): string {
  const { orderid, product, price, quantity, more } = orderFacts(model, i, sha256);
  const original = `{"orderid":{"S":"${orderid}"},"product_name":{"S":"${product.name}"},"quantity":{"N":"${quantity}"},"price":{"N":"${price}"}`;
  if (!more) return `${original}}`;
  const deal = more.deal ? `,"deal_id":{"S":"${more.deal.id}"}` : '';
  return `${original},"category":{"S":"${product.category}"},"customer_id":{"S":"${more.customer}"},"status":{"S":"${status}"},"created_at":{"S":"${more.createdAt}"},"currency":{"S":"USD"},"region":{"S":"${more.region}"},"channel":{"S":"${more.channel}"}${deal}}`;
}
