/** What a client may say about an object when it writes it, kept beside the file and given back with it. */

import { AwsError } from '../../aws-error.ts';
import { invalidArgument, notImplemented } from './errors.ts';
import { type Input, text } from './input.ts';

const HEADERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
] as const;
type HeaderName = (typeof HEADERS)[number];

export type Metadata = {
  headers: Partial<Record<HeaderName, string>>;
  /** `x-amz-meta-…`, by lower-case name. */
  user: Record<string, string>;
  /** Kept as said: nothing on a laptop is encrypted by S3. */
  encryption?: 'AES256';
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const USER_METADATA_BYTES_MAX = 2048;

/** What S3 says of an object that came without a type. */
const CONTENT_TYPE_MISSING = 'binary/octet-stream';

export const METADATA_MEMBERS: readonly string[] = [
  ...HEADERS,
  'ACL',
  'Metadata',
  'ServerSideEncryption',
  'StorageClass',
];

export const NO_METADATA: Metadata = { headers: {}, user: {} };

export function readMetadata(input: Input): Metadata {
  refuseWhatIsNotHere(input);
  const headers: Metadata['headers'] = {};
  for (const name of HEADERS) {
    const value = input[name] instanceof Date ? (input[name] as Date).toUTCString() : text(input, name);
    if (value !== undefined) headers[name] = value;
  }
  const user: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries((input['Metadata'] ?? {}) as Record<string, string>)) {
    user[name.toLowerCase()] = value;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > USER_METADATA_BYTES_MAX)
    throw new AwsError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      400,
      { Size: String(bytes), MaxSizeAllowed: String(USER_METADATA_BYTES_MAX) },
    );
  return input['ServerSideEncryption'] === undefined
    ? { headers, user }
    : { headers, user, encryption: 'AES256' };
}

export function metadataMembers(metadata: Metadata): Record<string, unknown> {
  return {
    ContentType: CONTENT_TYPE_MISSING,
    ...metadata.headers,
    Metadata: metadata.user,
    ...encryptionMember(metadata),
  };
}

export function encryptionMember({ encryption }: Metadata): { ServerSideEncryption?: string } {
  return encryption ? { ServerSideEncryption: encryption } : {};
}

function refuseWhatIsNotHere(input: Input): void {
  const acl = text(input, 'ACL');
  // A bucket whose owner is enforced, as every new one, takes only these two.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
  if (acl !== undefined && acl !== 'private' && acl !== 'bucket-owner-full-control')
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  const encryption = text(input, 'ServerSideEncryption');
  if (encryption === 'aws:kms' || encryption === 'aws:kms:dsse')
    throw notImplemented('x-amz-server-side-encryption');
  if (encryption !== undefined && encryption !== 'AES256')
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      encryption,
    );
  const storageClass = text(input, 'StorageClass');
  if (storageClass !== undefined && storageClass !== 'STANDARD') throw notImplemented('x-amz-storage-class');
}
