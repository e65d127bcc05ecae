import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { type Crypto, createSigner, type Signing } from './sign.ts';

let keysMade = 0;
const crypto: Crypto<Buffer> = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmac: ((algorithm: string, key: string | Buffer, text: string, encoding: 'binary' | 'hex') => {
    const hmac = createHmac(algorithm, key).update(text);
    if (encoding === 'hex') return hmac.digest('hex');
    keysMade++;
    return hmac.digest();
  }) as Crypto<Buffer>['hmac'],
};

/** The hash that the SDK's signer wants: bytes one after the other, then the digest. */
class Sha256 {
  readonly #hash;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** What the SDK's own signer says of the same request. */
async function signedBySdk(signing: Signing, headers: Record<string, string>, body: string, now: number) {
  const { region, host, sessionToken, ...keys } = signing;
  const signer = new SignatureV4({
    credentials: { ...keys, ...(sessionToken ? { sessionToken } : {}) },
    region,
    service: 'dynamodb',
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: host,
    path: '/',
    query: {},
    headers: { host, ...headers },
    body,
  };
  const { headers: signed } = await signer.sign(request, { signingDate: new Date(now) });
  return signed;
}

const word = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJabcdefghij0123456789+/'),
  minLength: 1,
  maxLength: 40,
});
const signings: fc.Arbitrary<Signing> = fc.record(
  {
    accessKeyId: word,
    secretAccessKey: word,
    sessionToken: word,
    region: fc.constantFrom('us-east-2', 'eu-central-1'),
    host: fc.constantFrom('127.0.0.1:4566', 'dynamodb.us-east-2.amazonaws.com'),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey', 'region', 'host'] },
);

test('a request has the signature that the AWS SDK’s own signer gives it', async () => {
  await fc.assert(
    fc.asyncProperty(
      signings,
      fc.constantFrom('PutItem' as const, 'BatchWriteItem' as const),
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2060, 0) }),
      async (signing, operation, body, now) => {
        const ours = createSigner(operation, signing, crypto)(body, now);
        const theirs = await signedBySdk(
          signing,
          { 'content-type': ours['Content-Type'] ?? '', 'x-amz-target': ours['X-Amz-Target'] ?? '' },
          body,
          now,
        );
        assert.equal(ours['Authorization'], theirs['authorization']);
        assert.equal(ours['X-Amz-Date'], theirs['x-amz-date']);
        assert.equal(ours['X-Amz-Security-Token'], theirs['x-amz-security-token']);
      },
    ),
  );
});

test('the key is made once a day, and anew after midnight', async () => {
  const signing = {
    accessKeyId: 'local',
    secretAccessKey: 'local',
    region: 'us-east-2',
    host: '127.0.0.1:4566',
  };
  const sign = createSigner('PutItem', signing, crypto);
  const midnight = Date.UTC(2026, 6, 8);
  keysMade = 0;
  sign('a', midnight - 5_000);
  sign('b', midnight - 1);
  assert.equal(keysMade, 4);
  const after = sign('c', midnight);
  assert.equal(keysMade, 8);
  const fresh = createSigner('PutItem', signing, crypto)('c', midnight);
  assert.deepEqual(after, fresh);
});

test('the date is of the second in which a request is sent, whichever second came before', () => {
  const signing = { accessKeyId: 'local', secretAccessKey: 'local', region: 'us-east-2', host: 'localhost' };
  const sign = createSigner('PutItem', signing, crypto);
  const second = Date.UTC(2026, 6, 7, 12, 0, 1);
  const dates = [second, second + 999, second + 1_000, second - 1].map((now) => sign('a', now)['X-Amz-Date']);
  assert.deepEqual(dates, ['20260707T120001Z', '20260707T120001Z', '20260707T120002Z', '20260707T120000Z']);
});
