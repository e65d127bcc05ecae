/**
 * CBOR as AWS's `application/x-amz-cbor-1.1` uses it (the Java SDK speaks it to Kinesis): maps with text keys, lists,
 * text, bytes, numbers, and times as tag 1 in milliseconds, where RFC 8949 has seconds. No other tag has a meaning.
 * https://www.rfc-editor.org/rfc/rfc8949 and, for the milliseconds, `AwsCborProtocolFactory` of the AWS SDK for Java.
 */

const MAJOR_UNSIGNED = 0;
const MAJOR_NEGATIVE = 1;
const MAJOR_BYTES = 2;
const MAJOR_TEXT = 3;
const MAJOR_LIST = 4;
const MAJOR_MAP = 5;
const MAJOR_TAG = 6;
const TAG_TIME = 1;
const INDEFINITE = 31;
const BREAK = 0xff;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const FLOAT_64 = 0xfb;
/** Deeper than any AWS shape; a request of opening brackets alone must not exhaust the stack. */
const DEPTH_MAX = 128;

export function encodeCbor(value: unknown): Buffer {
  const pieces: Uint8Array[] = [];
  write(value, pieces);
  return Buffer.concat(pieces);
}

function write(value: unknown, into: Uint8Array[]): void {
  if (value === null || value === undefined) into.push(Buffer.of(NULL));
  else if (typeof value === 'boolean') into.push(Buffer.of(value ? TRUE : FALSE));
  else if (typeof value === 'number') writeNumber(value, into);
  else if (typeof value === 'string') {
    const text = Buffer.from(value);
    into.push(head(MAJOR_TEXT, text.length), text);
  } else if (value instanceof Uint8Array) into.push(head(MAJOR_BYTES, value.length), value);
  else if (value instanceof Date) {
    into.push(head(MAJOR_TAG, TAG_TIME));
    writeNumber(value.getTime(), into);
  } else if (Array.isArray(value)) {
    into.push(head(MAJOR_LIST, value.length));
    for (const each of value) write(each, into);
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    into.push(head(MAJOR_MAP, members.length));
    for (const [name, member] of members) {
      write(name, into);
      write(member, into);
    }
  }
}

function writeNumber(value: number, into: Uint8Array[]): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    into.push(value >= 0 ? head(MAJOR_UNSIGNED, value) : head(MAJOR_NEGATIVE, -1 - value));
    return;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = FLOAT_64;
  bytes.writeDoubleBE(value, 1);
  into.push(bytes);
}

function head(major: number, count: number): Buffer {
  const first = major << 5;
  if (count < 24) return Buffer.of(first | count);
  const bytes = count < 0x100 ? 1 : count < 0x10000 ? 2 : count < 0x100000000 ? 4 : 8;
  const head = Buffer.alloc(1 + bytes);
  head[0] = first | (24 + Math.log2(bytes));
  if (bytes === 8) head.writeBigUInt64BE(BigInt(count), 1);
  else head.writeUIntBE(count, 1, bytes);
  return head;
}

/** Throws an Error when `bytes` are not one whole CBOR value. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader: Reader = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: 0 };
  const value = read(reader, 0);
  if (reader.at !== reader.bytes.length) throw new Error('CBOR: bytes follow the value.');
  return value;
}

type Reader = { bytes: Buffer; at: number };

function read(reader: Reader, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new Error('CBOR: nested too deep.');
  const first = take(reader, 1)[0] as number;
  const major = first >> 5;
  const info = first & 0x1f;
  switch (major) {
    case MAJOR_UNSIGNED:
      return count(reader, info);
    case MAJOR_NEGATIVE:
      return -1 - count(reader, info);
    case MAJOR_BYTES:
      return readString(reader, major, info);
    case MAJOR_TEXT:
      return readString(reader, major, info).toString('utf8');
    case MAJOR_LIST:
      return readList(reader, info, depth);
    case MAJOR_MAP:
      return readMap(reader, info, depth);
    case MAJOR_TAG: {
      const tag = count(reader, info);
      const value = read(reader, depth + 1);
      return tag === TAG_TIME && typeof value === 'number' ? new Date(value) : value;
    }
    default:
      return readSimple(reader, info);
  }
}

function readString(reader: Reader, major: number, info: number): Buffer {
  if (info !== INDEFINITE) return take(reader, count(reader, info));
  const pieces: Buffer[] = [];
  while (!atBreak(reader)) {
    const first = take(reader, 1)[0] as number;
    if (first >> 5 !== major) throw new Error('CBOR: a piece of a string is not a string.');
    pieces.push(take(reader, count(reader, first & 0x1f)));
  }
  return Buffer.concat(pieces);
}

function readList(reader: Reader, info: number, depth: number): unknown[] {
  const list: unknown[] = [];
  const length = info === INDEFINITE ? undefined : count(reader, info);
  while (length === undefined ? !atBreak(reader) : list.length < length) list.push(read(reader, depth + 1));
  return list;
}

function readMap(reader: Reader, info: number, depth: number): Record<string, unknown> {
  const members: [string, unknown][] = [];
  const length = info === INDEFINITE ? undefined : count(reader, info);
  while (length === undefined ? !atBreak(reader) : members.length < length) {
    const name = read(reader, depth + 1);
    if (typeof name !== 'string') throw new Error('CBOR: a member has no name.');
    members.push([name, read(reader, depth + 1)]);
  }
  return Object.fromEntries(members);
}

function readSimple(reader: Reader, info: number): unknown {
  switch (info) {
    case FALSE & 0x1f:
      return false;
    case TRUE & 0x1f:
      return true;
    case NULL & 0x1f:
      return null;
    case 23:
      return undefined;
    case 25:
      return half(take(reader, 2).readUInt16BE());
    case 26:
      return take(reader, 4).readFloatBE();
    case 27:
      return take(reader, 8).readDoubleBE();
    default:
      throw new Error(`CBOR: unknown simple value ${info}.`);
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function count(reader: Reader, info: number): number {
  if (info < 24) return info;
  if (info > 27) throw new Error('CBOR: malformed length.');
  const bytes = 2 ** (info - 24);
  const taken = take(reader, bytes);
  return bytes === 8 ? Number(taken.readBigUInt64BE()) : taken.readUIntBE(0, bytes);
}

function atBreak(reader: Reader): boolean {
  if (reader.bytes[reader.at] !== BREAK) return false;
  reader.at += 1;
  return true;
}

function take(reader: Reader, count: number): Buffer {
  const end = reader.at + count;
  if (end > reader.bytes.length) throw new Error('CBOR: ends within a value.');
  const taken = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return taken;
}
