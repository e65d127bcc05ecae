/**
 * Request bodies: whole for the protocols that parse them, streamed for objects. A streamed body is held to what its
 * signature promised (`x-amz-content-sha256`); the promise is kept or broken at its end.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AwsError } from '../aws-error.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type Head, header } from './protocol.ts';
import type { ChunkSigning } from './sigv4.ts';

/** The largest request of the services that take their body whole, DynamoDB's BatchWriteItem:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export const REQUEST_BYTES_MAX = 16 * 1024 * 1024;

const UNSIGNED = 'UNSIGNED-PAYLOAD';
const STREAMING = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const STREAMING_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
const STREAMING_UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

export function readWhole(source: Readable, bytesMax = REQUEST_BYTES_MAX): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    source.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= bytesMax) return void pieces.push(piece);
      pieces.length = 0;
      reject(
        new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${bytesMax} bytes`, 413),
      );
    });
    source.on('end', () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)));
    source.on('error', reject);
    source.on('close', () => {
      if (!source.readableEnded) reject(new Error('The client closed the connection within its request.'));
    });
  });
}

/** What an S3 request says of its body, which is the last line of what it signed. */
export function declaredPayload(head: Head, presigned: boolean): string {
  const declared =
    header(head, 'x-amz-content-sha256') ??
    (presigned ? (new URLSearchParams(head.query).get('X-Amz-Content-Sha256') ?? UNSIGNED) : undefined);
  if (declared === undefined)
    throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  const known = [UNSIGNED, STREAMING, STREAMING_TRAILER, STREAMING_UNSIGNED_TRAILER];
  if (!known.includes(declared) && !/^[0-9a-f]{64}$/i.test(declared))
    throw new AwsError(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      400,
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: declared },
    );
  return declared;
}

/** The decoded body, which throws where it is not what was declared. */
export function streamedPayload(
  source: AsyncIterable<Uint8Array>,
  declared: string,
  head: Head,
  signing: ChunkSigning,
): AsyncIterable<Uint8Array> {
  const decodedLength = header(head, 'x-amz-decoded-content-length');
  const chunked = decodedLength === undefined ? {} : { decodedBytes: Number(decodedLength) };
  const trailers = (header(head, 'x-amz-trailer') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  switch (declared) {
    case UNSIGNED:
      return source;
    case STREAMING:
      return decodeAwsChunked(source, { ...chunked, signing, trailers: [] });
    case STREAMING_TRAILER:
      return decodeAwsChunked(source, { ...chunked, signing, trailers });
    case STREAMING_UNSIGNED_TRAILER:
      return decodeAwsChunked(source, { ...chunked, trailers });
    default:
      return hashed(source, declared.toLowerCase());
  }
}

async function* hashed(source: AsyncIterable<Uint8Array>, declared: string): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  for await (const piece of source) {
    digest.update(piece);
    yield piece;
  }
  const computed = digest.digest('hex');
  if (computed !== declared)
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
      { ClientComputedContentSHA256: declared, S3ComputedContentSHA256: computed },
    );
}
