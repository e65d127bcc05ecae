/** The SDK's own signer is the measure: what it signs verifies, and nothing else does. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { AwsError } from '../aws-error.ts';
import { ADMINISTRATOR } from '../testing/ports.ts';
import type { Dialect, Head } from './protocol.ts';
import { type Credential, signedService, type Verifier, verify } from './sigv4.ts';
import { Sha256 } from './test-sign.ts';

const NOW = Date.UTC(2026, 6, 7, 12);
const USER: Credential = { secretAccessKey: 'local', principal: ADMINISTRATOR };
const ROLE: Credential = {
  secretAccessKey: 'role-secret',
  sessionToken: 'role-token/+=',
  principal: { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/pipe', session: 'pipe' },
};
const verifier: Verifier = {
  region: 'us-east-2',
  credentials: (accessKeyId) => ({ local: USER, ASIAROLE: ROLE })[accessKeyId],
  now: () => NOW,
};

type Asked = {
  method?: string;
  path?: string;
  query?: Record<string, string | string[]>;
  headers?: Record<string, string>;
  body?: string;
  service?: string;
  region?: string;
  signedAt?: number;
  presignSeconds?: number;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Signs with the SDK and writes the request down as the wire would bring it. */
async function signed(asked: Asked): Promise<Head> {
  const service = asked.service ?? 'dynamodb';
  const signer = new SignatureV4({
    credentials: asked.credentials ?? { accessKeyId: 'local', secretAccessKey: 'local' },
    region: asked.region ?? 'us-east-2',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const request = {
    method: asked.method ?? 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: asked.path ?? '/',
    query: asked.query ?? {},
    headers: { host: '127.0.0.1:4566', ...asked.headers },
    ...(asked.body === undefined ? {} : { body: asked.body }),
  };
  const signingDate = new Date(asked.signedAt ?? NOW);
  const result =
    asked.presignSeconds === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn: asked.presignSeconds });
  const query = Object.entries(result.query ?? {})
    .flatMap(([name, value]) => [value ?? ''].flat().map((each) => [name, each] as const))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const headers = Object.fromEntries(
    Object.entries(result.headers).map(([name, value]) => [name.toLowerCase(), [value]]),
  );
  return { method: result.method, path: result.path, query, headers };
}

function check(head: Head, payloadHash: string, service = 'dynamodb', dialect: Dialect = 'json') {
  return verify(verifier, head, () => payloadHash, service, dialect).principal;
}

function refusal(run: () => unknown): AwsError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error));
    return error;
  }
  return assert.fail('It was not refused.');
}

const anyPath = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), { maxLength: 4 }).map(
  (segments) =>
    `/${segments
      .map(encodeSegment)
      .filter((segment) => !/^\.+$/.test(segment))
      .join('/')}`,
);
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const anyRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
  path: anyPath,
  query: fc.dictionary(
    fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((name) => !/^(x-amz-|__proto__$)/i.test(name)),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc.dictionary(fc.stringMatching(/^x-amz-meta-[a-z0-9]{1,8}$/), headerValue, { maxKeys: 3 }),
  body: fc.string({ maxLength: 40 }),
  service: fc.constantFrom('dynamodb', 's3', 'lambda'),
  credentials: fc.constantFrom(
    { accessKeyId: 'local', secretAccessKey: 'local' },
    { accessKeyId: 'ASIAROLE', secretAccessKey: 'role-secret', sessionToken: 'role-token/+=' },
  ),
});

