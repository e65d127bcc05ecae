/** Items in DynamoDB's own JSON, as they are kept: binary values are base64 text; on the way out they become bytes. */

/** `{ orderid: { S: 'o-1' }, price: { N: '9.90' } }`. */
export type Attributes = Record<string, unknown>;

/** The item with its binary values as bytes; the same object when it has none. */
export function withBytes<T extends Attributes | undefined>(item: T): T {
  if (item === undefined || !Object.values(item).some(holdsBinary)) return item;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueWithBytes(value)])) as T;
}

type Value = { B?: string; BS?: string[]; L?: unknown[]; M?: Attributes };

function holdsBinary(value: unknown): boolean {
  const { B, BS, L, M } = value as Value;
  if (B !== undefined || BS !== undefined) return true;
  return L?.some(holdsBinary) ?? (M !== undefined && Object.values(M).some(holdsBinary));
}

function valueWithBytes(value: unknown): unknown {
  const { B, BS, L, M } = value as Value;
  if (B !== undefined) return { B: bytes(B) };
  if (BS !== undefined) return { BS: BS.map(bytes) };
  if (L !== undefined) return { L: L.map(valueWithBytes) };
  if (M !== undefined) return { M: withBytes(M) };
  return value;
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}
