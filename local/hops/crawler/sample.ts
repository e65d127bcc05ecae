/**
 * Reads as much of an object as Glue reads to infer its schema: the first megabyte, and up to ten while no whole
 * record was seen (https://repost.aws/knowledge-center/glue-crawler-detect-schema). The megabytes are of plain text:
 * a gzip object is known by its first bytes, whatever its name, and read through.
 *
 * So a type that first widens behind the first megabyte of a file is missed, here as on AWS: a writer must not let a
 * column's first values look narrower than the column is. That is why the transform writes `27.0`.
 */

import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type CustomClassifier, classify, type Profile } from './classify.ts';

export const SAMPLE_BYTES = 1_048_576;
const SAMPLE_BYTES_MAX = 10 * SAMPLE_BYTES;

type Chunks = AsyncIterable<Uint8Array>;

/** Reads `body`, of `size` bytes in all, until a classifier decides. */
export async function readProfile(
  body: Chunks,
  size: number,
  classifiers: readonly CustomClassifier[],
): Promise<Profile> {
  const consumed = { bytes: 0 };
  const counted = count(body, consumed);
  const head = await counted.next();
  if (head.done) return { kind: 'unknown', reason: 'it is empty' };
  const gzip = head.value[0] === 0x1f && head.value[1] === 0x8b;
  const raw = startingWith(head.value, counted);
  const plain = gzip ? gunzipped(raw) : raw;
  try {
    return await decide(plain, gzip, () => Math.min(1, consumed.bytes / size), classifiers);
  } catch (error) {
    if (!gzip || !(error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')))
      throw error;
    return { kind: 'unknown', reason: `its gzip is broken (${error.code})` };
  } finally {
    await counted.return(undefined);
  }
}

async function decide(
  plain: Chunks,
  gzip: boolean,
  read: () => number,
  classifiers: readonly CustomClassifier[],
): Promise<Profile> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let wanted = SAMPLE_BYTES;
  const attempt = (share: number) => {
    const sampled = Buffer.concat(chunks);
    const text = new TextDecoder().decode(share === 1 ? sampled : sampled.subarray(0, wanted));
    const compression = gzip ? 'gzip' : 'none';
    return classify({ text, bytes: Math.min(bytes, wanted), compression, share }, classifiers);
  };
  for await (const chunk of plain) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= wanted) continue;
    // Never 1: there is more than what is looked at.
    const found = attempt(Math.min(0.999_999, (read() * wanted) / bytes));
    if (found) return found;
    wanted += SAMPLE_BYTES;
    if (wanted > SAMPLE_BYTES_MAX) return { kind: 'unknown', reason: 'its first 10 MB hold no whole record' };
  }
  return attempt(1) ?? { kind: 'unknown', reason: 'it holds no record' };
}

function gunzipped(raw: Chunks): Chunks {
  const gunzip = createGunzip();
  // A failure on either side reaches whoever iterates over `gunzip`; a reader that has enough ends both.
  pipeline(Readable.from(raw), gunzip, () => {});
  return gunzip;
}

async function* count(body: Chunks, consumed: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    consumed.bytes += chunk.length;
    yield chunk;
  }
}

async function* startingWith(head: Uint8Array, rest: Chunks): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}
