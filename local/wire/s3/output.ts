/** Turns an operation's output into S3's response: some members are headers, the others XML. */

import { Readable } from 'node:stream';
import type { WireResponse } from '../binding.ts';
import { writeXml } from './xml.ts';

type Output = Readonly<Record<string, unknown>>;

const HEADERS: Record<string, string> = {
  AcceptRanges: 'accept-ranges',
  BucketArn: 'x-amz-bucket-arn',
  BucketRegion: 'x-amz-bucket-region',
  CacheControl: 'cache-control',
  ChecksumAlgorithm: 'x-amz-checksum-algorithm',
  ChecksumCRC32: 'x-amz-checksum-crc32',
  ChecksumCRC32C: 'x-amz-checksum-crc32c',
  ChecksumCRC64NVME: 'x-amz-checksum-crc64nvme',
  ChecksumSHA1: 'x-amz-checksum-sha1',
  ChecksumSHA256: 'x-amz-checksum-sha256',
  ChecksumType: 'x-amz-checksum-type',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  ContentLength: 'content-length',
  ContentRange: 'content-range',
  ContentType: 'content-type',
  ETag: 'etag',
  Expires: 'expires',
  LastModified: 'last-modified',
  ServerSideEncryption: 'x-amz-server-side-encryption',
};

/** The root element of the operations that answer with XML, and what becomes of lists whose element is named
 * otherwise than their member. */
type Body = { root: string; elements?: Record<string, string>; headers?: string[] };

const BODIES: Record<string, Body> = {
  CompleteMultipartUpload: { root: 'CompleteMultipartUploadResult', headers: ['ServerSideEncryption'] },
  CopyObject: { root: 'CopyObjectResult', headers: ['ServerSideEncryption'] },
  CreateMultipartUpload: {
    root: 'InitiateMultipartUploadResult',
    headers: ['ChecksumAlgorithm', 'ChecksumType', 'ServerSideEncryption'],
  },
  DeleteObjects: { root: 'DeleteResult', elements: { Errors: 'Error' } },
  GetBucketLocation: { root: 'LocationConstraint' },
  GetBucketVersioning: { root: 'VersioningConfiguration' },
  GetPublicAccessBlock: { root: 'PublicAccessBlockConfiguration' },
  ListBuckets: { root: 'ListAllMyBucketsResult' },
  ListMultipartUploads: { root: 'ListMultipartUploadsResult', elements: { Uploads: 'Upload' } },
  ListObjects: { root: 'ListBucketResult' },
  ListObjectsV2: { root: 'ListBucketResult' },
  ListParts: { root: 'ListPartsResult', elements: { Parts: 'Part' } },
  UploadPartCopy: { root: 'CopyPartResult' },
};

export function writeResponse(operation: string, output: Output): WireResponse {
  const body = BODIES[operation];
  if (body) return writeBody(operation, body, output);
  const { Body: stream, ...members } = output;
  const status = members['ContentRange'] === undefined ? 200 : 206;
  const headers = headersOf(members);
  if (stream instanceof Readable) return { status, headers, body: stream };
  if (operation === 'HeadObject') return { status, headers };
  if (operation.startsWith('Delete') || operation.startsWith('Abort')) return { status: 204, headers };
  return { status: 200, headers: { ...headers, 'content-length': '0' } };
}

function writeBody(operation: string, body: Body, output: Output): WireResponse {
  const asHeaders: Record<string, unknown> = {};
  const asElements: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(contentOf(operation, output)))
    if (body.headers?.includes(name)) asHeaders[name] = value;
    else asElements[body.elements?.[name] ?? name] = value;
  const content = operation === 'GetBucketLocation' ? output['LocationConstraint'] : asElements;
  const text = Buffer.from(writeXml(body.root, content));
  return {
    status: 200,
    headers: {
      ...headersOf(asHeaders),
      'content-type': 'application/xml',
      'content-length': String(text.length),
    },
    body: text,
  };
}

/** Some outputs have one member that is the whole of the XML. */
function contentOf(operation: string, output: Output): Output {
  switch (operation) {
    case 'CopyObject':
      return {
        ...(output['CopyObjectResult'] as Output),
        ServerSideEncryption: output['ServerSideEncryption'],
      };
    case 'UploadPartCopy':
      return output['CopyPartResult'] as Output;
    case 'GetPublicAccessBlock':
      return output['PublicAccessBlockConfiguration'] as Output;
    case 'ListBuckets':
      return { ...output, Buckets: { Bucket: output['Buckets'] } };
    default:
      return output;
  }
}

export function headersOf(output: Output): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(output)) {
    if (value === undefined) continue;
    const header = HEADERS[name];
    if (header) headers[header] = value instanceof Date ? value.toUTCString() : String(value);
    else if (name === 'Metadata')
      for (const [key, text] of Object.entries(value as Record<string, string>))
        headers[`x-amz-meta-${key}`] = text;
  }
  return headers;
}
