/**
 * Who calls: checks Signature Version 4, in the Authorization header or in the query (presigned), over a request
 * whose payload hash is known. It does not read bodies: `payload.ts` holds those to the hash that was signed.
 *
 *     client → [server: sigv4] → protocol → api
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../ports.ts';
import { canonicalRequest } from './canonical.ts';
import { type Dialect, type Head, header } from './protocol.ts';
import { basicTime, type SignatureFailure, SKEW_MINUTES_MAX, signatureError } from './signature-errors.ts';

export type Credential = { secretAccessKey: string; sessionToken?: string; principal: Principal };

export type Verifier = {
  region: string;
  /** The secret of an access key, or nothing for a key that nobody issued. */
  credentials(accessKeyId: string): Credential | undefined;
  now(): number;
};

/** What a chunk's signature is derived from, when the body comes in signed chunks. */
export type ChunkSigning = { key: Buffer; timestamp: string; scope: string; seedSignature: string };

export type Verified = { principal: Principal; chunks: ChunkSigning };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const PRESIGN_SECONDS_MAX = 604_800;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
/** Keys are derived once a day, region and service for each credential; more than this means roles by the hundred. */
const DERIVED_KEYS_MAX = 1_000;
/** The global endpoints of STS and, for ListBuckets, of S3, which clients call whatever their region, are signed so. */
const GLOBAL_REGION = 'us-east-1';

/** What a request says of its signature, not yet believed. */
type Claim = {
  accessKeyId: string;
  day: string;
  region: string;
  service: string;
  terminator: string;
  signedHeaders: string[];
  signature: string;
  timestamp: string;
  token: string | undefined;
  /** Seconds that a presigned request is good for. */
  expires?: string;
};

/** The service that a request is signed for, whether or not it is rightly signed: the server routes by it. */
export function signedService(head: Head): string | undefined {
  const authorization = header(head, 'authorization');
  if (authorization) return /Credential=[^/,]*\/[^/,]*\/[^/,]*\/([^/,]*)\//.exec(authorization)?.[1];
  if (!head.query.includes('X-Amz-Credential')) return undefined;
  return new URLSearchParams(head.query).get('X-Amz-Credential')?.split('/')[3];
}

/** Answers who signed `head`, or throws AWS's error for `dialect`. `service` is what the scope must name. */
export function verify(
  verifier: Verifier,
  head: Head,
  payloadHash: (presigned: boolean) => string,
  service: string,
  dialect: Dialect,
): Verified {
  const fail = (failure: SignatureFailure): never => {
    throw signatureError(dialect, failure);
  };
  const claim = readClaim(head, fail);
  const { accessKeyId, day, region, timestamp, signature } = claim;
  checkTime(claim, verifier.now(), fail);
  checkSignedHeaders(head, claim, dialect, fail);
  const regions: [string, ...string[]] = isGlobal(head, service)
    ? [verifier.region, GLOBAL_REGION]
    : [verifier.region];
  checkScope(claim, regions, service, fail);
  const credential = verifier.credentials(accessKeyId) ?? fail({ kind: 'unknown-key', accessKeyId });
  const canonical = canonicalRequest(
    head,
    claim.signedHeaders,
    payloadHash(claim.expires !== undefined),
    dialect === 's3',
  );
  const scope = `${day}/${region}/${service}/${TERMINATOR}`;
  const stringToSign = `${ALGORITHM}\n${timestamp}\n${scope}\n${hash('sha256', canonical)}`;
  const key = signingKey(credential.secretAccessKey, day, region, service);
  if (!sameText(sign(key, stringToSign), signature))
    fail({ kind: 'mismatch', accessKeyId, signature, canonical, stringToSign });
  if (!sameText(credential.sessionToken ?? '', claim.token ?? '')) fail({ kind: 'token' });
  return { principal: credential.principal, chunks: { key, timestamp, scope, seedSignature: signature } };
}

