/** Requests that no well-behaved client sends, straight into the binding. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import { ADMINISTRATOR } from '../../testing/ports.ts';
import type { WireRequest } from '../binding.ts';
import { s3Binding } from './s3.ts';

type Asked = { operation: string; input: Record<string, unknown> };

/** What the binding answered, and what it asked of the api. */
async function send(
  line: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
) {
  const asked: Asked[] = [];
  const [method = '', url = ''] = line.split(' ');
  const [path = '', query = ''] = url.split('?');
  async function* bytes() {
    yield Buffer.from(body);
  }
  const request: WireRequest = {
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: bytes(),
    principal: ADMINISTRATOR,
    requestId: 'r-1',
    async call<O>(operation: string, input: unknown): Promise<O> {
      asked.push({ operation, input: input as Asked['input'] });
      return {} as O;
    },
  };
  try {
    return { asked, ...(await s3Binding.handle(request)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { asked, ...s3Binding.error(error, request) };
  }
}

const code = ({ body }: { body?: unknown }) => /<Code>(\w+)<\/Code>/.exec(String(body))?.[1];

test('a path is a bucket and a key, the key’s slashes and escapes its own', async () => {
  const { asked } = await send('GET /lake/a%2Fb//c%20+%25');
  assert.deepEqual(asked, [{ operation: 'GetObject', input: { Bucket: 'lake', Key: 'a/b//c +%' } }]);
  assert.equal((await send('GET /lake/')).asked[0]?.operation, 'ListObjects');
  assert.equal((await send('GET /')).asked[0]?.operation, 'ListBuckets');
});

test('a path that is no UTF-8 is refused', async () => {
  assert.equal(code(await send('GET /lake/%ff')), 'InvalidURI');
});

test('a method that a resource does not take is not allowed', async () => {
  const response = await send('PUT /');
  assert.deepEqual([response.status, code(response)], [405, 'MethodNotAllowed']);
  assert.equal(code(await send('POST /lake')), 'MethodNotAllowed');
});

test('a feature in the query or a header that is not here is not implemented', async () => {
  for (const line of ['GET /lake?acl', 'GET /lake?versions', 'PUT /lake/k?tagging', 'POST /lake/k?restore']) {
    const response = await send(line);
    assert.deepEqual([response.status, code(response), response.asked], [501, 'NotImplemented', []], line);
  }
  for (const name of [
    'x-amz-tagging',
    'x-amz-server-side-encryption-customer-algorithm',
    'x-amz-grant-read',
    'x-amz-website-redirect-location',
  ]) {
    const response = await send('PUT /lake/k', { headers: { [name]: 'x' } });
    assert.equal(code(response), 'NotImplemented', name);
    assert.match(String(response.body), new RegExp(`<Header>${name}</Header>`));
  }
});

test('aws-chunked is no encoding of the object', async () => {
  const put = async (encoding: string) =>
    (await send('PUT /lake/k', { headers: { 'content-encoding': encoding } })).asked[0]?.input[
      'ContentEncoding'
    ];
  assert.equal(await put('aws-chunked'), undefined);
  assert.equal(await put('aws-chunked,gzip'), 'gzip');
  assert.equal(await put('gzip'), 'gzip');
});

test('a body that is not the XML it should be is malformed, one that was damaged a bad digest', async () => {
  assert.equal(code(await send('POST /lake?delete', { body: '<Delete><Object>' })), 'MalformedXML');
  assert.equal(code(await send('POST /lake/k?uploadId=u', { body: '<Delete/>' })), 'MalformedXML');
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  assert.equal(code(await send('POST /lake?delete', { body, headers })), 'BadDigest');
  const sum = { 'x-amz-checksum-crc32': 'AAAAAA==' };
  assert.equal(code(await send('POST /lake?delete', { body, headers: sum })), 'BadDigest');
});

test('too large a body is refused while it comes', async () => {
  const body = ' '.repeat(8 * 1024 * 1024 + 1);
  assert.equal(code(await send('POST /lake?delete', { body })), 'MaxMessageLengthExceeded');
});

test('every answer names its request, an error’s XML too', async () => {
  assert.equal((await send('GET /')).headers['x-amz-request-id'], 'r-1');
  const refused = await send('GET /lake?acl');
  assert.equal(refused.headers['x-amz-request-id'], 'r-1');
  assert.match(String(refused.body), /<Resource>\/lake<\/Resource><RequestId>r-1<\/RequestId><\/Error>$/);
});

test('a client that signed for another region is told the right one, by a HEAD too', () => {
  const wrong = new AwsError('AuthorizationHeaderMalformed', 'wrong', 400, { Region: 'us-east-2' });
  const { headers, body } = s3Binding.error(wrong, { method: 'HEAD', path: '/lake/k', requestId: 'r-1' });
  assert.deepEqual([headers['x-amz-bucket-region'], body], ['us-east-2', undefined]);
});
