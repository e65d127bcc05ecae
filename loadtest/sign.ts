/**
 * Signature Version 4 for DynamoDB requests, small enough for k6: the key is made once a day, the date once a second,
 * and a request costs two digests and one HMAC. The AWS SDK's own signer gives the same signature, fifty times slower
 * in k6's interpreter.
 *
 *     order-text → [sign] → k6/http
 *
 * It knows no clock and no crypto: both are arguments, `k6/crypto` in k6 and `node:crypto` in its test. It signs a POST
 * to `/` with no query, which is all that DynamoDB's protocol has.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

import type { Sha256Hex } from './orders.ts';

/** HMAC-SHA256; `Bytes` is what the runtime has for a digest that becomes the next key. */
export type Hmac<Bytes> = {
  bytes(key: string | Bytes, text: string): Bytes;
  hex(key: Bytes, text: string): string;
};

export type Signing = {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of credentials that expire. */
  sessionToken?: string;
  region: string;
  /** As the request's Host header has it: with the port, where it is not the protocol's own. */
  host: string;
};

type Operation = 'PutItem' | 'BatchWriteItem';

/** The headers with which `body` may be sent at `now`, milliseconds since the epoch. */
export type Sign = (operation: Operation, body: string, now: number) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CONTENT_TYPE = 'application/x-amz-json-1.0';

export function createSigner<Bytes>(signing: Signing, sha256: Sha256Hex, hmac: Hmac<Bytes>): Sign {
  const ofOperation = (operation: Operation) => signerOf(operation, signing, sha256, hmac);
  const signers = { PutItem: ofOperation('PutItem'), BatchWriteItem: ofOperation('BatchWriteItem') };
  return (operation, body, now) => signers[operation](body, now);
}

/** All but the body's digest and the signature itself stays the same for a second, and is kept as text. */
function signerOf<Bytes>(
  operation: Operation,
  signing: Signing,
  sha256: Sha256Hex,
  hmac: Hmac<Bytes>,
): (body: string, now: number) => Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken, region, host } = signing;
  const target = `DynamoDB_20120810.${operation}`;
  const token = sessionToken ? `x-amz-security-token:${sessionToken}\n` : '';
  const names = `content-type;host;x-amz-date;${sessionToken ? 'x-amz-security-token;' : ''}x-amz-target`;
  let second = Number.NaN;
  let date = '';
  let day = '';
  let key: Bytes;
  let request = '';
  let toSign = '';
  let authorization = '';

  function tell(now: number): void {
    second = Math.floor(now / 1000);
    // 20260707T000000Z
    date = new Date(second * 1000).toISOString().replace(/[-:]|\.000/g, '');
    if (date.slice(0, 8) !== day) {
      day = date.slice(0, 8);
      const ofDay = hmac.bytes(`AWS4${secretAccessKey}`, day);
      key = hmac.bytes(hmac.bytes(hmac.bytes(ofDay, region), 'dynamodb'), 'aws4_request');
    }
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    request = `POST\n/\n\ncontent-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-date:${date}\n${token}x-amz-target:${target}\n\n${names}\n`;
    toSign = `${ALGORITHM}\n${date}\n${scope}\n`;
    authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`;
  }

  return (body, now) => {
    if (Math.floor(now / 1000) !== second) tell(now);
    const signature = hmac.hex(key, toSign + sha256(request + sha256(body)));
    const headers: Record<string, string> = {
      'Content-Type': CONTENT_TYPE,
      'X-Amz-Date': date,
      'X-Amz-Target': target,
      Authorization: authorization + signature,
    };
    if (sessionToken) headers['X-Amz-Security-Token'] = sessionToken;
    return headers;
  };
}
