/** The digest that the order model draws from, in Node. In k6 it is send.ts's: k6 has no `node:crypto`. */

import { hash } from 'node:crypto';

export function sha256Bytes(text: string): DataView {
  const bytes = hash('sha256', text, 'buffer');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
