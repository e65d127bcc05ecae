/** The port itself: limits, malformed and broken requests, failures within, and an orderly end. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3 } from '@aws-sdk/client-s3';
import { AwsError, EngineError } from '../aws-error.ts';
import { systemClock } from '../clock.ts';
import { standIn } from '../testing/ports.ts';
import type { RestBinding, WireRequest } from './binding.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { REQUEST_BYTES_MAX } from './payload.ts';
import { pathStyle } from './rest/rest-protocol.ts';
import { startServer } from './server.ts';
import { signedFetch } from './test-sign.ts';
import { type TestWire, testWire } from './test-wire.ts';

async function withWire(
  given: Parameters<typeof testWire>,
  use: (wire: TestWire) => Promise<void>,
): Promise<void> {
  const wire = await testWire(...given);
  try {
    await use(wire);
  } finally {
    await wire.close();
  }
}

const listTables = standIn('dynamodb', 'ListTables', () => ({ TableNames: [] }));
const LIST_TABLES = {
  service: 'dynamodb',
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' },
};

/** S3 as far as this room knows it: hands back what it was given. */
function echoBinding(seen: WireRequest[], respond?: () => Readable): RestBinding {
  return {
    service: 's3',
    async handle(request) {
      seen.push(request);
      const pieces: Uint8Array[] = [];
      for await (const piece of request.body) pieces.push(piece);
      return { status: 200, headers: { etag: '"e"' }, body: respond?.() ?? Buffer.concat(pieces) };
    },
    error: (error) => ({
      status: error.status,
      headers: {},
      body: `<Error><Code>${error.code}</Code></Error>`,
    }),
  };
}

test('an unsigned GET / is answered as DynamoDB answers a health check', async () => {
  await withWire([[]], async ({ endpoint }) => {
    const response = await fetch(endpoint);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'healthy: dynamodb.us-east-2.amazonaws.com ');
  });
});

test('anything else unsigned is refused, in the words of whom it meant', async () => {
  await withWire([[listTables], { bindings: [echoBinding([])] }], async ({ endpoint }) => {
    for (const [method, path, headers, status, expected] of [
      [
        'POST',
        '/',
        LIST_TABLES.headers,
        400,
        '"com.amazon.coral.service#MissingAuthenticationTokenException"',
      ],
      ['GET', '/2015-03-31/functions', {}, 403, '"Message":"Request is missing Authentication Token"'],
      ['GET', '/v1/pipes', {}, 403, '"message":"Request is missing Authentication Token"'],
      ['POST', '/?Action=GetCallerIdentity', {}, 403, '<Code>MissingAuthenticationToken</Code>'],
      ['GET', '/bucket/key', {}, 403, '<Code>AccessDenied</Code>'],
    ] as const) {
      const response = await fetch(endpoint + path, { method, headers });
      assert.equal(response.status, status, path);
      assert.ok((await response.text()).includes(expected), path);
    }
  });
});

test('a body that is no JSON is a SerializationException', async () => {
  await withWire([[listTables]], async ({ endpoint }) => {
    const response = await signedFetch(endpoint, { ...LIST_TABLES, body: '{"Limit":' });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { __type: 'com.amazon.coral.service#SerializationException' });
  });
});

test('a target of a service that is not here is an unknown operation', async () => {
  await withWire([[]], async ({ endpoint }) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.PutLogEvents',
    };
    const response = await signedFetch(endpoint, { service: 'logs', headers, body: '{}' });
    assert.deepEqual(await response.json(), { __type: 'com.amazon.coral.service#UnknownOperationException' });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const sns = await signedFetch(endpoint, { service: 'sns', headers: form, body: 'Action=ListTopics' });
    assert.match(await sns.text(), /<Code>InvalidAction<\/Code>/);
  });
});

test('a request may have 16 MiB, and not a byte more', async () => {
  await withWire([[listTables]], async ({ endpoint }) => {
    const padded = (size: number) => `{"a":"${'x'.repeat(size - 8)}"}`;
    const fits = await signedFetch(endpoint, { ...LIST_TABLES, body: padded(REQUEST_BYTES_MAX) });
    assert.equal(fits.status, 200);
    const over = await signedFetch(endpoint, { ...LIST_TABLES, body: padded(REQUEST_BYTES_MAX + 1) });
    assert.equal(over.status, 413);
    assert.match(await over.text(), /Request must be smaller than 16777216 bytes/);
  });
});

test('Kinesis answers in CBOR whoever asks in CBOR, errors included', async () => {
  const put = standIn('kinesis', 'PutRecord', ({ Data }: { Data: Uint8Array }) => ({
    Data,
    At: new Date(1_783_382_400_123),
  }));
  await withWire([[put]], async ({ endpoint }) => {
    const type = 'application/x-amz-cbor-1.1';
    const ask = async (operation: string, body: Buffer) => {
      const headers = { 'content-type': type, 'x-amz-target': `Kinesis_20131202.${operation}` };
      const response = await signedFetch(endpoint, { service: 'kinesis', headers, body });
      assert.equal(response.headers.get('content-type'), type);
      return decodeCbor(new Uint8Array(await response.arrayBuffer()));
    };
    assert.deepEqual(await ask('PutRecord', encodeCbor({ Data: Buffer.from('order') })), {
      Data: Buffer.from('order'),
      At: new Date(1_783_382_400_123),
    });
    assert.deepEqual(await ask('PutRecord', Buffer.from([0xff])), { __type: 'SerializationException' });
    assert.deepEqual(await ask('Nothing', encodeCbor({})), { __type: 'UnknownOperationException' });
  });
});

