/**
 * Which operation a request means: its method, whether its path names a bucket or an object, and the subresource in
 * its query (`?uploads`); and which of its headers and parameters are which members of that operation's input.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */

type Target = 'service' | 'bucket' | 'object';

export type Route = {
  operation: string;
  method: string;
  target: Target;
  subresource?: string;
  /** Only for a request that names an object to copy (`x-amz-copy-source`), or only for one that does not. */
  copies?: boolean;
  parameters?: Record<string, string>;
  headers?: Record<string, string>;
  /** Takes `x-amz-meta-…`. */
  metadata?: boolean;
  body?: 'stream' | 'Delete' | 'CompleteMultipartUpload';
};

const OBJECT_HEADERS = {
  'cache-control': 'CacheControl',
  'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding',
  'content-language': 'ContentLanguage',
  'content-type': 'ContentType',
  expires: 'Expires',
  'x-amz-acl': 'ACL',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-storage-class': 'StorageClass',
};
const CHECKSUM_HEADERS = {
  'x-amz-checksum-crc32': 'ChecksumCRC32',
  'x-amz-checksum-crc32c': 'ChecksumCRC32C',
  'x-amz-checksum-crc64nvme': 'ChecksumCRC64NVME',
  'x-amz-checksum-sha1': 'ChecksumSHA1',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
};
const BODY_HEADERS = {
  ...CHECKSUM_HEADERS,
  'content-md5': 'ContentMD5',
  'x-amz-sdk-checksum-algorithm': 'ChecksumAlgorithm',
};
const WRITE_CONDITIONS = { 'if-match': 'IfMatch', 'if-none-match': 'IfNoneMatch' };
const SOURCE_HEADERS = {
  'x-amz-copy-source': 'CopySource',
  'x-amz-copy-source-if-match': 'CopySourceIfMatch',
  'x-amz-copy-source-if-none-match': 'CopySourceIfNoneMatch',
  'x-amz-copy-source-if-modified-since': 'CopySourceIfModifiedSince',
  'x-amz-copy-source-if-unmodified-since': 'CopySourceIfUnmodifiedSince',
};
const READ = {
  target: 'object',
  headers: {
    ...WRITE_CONDITIONS,
    'if-modified-since': 'IfModifiedSince',
    'if-unmodified-since': 'IfUnmodifiedSince',
    range: 'Range',
    'x-amz-checksum-mode': 'ChecksumMode',
  },
  parameters: {
    partNumber: 'PartNumber',
    versionId: 'VersionId',
    'response-cache-control': 'ResponseCacheControl',
    'response-content-disposition': 'ResponseContentDisposition',
    'response-content-encoding': 'ResponseContentEncoding',
    'response-content-language': 'ResponseContentLanguage',
    'response-content-type': 'ResponseContentType',
    'response-expires': 'ResponseExpires',
  },
} as const;
const PAGE_PARAMETERS = {
  prefix: 'Prefix',
  delimiter: 'Delimiter',
  'max-keys': 'MaxKeys',
  'encoding-type': 'EncodingType',
};
const PART_PARAMETERS = { uploadId: 'UploadId', partNumber: 'PartNumber' };

const SERVICE_ROUTES: Route[] = [
  {
    operation: 'ListBuckets',
    method: 'GET',
    target: 'service',
    parameters: {
      'max-buckets': 'MaxBuckets',
      'continuation-token': 'ContinuationToken',
      prefix: 'Prefix',
      'bucket-region': 'BucketRegion',
    },
  },
];

const BUCKET_ROUTES: Route[] = [
  { operation: 'HeadBucket', method: 'HEAD', target: 'bucket' },
  { operation: 'CreateBucket', method: 'PUT', target: 'bucket' },
  { operation: 'DeleteBucket', method: 'DELETE', target: 'bucket' },
  { operation: 'GetBucketLocation', method: 'GET', target: 'bucket', subresource: 'location' },
  { operation: 'GetBucketVersioning', method: 'GET', target: 'bucket', subresource: 'versioning' },
  { operation: 'GetPublicAccessBlock', method: 'GET', target: 'bucket', subresource: 'publicAccessBlock' },
  { operation: 'DeleteObjects', method: 'POST', target: 'bucket', subresource: 'delete', body: 'Delete' },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    target: 'bucket',
    subresource: 'uploads',
    parameters: {
      prefix: 'Prefix',
      delimiter: 'Delimiter',
      'max-uploads': 'MaxUploads',
      'key-marker': 'KeyMarker',
      'upload-id-marker': 'UploadIdMarker',
    },
  },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    target: 'bucket',
    subresource: 'list-type',
    parameters: {
      ...PAGE_PARAMETERS,
      'continuation-token': 'ContinuationToken',
      'fetch-owner': 'FetchOwner',
      'start-after': 'StartAfter',
    },
  },
  {
    operation: 'ListObjects',
    method: 'GET',
    target: 'bucket',
    parameters: { ...PAGE_PARAMETERS, marker: 'Marker' },
  },
];