export function sign(key: Buffer, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

/** Takes as long for texts that differ at once as for those that differ at the end. */
export function sameText(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

type Fail = (failure: SignatureFailure) => never;

function readClaim(head: Head, fail: Fail): Claim {
  const authorization = header(head, 'authorization');
  const presigned = head.query.includes('X-Amz-Algorithm');
  if (authorization && presigned) return fail({ kind: 'given-twice' });
  if (presigned) return presignedClaim(head, fail);
  if (!authorization?.trim().startsWith('AWS4-')) return fail({ kind: 'missing' });
  return headerClaim(head, authorization.trim(), fail);
}

function headerClaim(head: Head, authorization: string, fail: Fail): Claim {
  const space = authorization.indexOf(' ');
  const algorithm = space < 0 ? authorization : authorization.slice(0, space);
  const parts: Record<string, string> = {};
  for (const part of space < 0 ? [] : authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts[part.slice(0, equals).trim()] = part.slice(equals + 1).trim();
  }
  const date = header(head, 'x-amz-date') ?? header(head, 'date');
  let lacks = '';
  for (const name of ['Credential', 'Signature', 'SignedHeaders'])
    if (!parts[name]) lacks += `Authorization header requires '${name}' parameter. `;
  if (!date) lacks += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (lacks) fail({ kind: 'incomplete', lacks: `${lacks}Authorization=${authorization}`, presigned: false });
  if (algorithm !== ALGORITHM) fail({ kind: 'algorithm', algorithm });
  return {
    ...readCredential(parts['Credential'] as string, fail),
    signedHeaders: (parts['SignedHeaders'] as string).toLowerCase().split(';'),
    signature: parts['Signature'] as string,
    timestamp: readTimestamp(date as string, fail),
    token: header(head, 'x-amz-security-token'),
  };
}

function presignedClaim(head: Head, fail: Fail): Claim {
  const query = new URLSearchParams(head.query);
  const part = (name: string): string => query.get(name) ?? '';
  let lacks = '';
  for (const name of [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
    'X-Amz-Date',
  ])
    if (!part(name)) lacks += `AWS query-string parameters must include '${name}'. `;
  if (lacks)
    fail({
      kind: 'incomplete',
      lacks: `${lacks}Re-examine the query-string parameters.`,
      presigned: true,
    });
  if (part('X-Amz-Algorithm') !== ALGORITHM) fail({ kind: 'algorithm', algorithm: part('X-Amz-Algorithm') });
  return {
    ...readCredential(part('X-Amz-Credential'), fail),
    signedHeaders: part('X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: part('X-Amz-Signature'),
    timestamp: readTimestamp(part('X-Amz-Date'), fail),
    token: query.get('X-Amz-Security-Token') ?? undefined,
    expires: query.get('X-Amz-Expires') ?? `${SKEW_MINUTES_MAX * 60}`,
  };
}

function readCredential(
  credential: string,
  fail: Fail,
): Pick<Claim, 'accessKeyId' | 'day' | 'region' | 'service' | 'terminator'> {
  const parts = credential.replace(/\/+$/, '').split('/');
  if (parts.length !== 5) fail({ kind: 'credential', credential });
  const [accessKeyId = '', day = '', region = '', service = '', terminator = ''] = parts;
  return { accessKeyId, day, region, service, terminator };
}

/** `20130609T100015Z`, which is signed as it came; a `Date` header may be an HTTP date, signed in basic format. */
function readTimestamp(date: string, fail: Fail): string {
  if (/^\d{8}T\d{6}Z$/.test(date) && !Number.isNaN(milliseconds(date))) return date;
  const parsed = /^[A-Z][a-z]{2}, /.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(parsed) ? fail({ kind: 'date', got: date }) : basicTime(parsed);
}

function milliseconds(basic: string): number {
  const field = (from: number, to: number): string => basic.slice(from, to);
  return Date.parse(
    `${field(0, 4)}-${field(4, 6)}-${field(6, 8)}T${field(9, 11)}:${field(11, 13)}:${field(13, 15)}Z`,
  );
}

function checkTime({ timestamp, expires }: Claim, now: number, fail: Fail): void {
  const signedAt = milliseconds(timestamp);
  const skew = SKEW_MINUTES_MAX * 60_000;
  if (signedAt > now + skew) fail({ kind: 'skewed', timestamp, signedAt, now });
  if (expires === undefined) {
    if (signedAt < now - skew) fail({ kind: 'skewed', timestamp, signedAt, now });
    return;
  }
  if (!/^\d{1,7}$/.test(expires) || Number(expires) > PRESIGN_SECONDS_MAX) fail({ kind: 'expiry-seconds' });
  const expiresAt = signedAt + Number(expires) * 1_000;
  if (now > expiresAt) fail({ kind: 'presign-expired', expiresAt, now });
}

function checkSignedHeaders(head: Head, { signedHeaders }: Claim, dialect: Dialect, fail: Fail): void {
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority'))
    fail({ kind: 'host-unsigned' });
  // S3 acts on headers (copy source, metadata), so it wants those of its own signed.
  if (dialect !== 's3') return;
  const names = Object.keys(head.headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (names.length > 0) fail({ kind: 'headers-unsigned', names });
}

/** ListBuckets is the one S3 request that names no bucket, so it belongs to no region. */
function isGlobal({ method, path }: Head, service: string): boolean {
  return service === 'sts' || (service === 's3' && method === 'GET' && path === '/');
}

function checkScope(claim: Claim, regions: [string, ...string[]], service: string, fail: Fail): void {
  const { day, terminator, timestamp } = claim;
  const sentences: string[] = [];
  if (!regions.includes(claim.region))
    sentences.push(`Credential should be scoped to a valid region, not '${claim.region}'.`);
  if (claim.service !== service)
    sentences.push(`Credential should be scoped to correct service: '${service}'.`);
  if (terminator !== TERMINATOR)
    sentences.push(
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${terminator}'.`,
    );
  if (day !== timestamp.slice(0, 8))
    sentences.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  if (sentences.length > 0)
    fail({ kind: 'scope', sentences, region: { got: claim.region, expected: regions[0] } });
}

const derivedKeys = new Map<string, Buffer>();

function signingKey(secret: string, day: string, region: string, service: string): Buffer {
  const name = `${secret}/${day}/${region}/${service}`;
  const known = derivedKeys.get(name);
  if (known) return known;
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of [day, region, service, TERMINATOR])
    key = createHmac('sha256', key).update(part).digest();
  if (derivedKeys.size >= DERIVED_KEYS_MAX) derivedKeys.clear();
  derivedKeys.set(name, key);
  return key;
}