test('whatever the SDK signs verifies, and names its principal', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (asked) => {
      const head = await signed(asked);
      assert.equal(signedService(head), asked.service);
      const dialect = asked.service === 's3' ? 's3' : 'json';
      const principal = check(head, sha256(asked.body), asked.service, dialect);
      assert.equal(principal.kind, asked.credentials.accessKeyId === 'local' ? 'user' : 'role');
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('a presigned request verifies', async () => {
  await fc.assert(
    fc.asyncProperty(anyRequest, async (asked) => {
      const head = await signed({ ...asked, method: 'GET', headers: {}, presignSeconds: 60, body: '' });
      const dialect = asked.service === 's3' ? 's3' : 'json';
      check(head, sha256(''), asked.service, dialect);
    }),
    { numRuns: 100, seed: 2 },
  );
});

test('no altered byte of what was signed verifies', async () => {
  const flip = (value: string, at: number): string => {
    const index = at % value.length;
    const other = value[index] === 'a' ? 'b' : 'a';
    return value.slice(0, index) + other + value.slice(index + 1);
  };
  await fc.assert(
    fc.asyncProperty(
      anyRequest,
      fc.constantFrom('method', 'path', 'query', 'payload', 'header', 'signature'),
      fc.nat(),
      async (asked, part, at) => {
        const head = await signed({ ...asked, headers: { ...asked.headers, 'x-amz-meta-z': 'value' } });
        let payload = sha256(asked.body);
        const headers = { ...head.headers };
        const altered = { ...head, headers };
        if (part === 'method') altered.method = `${head.method}a`;
        if (part === 'path') altered.path = `${head.path}a`;
        if (part === 'query') altered.query = head.query === '' ? 'a' : `${head.query}&a`;
        if (part === 'payload') payload = flip(payload, at);
        if (part === 'header') headers['x-amz-meta-z'] = [flip('value', at)];
        if (part === 'signature') {
          const [before, signature = ''] = (headers['authorization']?.[0] ?? '').split('Signature=');
          headers['authorization'] = [`${before}Signature=${flip(signature, at)}`];
        }
        const dialect = asked.service === 's3' ? 's3' : 'json';
        const { code } = refusal(() => check(altered, payload, asked.service, dialect));
        assert.match(code, /^(SignatureDoesNotMatch|InvalidSignatureException)$/);
      },
    ),
    { numRuns: 200, seed: 3 },
  );
});

test('a mismatch tells the canonical string, as AWS does', async () => {
  const head = await signed({ body: '{}' });
  const { message, status } = refusal(() => check(head, sha256('{ }')));
  assert.equal(status, 400);
  assert.match(
    message,
    /^The request signature we calculated does not match the signature you provided\. Check your AWS/,
  );
  assert.match(message, /should have been\n'POST\n\/\n\nhost:127\.0\.0\.1:4566\n/);
});

for (const [minutes, code] of [
  [
    -16,
    'Signature expired: 20260707T114400Z is now earlier than 20260707T114500Z (20260707T120000Z - 15 min.)',
  ],
  [
    16,
    'Signature not yet current: 20260707T121600Z is still later than 20260707T121500Z (20260707T120000Z + 15 min.)',
  ],
] as const)
  test(`a request signed ${minutes} minutes from now is refused with both times`, async () => {
    const head = await signed({ signedAt: NOW + minutes * 60_000, body: '' });
    assert.equal(refusal(() => check(head, sha256(''))).message, code);
  });

test('a clock 15 minutes off is still in time', async () => {
  for (const minutes of [-15, 15])
    check(await signed({ signedAt: NOW + minutes * 60_000, body: '' }), sha256(''));
});

test('a presigned request is good until its second, and not after', async () => {
  const presigned = (secondsAgo: number) =>
    signed({
      method: 'GET',
      service: 's3',
      presignSeconds: 60,
      signedAt: NOW - secondsAgo * 1_000,
      body: '',
    });
  check(await presigned(60), sha256(''), 's3', 's3');
  const late = await presigned(61);
  assert.equal(refusal(() => check(late, sha256(''), 's3', 's3')).message, 'Request has expired');
});

test('each wrong part of the scope is named', async () => {
  const head = await signed({ region: 'us-east-1', service: 'kinesis', body: '' });
  assert.equal(
    refusal(() => check(head, sha256(''))).message,
    "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct service: 'dynamodb'.",
  );
  const s3 = refusal(() => check(head, sha256(''), 's3', 's3'));
  assert.equal(s3.code, 'AuthorizationHeaderMalformed');
  assert.equal(s3.members['Region'], 'us-east-2');
});

test('the global endpoint of STS is signed for us-east-1', async () => {
  check(await signed({ region: 'us-east-1', service: 'sts', body: '' }), sha256(''), 'sts', 'query');
});

test('ListBuckets is signed for us-east-1 by clients without a region, and no request of one bucket is', async () => {
  const listing = { method: 'GET', region: 'us-east-1', service: 's3', body: '' };
  check(await signed(listing), sha256(''), 's3', 's3');
  const bucket = await signed({ ...listing, path: '/orders' });
  assert.equal(refusal(() => check(bucket, sha256(''), 's3', 's3')).members['Region'], 'us-east-2');
  const elsewhere = await signed({ ...listing, region: 'eu-west-1' });
  assert.equal(refusal(() => check(elsewhere, sha256(''), 's3', 's3')).members['Region'], 'us-east-2');
});

test('a key that nobody issued is unknown, in the words of each protocol', async () => {
  const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'local' };
  for (const [service, dialect, code, status] of [
    ['dynamodb', 'json', 'UnrecognizedClientException', 400],
    ['lambda', 'rest-json', 'UnrecognizedClientException', 403],
    ['sts', 'query', 'InvalidClientTokenId', 403],
    ['s3', 's3', 'InvalidAccessKeyId', 403],
  ] as const) {
    const head = await signed({ credentials: stranger, service, body: '' });
    const error = refusal(() => check(head, sha256(''), service, dialect));
    assert.deepEqual([error.code, error.status], [code, status]);
  }
});

test("a session's key is worth nothing without its token", async () => {
  for (const sessionToken of [undefined, 'another']) {
    const credentials = {
      accessKeyId: 'ASIAROLE',
      secretAccessKey: 'role-secret',
      ...(sessionToken && { sessionToken }),
    };
    const head = await signed({ credentials, body: '' });
    assert.equal(refusal(() => check(head, sha256(''))).code, 'UnrecognizedClientException');
  }
});

test('S3 refuses a header of its own that was not signed', async () => {
  const head = await signed({ service: 's3', method: 'PUT', path: '/b/k', body: '' });
  head.headers['x-amz-copy-source'] = ['/other/key'];
  const error = refusal(() => check(head, sha256(''), 's3', 's3'));
  assert.equal(error.members['HeadersNotSigned'], 'x-amz-copy-source');
});

for (const [what, authorization, message] of [
  ['nothing', undefined, 'Request is missing Authentication Token'],
  ['another scheme', 'Basic bG9jYWw=', 'Request is missing Authentication Token'],
  [
    'a scheme alone',
    'AWS4-HMAC-SHA256',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
  ],
] as const)
  test(`${what} for authorization is answered in AWS's words`, () => {
    const headers = authorization ? { authorization: [authorization] } : {};
    const head = { method: 'POST', path: '/', query: '', headers };
    assert.equal(refusal(() => check(head, sha256(''))).message, message);
  });
