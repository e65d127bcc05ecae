/**
 * Signature Version 4 for DynamoDB requests, small enough for k6: the key is made once a day, the date once a second,
 * and a request costs two digests and one HMAC. The AWS SDK's own signer gives the same signature, fifty times slower
 * in k6's interpreter.
 *
 *     orders → [sign] → k6/http
 *
 * It knows no clock and no crypto: both are arguments. It signs a POST
 * to `/` with no query, which is all that DynamoDB's protocol has.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

/** As `k6/crypto` has it: wrapped, each of a request's three calls would cost more. `Bytes` is a digest that becomes the
 * next key. */
export type Crypto<Bytes> = {
  sha256(text: string, encoding: 'hex'): string;
  hmac(algorithm: 'sha256', key: string | Bytes, text: string, encoding: 'binary'): Bytes;
  hmac(algorithm: 'sha256', key: string | Bytes, text: string, encoding: 'hex'): string;
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

export type Operation = 'PutItem' | 'BatchWriteItem';

/** The headers with which `body` may be sent at `now`, milliseconds since the epoch. */
export type Sign = (body: string, now: number) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** All but the body's digest and the signature itself stays the same for a second, and is kept as text. */
export function createSigner<Bytes>(operation: Operation, signing: Signing, crypto: Crypto<Bytes>): Sign {
  const { accessKeyId, secretAccessKey, sessionToken, region, host } = signing;
  const target = `DynamoDB_20120810.${operation}`;
  const token = sessionToken ? `x-amz-security-token:${sessionToken}\n` : '';
  const names = `content-type;host;x-amz-date;${sessionToken ? 'x-amz-security-token;' : ''}x-amz-target`;
  let from = Number.POSITIVE_INFINITY;
  let date = '';
  let day = '';
  let key: Bytes;
  let request = '';
  let toSign = '';
  let authorization = '';

  function tell(now: number): void {
    from = Math.floor(now / 1000) * 1000;
    // 20260707T000000Z
    date = new Date(from).toISOString().replace(/[-:]|\.000/g, '');
    if (date.slice(0, 8) !== day) {
      day = date.slice(0, 8);
      const next = (secret: string | Bytes, text: string) => crypto.hmac('sha256', secret, text, 'binary');
      key = next(next(next(next(`AWS4${secretAccessKey}`, day), region), 'dynamodb'), 'aws4_request');
    }
    const scope = `${day}/${region}/dynamodb/aws4_request`;
    request = `POST\n/\n\ncontent-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-date:${date}\n${token}x-amz-target:${target}\n\n${names}\n`;
    toSign = `${ALGORITHM}\n${date}\n${scope}\n`;
    authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`;
  }

  return (body, now) => {
    if (now < from || now >= from + 1000) tell(now);
    const digest = crypto.sha256(request + crypto.sha256(body, 'hex'), 'hex');
    const signature = crypto.hmac('sha256', key, toSign + digest, 'hex');
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
