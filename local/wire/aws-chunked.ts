/**
 * `aws-chunked`: an object's bytes in chunks that may each carry a signature, with trailing headers that may carry a
 * checksum. Bytes are passed on while they come; what is wrong with a chunk is known, and thrown, at its end.
 *
 *     <size in hex>[;chunk-signature=<signature>]\r\n <bytes>\r\n … 0[;chunk-signature=…]\r\n [<name>:<value>\r\n …] \r\n
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */

import { createHash, type Hash, hash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { type Checksum, checksum, isChecksumName } from '../checksums.ts';
import { type ChunkSigning, sameText, sign } from './sigv4.ts';

export type Chunked = {
  /** Absent when the chunks are unsigned (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`). */
  signing?: ChunkSigning;
  /** `x-amz-decoded-content-length`. */
  decodedBytes?: number;
  /** `x-amz-trailer`: the names of the headers that follow the last chunk. */
  trailers: readonly string[];
};

/** A chunk's size line or a trailing header; longer is not a line. */
const LINE_BYTES_MAX = 16_384;
const EMPTY_SHA256 = hash('sha256', '');
const CHECKSUM_PREFIX = 'x-amz-checksum-';

export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  { signing, decodedBytes, trailers }: Chunked,
): AsyncGenerator<Uint8Array> {
  const bytes = byteReader(source);
  const checksums = new Map<string, Checksum>();
  for (const name of trailers) {
    const algorithm = name.startsWith(CHECKSUM_PREFIX) ? name.slice(CHECKSUM_PREFIX.length) : '';
    if (isChecksumName(algorithm)) checksums.set(name, checksum(algorithm));
  }
  let previous = signing?.seedSignature ?? '';
  let decoded = 0;
  for (;;) {
    const { size, signature } = parseSizeLine(await bytes.line());
    const digest = signing ? createHash('sha256') : undefined;
    for (let left = size; left > 0; ) {
      const piece = await bytes.atMost(left);
      left -= piece.length;
      decoded += piece.length;
      digest?.update(piece);
      for (const each of checksums.values()) each.update(piece);
      yield piece;
    }
    if (signing && digest) previous = checkChunk(signing, previous, digest, signature);
    if (size === 0) break;
    if ((await bytes.line()) !== '') throw incompleteBody();
  }
  const given = await readTrailers(bytes);
  if (signing && trailers.length > 0) checkTrailers(signing, previous, given);
  for (const [name, each] of checksums) checkChecksum(name, each.digest(), given.get(name));
  if (decodedBytes !== undefined && decoded !== decodedBytes) throw incompleteBody();
}

function parseSizeLine(line: string): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) throw incompleteBody();
  return { size: Number.parseInt(match[1] as string, 16), signature: match[2] ?? '' };
}

function checkChunk(signing: ChunkSigning, previous: string, digest: Hash, given: string): string {
  const { key, timestamp, scope } = signing;
  const expected = sign(
    key,
    `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${EMPTY_SHA256}\n${digest.digest('hex')}`,
  );
  if (!sameText(expected, given)) throw chunkMismatch();
  return expected;
}

async function readTrailers(bytes: ByteReader): Promise<Map<string, string>> {
  const given = new Map<string, string>();
  for (;;) {
    const line = (await bytes.line()).trim();
    if (line === '') return given;
    const colon = line.indexOf(':');
    if (colon < 1) throw incompleteBody();
    given.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function checkTrailers(signing: ChunkSigning, previous: string, given: Map<string, string>): void {
  const signature = given.get('x-amz-trailer-signature') ?? '';
  const canonical = [...given]
    .filter(([name]) => name !== 'x-amz-trailer-signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const { key, timestamp, scope } = signing;
  const expected = sign(
    key,
    `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${previous}\n${hash('sha256', canonical)}`,
  );
  if (!sameText(expected, signature)) throw chunkMismatch();
}

function checkChecksum(name: string, computed: string, given: string | undefined): void {
  if (given === undefined)
    throw new AwsError(
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  if (given !== computed)
    throw new AwsError(
      'BadDigest',
      `The ${name.slice(CHECKSUM_PREFIX.length).toUpperCase()} you specified did not match the calculated checksum.`,
    );
}

function chunkMismatch(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  );
}

function incompleteBody(): AwsError {
  return new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}

type ByteReader = {
  /** The next line, without its end. */
  line(): Promise<string>;
  /** Between 1 and `count` bytes, as they came. */
  atMost(count: number): Promise<Uint8Array>;
};

function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const pieces = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  async function more(): Promise<Buffer> {
    for (;;) {
      const next = await pieces.next();
      if (next.done) throw incompleteBody();
      const { buffer, byteOffset, byteLength } = next.value;
      if (byteLength > 0) return Buffer.from(buffer, byteOffset, byteLength);
    }
  }

  return {
    async line() {
      for (;;) {
        const end = held.indexOf('\r\n');
        if (end >= 0) {
          const line = held.toString('latin1', 0, end);
          held = held.subarray(end + 2);
          return line;
        }
        if (held.length > LINE_BYTES_MAX) throw incompleteBody();
        held = Buffer.concat([held, await more()]);
      }
    },
    async atMost(count) {
      if (held.length === 0) held = await more();
      const piece = held.subarray(0, count);
      held = held.subarray(piece.length);
      return piece;
    },
  };
}
