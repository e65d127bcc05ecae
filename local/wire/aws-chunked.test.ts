/** AWS's documented examples decode; a chunk that was altered, cut short or miscounted does not. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../aws-error.ts';
import { type ChecksumName, checksum } from '../checksums.ts';
import { type Chunked, decodeAwsChunked } from './aws-chunked.ts';
import type { ChunkSigning } from './sigv4.ts';

/** The examples' key: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
function exampleSigning(seedSignature: string): ChunkSigning {
  let key = Buffer.from('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
  for (const part of ['20130524', 'us-east-1', 's3', 'aws4_request'])
    key = createHmac('sha256', key).update(part).digest();
  return { key, timestamp: '20130524T000000Z', scope: '20130524/us-east-1/s3/aws4_request', seedSignature };
}

const SIGNED = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1024)}\r\n`,
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
].join('');
const SIGNED_OPTIONS: Chunked = {
  signing: exampleSigning('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9'),
  decodedBytes: 66_560,
  trailers: [],
};

const TRAILED = [
  `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${'a'.repeat(65536)}\r\n`,
  `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${'a'.repeat(1024)}\r\n`,
  '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
  'x-amz-checksum-crc32c:sOO8/Q==\r\n',
  'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
].join('');
const TRAILED_OPTIONS: Chunked = {
  signing: exampleSigning('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e'),
  decodedBytes: 66_560,
  trailers: ['x-amz-checksum-crc32c'],
};

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(text: string, options: Chunked, size = 16_384): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of decodeAwsChunked(inPieces(text, size), options)) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof AwsError, String(error));
  assert.equal(error.code, expected);
  return true;
};

test("AWS's example of signed chunks decodes, however the bytes arrive", async () => {
  for (const size of [7, 1_000, 100_000])
    assert.equal(await decode(SIGNED, SIGNED_OPTIONS, size), 'a'.repeat(66_560));
});

test("AWS's example of a signed trailer decodes", async () => {
  assert.equal(await decode(TRAILED, TRAILED_OPTIONS), 'a'.repeat(66_560));
});

test('an altered chunk, signature or trailer is refused', async () => {
  for (const [from, to] of [
    ['aaa\r\n400', 'aab\r\n400'],
    ['0055627c', '1055627c'],
    ['b6c6ea8a', 'c6c6ea8a'],
  ] as const)
    await assert.rejects(decode(SIGNED.replace(from, to), SIGNED_OPTIONS), code('SignatureDoesNotMatch'));
  for (const [from, to] of [
    ['sOO8/Q==', 'sOO8/g=='],
    ['signature:d81f', 'signature:e81f'],
  ] as const)
    await assert.rejects(decode(TRAILED.replace(from, to), TRAILED_OPTIONS), code('SignatureDoesNotMatch'));
});

test('a chunk left out is refused, though each that is there is signed', async () => {
  const without =
    SIGNED.slice(0, SIGNED.indexOf('400;')) + SIGNED.slice(SIGNED.indexOf('0;chunk-signature=b6c6'));
  await assert.rejects(decode(without, SIGNED_OPTIONS), code('SignatureDoesNotMatch'));
});

test('a body that ends early, or is not what its length says, is incomplete', async () => {
  await assert.rejects(decode(SIGNED.slice(0, -4), SIGNED_OPTIONS), code('IncompleteBody'));
  await assert.rejects(decode('no size\r\n', { trailers: [] }), code('IncompleteBody'));
  await assert.rejects(
    decode('1\r\na\r\n0\r\n\r\n', { trailers: [], decodedBytes: 2 }),
    code('IncompleteBody'),
  );
});

test('unsigned chunks decode, and their checksum holds them to what was sent', async () => {
  const names: ChecksumName[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1, maxLength: 50 }), { maxLength: 5 }),
      fc.constantFrom(...names),
      fc.integer({ min: 1, max: 20 }),
      async (chunks, name, size) => {
        const sum = checksum(name);
        sum.update(Buffer.from(chunks.join(''), 'latin1'));
        const head = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
        const trailer = `x-amz-checksum-${name}`;
        const options = { trailers: [trailer] };
        const body = `${head}0\r\n${trailer}:${sum.digest()}\r\n\r\n`;
        assert.equal(await decode(body, options, size), chunks.join(''));
        await assert.rejects(decode(`1\r\nx\r\n${body}`, options, size), code('BadDigest'));
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('a promised trailer that does not come is refused', async () => {
  await assert.rejects(
    decode('1\r\na\r\n0\r\n\r\n', { trailers: ['x-amz-checksum-crc32'] }),
    code('MalformedTrailerError'),
  );
});

// The check values of each algorithm over "123456789": https://reveng.sourceforge.io/crc-catalogue/
for (const [name, hex] of [
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
] as const)
  test(`${name} has its published check value`, () => {
    const sum = checksum(name);
    sum.update(Buffer.from('1234'));
    sum.update(Buffer.from('56789'));
    assert.equal(Buffer.from(sum.digest(), 'base64').toString('hex'), hex);
  });