/** What the stack owns: the operation's refusal says so. */
const SETTING_ROUTES: Route[] = [
  ['PutBucketPolicy', 'PUT', 'policy'],
  ['DeleteBucketPolicy', 'DELETE', 'policy'],
  ['PutBucketVersioning', 'PUT', 'versioning'],
  ['PutBucketEncryption', 'PUT', 'encryption'],
  ['DeleteBucketEncryption', 'DELETE', 'encryption'],
  ['PutBucketLifecycleConfiguration', 'PUT', 'lifecycle'],
  ['DeleteBucketLifecycle', 'DELETE', 'lifecycle'],
  ['PutBucketOwnershipControls', 'PUT', 'ownershipControls'],
  ['DeleteBucketOwnershipControls', 'DELETE', 'ownershipControls'],
  ['PutPublicAccessBlock', 'PUT', 'publicAccessBlock'],
  ['DeletePublicAccessBlock', 'DELETE', 'publicAccessBlock'],
].map(([operation = '', method = '', subresource = '']) => ({
  operation,
  method,
  target: 'bucket',
  subresource,
}));

const OBJECT_ROUTES: Route[] = [
  { operation: 'GetObject', method: 'GET', ...READ },
  { operation: 'HeadObject', method: 'HEAD', ...READ },
  {
    operation: 'PutObject',
    method: 'PUT',
    target: 'object',
    copies: false,
    headers: { ...OBJECT_HEADERS, ...BODY_HEADERS, ...WRITE_CONDITIONS },
    metadata: true,
    body: 'stream',
  },
  {
    operation: 'CopyObject',
    method: 'PUT',
    target: 'object',
    copies: true,
    headers: {
      ...OBJECT_HEADERS,
      ...SOURCE_HEADERS,
      ...WRITE_CONDITIONS,
      'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
      'x-amz-metadata-directive': 'MetadataDirective',
      'x-amz-tagging-directive': 'TaggingDirective',
    },
    metadata: true,
  },
  {
    operation: 'DeleteObject',
    method: 'DELETE',
    target: 'object',
    headers: { 'if-match': 'IfMatch' },
    parameters: { versionId: 'VersionId' },
  },
];

const UPLOAD_ROUTES: Route[] = [
  {
    operation: 'CreateMultipartUpload',
    method: 'POST',
    target: 'object',
    subresource: 'uploads',
    headers: {
      ...OBJECT_HEADERS,
      'x-amz-checksum-algorithm': 'ChecksumAlgorithm',
      'x-amz-checksum-type': 'ChecksumType',
    },
    metadata: true,
  },
  {
    operation: 'UploadPart',
    method: 'PUT',
    target: 'object',
    subresource: 'uploadId',
    copies: false,
    parameters: PART_PARAMETERS,
    headers: BODY_HEADERS,
    body: 'stream',
  },
  {
    operation: 'UploadPartCopy',
    method: 'PUT',
    target: 'object',
    subresource: 'uploadId',
    copies: true,
    parameters: PART_PARAMETERS,
    headers: { ...SOURCE_HEADERS, 'x-amz-copy-source-range': 'CopySourceRange' },
  },
  {
    operation: 'CompleteMultipartUpload',
    method: 'POST',
    target: 'object',
    subresource: 'uploadId',
    parameters: { uploadId: 'UploadId' },
    headers: {
      ...CHECKSUM_HEADERS,
      ...WRITE_CONDITIONS,
      'x-amz-checksum-type': 'ChecksumType',
      'x-amz-mp-object-size': 'MpuObjectSize',
    },
    body: 'CompleteMultipartUpload',
  },
  {
    operation: 'AbortMultipartUpload',
    method: 'DELETE',
    target: 'object',
    subresource: 'uploadId',
    parameters: { uploadId: 'UploadId' },
  },
  {
    operation: 'ListParts',
    method: 'GET',
    target: 'object',
    subresource: 'uploadId',
    parameters: {
      uploadId: 'UploadId',
      'max-parts': 'MaxParts',
      'part-number-marker': 'PartNumberMarker',
    },
  },
];

const ROUTES = [...SERVICE_ROUTES, ...BUCKET_ROUTES, ...SETTING_ROUTES, ...OBJECT_ROUTES, ...UPLOAD_ROUTES];

/** The words in a query that name a feature of S3; other unknown parameters S3 ignores, so they are ignored here. */
const SUBRESOURCES = new Set([
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'list-type',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
]);

/** `lacks` is a feature's name in the query, or the method that the resource does not take. */
export type Found = { kind: 'route'; route: Route } | { kind: 'lacks'; feature: string } | { kind: 'method' };

export function findRoute(method: string, target: Target, query: URLSearchParams, copies: boolean): Found {
  const named = [...query.keys()].filter((name) => SUBRESOURCES.has(name));
  const route = ROUTES.find(
    (each) =>
      each.method === method &&
      each.target === target &&
      each.subresource === named[0] &&
      (each.copies ?? copies) === copies,
  );
  const [feature, another] = named;
  if (route && another === undefined) return { kind: 'route', route };
  return feature === undefined ? { kind: 'method' } : { kind: 'lacks', feature: another ?? feature };
}