test('a failure of our own is an internal error: logged, and no stack on the wire', async () => {
  const broken = standIn('dynamodb', 'ListTables', () => {
    throw new TypeError('undefined is not a secret');
  });
  await withWire([[broken]], async ({ endpoint, logged }) => {
    const response = await signedFetch(endpoint, { ...LIST_TABLES, body: '{}' });
    const text = await response.text();
    assert.equal(response.status, 500);
    assert.match(text, /InternalServerError/);
    assert.doesNotMatch(text, /secret|server\.ts/);
    assert.match(logged[0]?.message ?? '', /undefined is not a secret/);
  });
});

test('a port in use is an error that names the port and the next step', async () => {
  await withWire([[]], async ({ port, ports }) => {
    const again = startServer({
      port,
      region: 'us-east-2',
      api: ports,
      credentials: () => undefined,
      clock: systemClock,
      chance: ports.chance,
      log: () => {},
      bindings: [],
    });
    await assert.rejects(again, (error) => {
      assert.ok(error instanceof EngineError);
      assert.ok(error.message.includes(`${port}`));
      assert.match(error.nextStep, /--port/);
      return true;
    });
  });
});

test('closing finishes the request in flight and takes no other', async () => {
  const gate = new EventEmitter();
  const slow = {
    ...standIn('dynamodb', 'ListTables', () => ({})),
    kind: 'effect',
    async run() {
      gate.emit('started');
      await once(gate, 'finish');
      return { TableNames: ['last'] };
    },
  } as never;
  const wire = await testWire([slow]);
  const started = once(gate, 'started');
  const asked = new DynamoDB(wire.client).listTables({});
  await started;
  const closed = wire.close();
  await assert.rejects(fetch(wire.endpoint));
  gate.emit('finish');
  assert.deepEqual((await asked).TableNames, ['last']);
  await closed;
});

test("a client that goes away in the middle of its request is nobody's error", async () => {
  await withWire([[listTables], { bindings: [echoBinding([])] }], async ({ port, endpoint, logged }) => {
    for (const head of [
      'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.ListTables',
      'P',
      'PRI * HT',
    ]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      await new Promise((resolve) => socket.write(`${head}\r\ncontent-length: 9\r\n\r\n{`, resolve));
      socket.resetAndDestroy();
    }
    assert.equal((await signedFetch(endpoint, { ...LIST_TABLES, body: '{}' })).status, 200);
    assert.deepEqual(logged, []);
  });
});

test('S3: an object goes in whole, hashed, chunked or unsigned, and its answer streams', async () => {
  const seen: WireRequest[] = [];
  const binding = echoBinding(seen, () => Readable.from(['str', 'eamed']));
  await withWire([[], { bindings: [binding] }], async ({ client }) => {
    const s3 = new S3({ ...client, forcePathStyle: true });
    const body = Buffer.alloc(300_000, 'order ');
    assert.equal((await s3.putObject({ Bucket: 'lake', Key: 'a b/ö+', Body: body })).ETag, '"e"');
    await s3.putObject({ Bucket: 'lake', Key: 'k', Body: Readable.from([body]), ContentLength: body.length });
    const got = await s3.getObject({ Bucket: 'lake', Key: 'k', Range: 'bytes=0-1' });
    assert.equal(await got.Body?.transformToString(), 'streamed');
    assert.deepEqual(
      seen.map(({ path }) => path),
      ['/lake/a%20b/%C3%B6%2B', '/lake/k', '/lake/k'],
    );
    assert.match(seen[1]?.headers['content-encoding'] ?? '', /aws-chunked/);
    assert.equal(seen[2]?.headers['range'], 'bytes=0-1');
  });
});

test('S3: a body that is not what was signed is refused at its end, and the connection goes on', async () => {
  await withWire([[], { bindings: [echoBinding([])] }], async ({ endpoint }) => {
    const about = { service: 's3', method: 'PUT', path: '/lake/k' };
    const forged = await signedFetch(endpoint, { ...about, body: 'order', sendInstead: 'ordeR' });
    assert.match(await forged.text(), /XAmzContentSHA256Mismatch/);
    const chunked = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'x-amz-decoded-content-length': '100000',
    };
    const body = `186a0;chunk-signature=${'0'.repeat(64)}\r\n${'x'.repeat(100_000)}\r\n0;chunk-signature=${'0'.repeat(64)}\r\n\r\n`;
    const unsigned = await signedFetch(endpoint, { ...about, headers: chunked, body });
    assert.match(await unsigned.text(), /SignatureDoesNotMatch/);
    assert.equal((await signedFetch(endpoint, { ...about, body: 'order' })).status, 200);
  });
});

test('S3: an error in front of a large body reaches the client', async () => {
  const refusing: RestBinding = {
    ...echoBinding([]),
    handle: async () => {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    },
  };
  await withWire([[], { bindings: [refusing] }], async ({ endpoint }) => {
    const about = { service: 's3', method: 'PUT', path: '/lake/k', body: 'x'.repeat(2_000_000) };
    for (let time = 0; time < 3; time++) assert.equal((await signedFetch(endpoint, about)).status, 404);
  });
});

test('S3: virtual-host style is path style to whoever answers', () => {
  for (const [host, path] of [
    ['127.0.0.1:4566', '/k'],
    ['localhost:4566', '/k'],
    ['lake.localhost:4566', '/lake/k'],
    ['s3.localhost:4566', '/k'],
    ['my.lake.s3.us-east-2.amazonaws.com', '/my.lake/k'],
    ['s3.us-east-2.amazonaws.com', '/k'],
  ] as const)
    assert.equal(pathStyle({ path: '/k', headers: { host: [host] } }), path, host);
});
