/** Turns an S3 request into its operation's input. A header that asks for what is not here is never ignored. */

import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';
import { checksum, isChecksumName } from '../../checksums.ts';
import type { WireRequest } from '../binding.ts';
import type { Route } from './routes.ts';
import { type Element, elements, elementText, readXml } from './xml.ts';

type Input = Record<string, unknown>;

/** What an XML body may be at most: a thousand keys, or ten thousand parts with their checksums. */
const XML_BYTES_MAX = 8 * 1024 * 1024;

const METADATA_PREFIX = 'x-amz-meta-';
const CHECKSUM_PREFIX = 'x-amz-checksum-';

/** Headers of S3 that say how a request travels, or that the wire has dealt with. */
const TRANSPORT_HEADERS = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

const COMMON_HEADERS: Record<string, string> = {
  'x-amz-expected-bucket-owner': 'ExpectedBucketOwner',
  'x-amz-request-payer': 'RequestPayer',
};

export async function readRequest(
  request: WireRequest,
  route: Route,
  resource: { bucket?: string; key?: string },
): Promise<Input> {
  const input: Input = { Bucket: resource.bucket, Key: resource.key };
  for (const [parameter, member] of Object.entries(route.parameters ?? {})) {
    const value = request.query.get(parameter);
    if (value !== null) input[member] = value;
  }
  readHeaders(request, route, input);
  switch (route.body) {
    case 'stream':
      // The wire has verified what trails the body; the algorithm is kept, and the value that was computed with it.
      return { ...trailingChecksum(request), ...input, Body: request.body };
    case 'Delete':
      return { ...input, Delete: readDelete(await readBody(request, route.body)) };
    case 'CompleteMultipartUpload':
      return { ...input, MultipartUpload: readUpload(await readBody(request, route.body)) };
    default:
      return input;
  }
}

function readHeaders({ headers }: WireRequest, route: Route, input: Input): void {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const member = route.headers?.[name] ?? COMMON_HEADERS[name];
    if (member) input[member] = value;
    else if (route.metadata && name.startsWith(METADATA_PREFIX))
      metadata[name.slice(METADATA_PREFIX.length)] = value;
    else if (name.startsWith('x-amz-') && !isTransport(name, route)) throw notImplemented(name);
  }
  if (Object.keys(metadata).length > 0) input['Metadata'] = metadata;
  if (typeof input['ContentEncoding'] === 'string')
    input['ContentEncoding'] = withoutChunking(input['ContentEncoding']);
}

/** The checksum of an XML body is verified here, not by the operation. */
function isTransport(name: string, { body }: Route): boolean {
  return TRANSPORT_HEADERS.has(name) || (body === 'Delete' && name.startsWith(CHECKSUM_PREFIX));
}

/** `aws-chunked` is how the object travelled, not what it is. */
function withoutChunking(encoding: string): string | undefined {
  const rest = encoding.split(',').filter((each) => each.trim() !== 'aws-chunked');
  return rest.length === 0 ? undefined : rest.join(',').trim();
}

function trailingChecksum({ headers }: WireRequest): Input {
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase() ?? '';
  if (!trailer.startsWith(CHECKSUM_PREFIX)) return {};
  return { ChecksumAlgorithm: trailer.slice(CHECKSUM_PREFIX.length).toUpperCase() };
}

async function readBody(request: WireRequest, root: string): Promise<Element> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > XML_BYTES_MAX) throw new AwsError('MaxMessageLengthExceeded', 'Your request was too big.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  verifyBody(request, body, root);
  const element = readXml(body.toString(), root);
  if (element === undefined)
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  return element;
}

/** A completion's checksum headers are the object's, not its body's. */
function verifyBody({ headers }: WireRequest, body: Buffer, root: string): void {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  if (root !== 'Delete') return;
  for (const [name, value] of Object.entries(headers)) {
    const algorithm = name.startsWith(CHECKSUM_PREFIX) ? name.slice(CHECKSUM_PREFIX.length) : '';
    if (value === undefined || !isChecksumName(algorithm)) continue;
    const computed = checksum(algorithm);
    computed.update(body);
    if (computed.digest() !== value)
      throw new AwsError(
        'BadDigest',
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
  }
}

function readDelete(root: Element): Input {
  return {
    Objects: elements(root, 'Object').map((object) => ({
      Key: elementText(object, 'Key'),
      VersionId: elementText(object, 'VersionId'),
      ETag: elementText(object, 'ETag'),
    })),
    Quiet: elementText(root, 'Quiet')?.trim() === 'true',
  };
}

const PART_MEMBERS = [
  'ETag',
  'PartNumber',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
];

function readUpload(root: Element): Input {
  return {
    Parts: elements(root, 'Part').map((part) =>
      Object.fromEntries(PART_MEMBERS.map((name) => [name, elementText(part, name)?.trim()])),
    ),
  };
}

export function notImplemented(header: string): AwsError {
  return new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    501,
    { Header: header },
  );
}
