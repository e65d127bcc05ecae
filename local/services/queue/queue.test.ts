import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { EngineError } from '../../aws-error.ts';
import type { OpenPart } from '../../ports.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { queue } from './queue.ts';

type Received = {
  Messages?: {
    Body: string;
    ReceiptHandle: string;
    MessageId: string;
    MD5OfBody: string;
    Attributes?: Record<string, string>;
    MessageAttributes?: object;
    MD5OfMessageAttributes?: string;
  }[];
};

const QueueUrl = 'http://127.0.0.1:4566/000000000000/letters';
let ports: TestPorts;
let part: OpenPart;
beforeEach(() => {
  ports = testPorts();
  part = open();
});
afterEach(() => ports.cleanUp());

function open(config: Record<string, unknown> = {}): OpenPart {
  return openPart(queue, testStack({ 'aws_sqs_queue.letters': { name: 'letters', ...config } }), ports);
}
const call = <O>(operation: string, input: object = {}) =>
  ports.call<O>(ADMINISTRATOR, 'sqs', operation, { QueueUrl, ...input });
const send = (MessageBody: string, more: object = {}) =>
  call<{ MessageId: string; MD5OfMessageBody: string; MD5OfMessageAttributes?: string }>('SendMessage', {
    MessageBody,
    ...more,
  });
const receive = async (more: object = {}) =>
  (await call<Received>('ReceiveMessage', { MaxNumberOfMessages: 10, ...more })).Messages ?? [];
const bodies = async (more: object = {}) => (await receive(more)).map(({ Body }) => Body);
const attributes = async () =>
  (await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', { AttributeNames: ['All'] }))
    .Attributes;

test('what is sent is received with its digest, and hidden until its visibility timeout has passed', async () => {
  const { MD5OfMessageBody, MessageId } = await send('hello');
  assert.equal(MD5OfMessageBody, '5d41402abc4b2a76b9719d911017c592');
  const [first] = await receive({ AttributeNames: ['All'] });
  assert.deepEqual([first?.Body, first?.MessageId, first?.MD5OfBody], ['hello', MessageId, MD5OfMessageBody]);
  assert.equal(first?.Attributes?.['ApproximateReceiveCount'], '1');
  ports.clock.advance(29_999);
  assert.deepEqual(await bodies(), []);
  ports.clock.advance(1);
  assert.deepEqual(await bodies(), ['hello']);
});

test('a deleted message does not come back, and only the newest handle deletes', async () => {
  await send('a');
  const [old] = await receive({ VisibilityTimeout: 0 });
  const [current] = await receive({ VisibilityTimeout: 0 });
  await call('DeleteMessage', { ReceiptHandle: old?.ReceiptHandle });
  assert.deepEqual(await bodies({ VisibilityTimeout: 0 }), ['a']);
  await call('DeleteMessage', { ReceiptHandle: current?.ReceiptHandle });
  const [newest] = await receive({ VisibilityTimeout: 0 });
  await call('DeleteMessage', { ReceiptHandle: newest?.ReceiptHandle });
  assert.deepEqual(await bodies(), []);
});

test('messages outlast a restart', async () => {
  await send('a');
  part = open();
  await send('b');
  assert.deepEqual(await bodies(), ['a', 'b']);
});

test('one call receives at most what was asked for, ten at most', async () => {
  for (const n of [1, 2, 3]) await send(String(n));
  assert.deepEqual(await bodies({ MaxNumberOfMessages: 2 }), ['1', '2']);
  await assert.rejects(receive({ MaxNumberOfMessages: 11 }), { name: 'InvalidParameterValue' });
  await assert.rejects(receive({ MaxNumberOfMessages: 0 }), { name: 'InvalidParameterValue' });
});

test('a message is forgotten when its retention has passed, not before', async () => {
  open({ message_retention_seconds: 60 });
  await send('a');
  ports.clock.advance(60_000);
  assert.deepEqual(await bodies({ VisibilityTimeout: 0 }), ['a']);
  ports.clock.advance(1);
  assert.deepEqual(await bodies(), []);
});

test('a delayed message shows up when its delay has passed, not before', async () => {
  await send('a', { DelaySeconds: 5 });
  assert.equal((await attributes())['ApproximateNumberOfMessagesDelayed'], '1');
  ports.clock.advance(4999);
  assert.deepEqual(await bodies(), []);
  ports.clock.advance(1);
  assert.deepEqual(await bodies(), ['a']);
});

test('a message takes as many bytes as the queue allows, not one more', async () => {
  open({ max_message_size: 1024 });
  await send('x'.repeat(1024));
  await assert.rejects(send('x'.repeat(1025)), {
    name: 'InvalidParameterValue',
    message: /shorter than 1024 bytes/,
  });
});

test('the digest of message attributes is the one that SDKs compute', async () => {
  const MessageAttributes = {
    b: { DataType: 'String', StringValue: 'x' },
    a: { DataType: 'Number', StringValue: '1' },
  };
  const { MD5OfMessageAttributes } = await send('m', { MessageAttributes });
  const [message] = await receive({ MessageAttributeNames: ['All'] });
  assert.equal(message?.MD5OfMessageAttributes, MD5OfMessageAttributes);
  assert.deepEqual(message?.MessageAttributes, MessageAttributes);
});

test('a long poll ends with the first message, with its time, or with the engine', async () => {
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const first = bodies({ WaitTimeSeconds: 20 });
  await turn();
  await send('a');
  assert.deepEqual(await first, ['a']);
  const second = bodies({ WaitTimeSeconds: 20 });
  await turn();
  ports.clock.advance(20_000);
  assert.deepEqual(await second, []);
  await call('PurgeQueue');
  const third = bodies({ WaitTimeSeconds: 20 });
  await turn();
  await part.close?.();
  assert.deepEqual(await third, []);
});

test('a queue is found by its name, counted, listed and purged', async () => {
  await send('a');
  await send('b');
  await receive({ MaxNumberOfMessages: 1 });
  assert.deepEqual(await call('GetQueueUrl', { QueueName: 'letters' }), { QueueUrl });
  assert.deepEqual(await call('ListQueues', { QueueNamePrefix: 'let' }), { QueueUrls: [QueueUrl] });
  assert.deepEqual(await call('ListQueues', { QueueNamePrefix: 'x' }), {});
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = await attributes();
  assert.deepEqual([ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible], ['1', '1']);
  await call('PurgeQueue');
  assert.equal((await attributes())['ApproximateNumberOfMessages'], '0');
});

test('a queue or a handle that is none has AWS’s error', async () => {
  await assert.rejects(call('SendMessage', { QueueUrl: 'http://x/1/none', MessageBody: 'a' }), {
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
  await assert.rejects(call('DeleteMessage', { ReceiptHandle: 'none' }), { name: 'ReceiptHandleIsInvalid' });
  await assert.rejects(call('SendMessage', {}), { name: 'MissingParameter', message: /MessageBody/ });
  await assert.rejects(send('\u0000'), { name: 'InvalidMessageContents' });
  await assert.rejects(call('CreateQueue'), { message: /stack owns/ });
});

for (const config of [
  { fifo_queue: true },
  { redrive_policy: '{}' },
  { policy: '{}' },
  { message_retention_seconds: 59 },
  { name: 'a b' },
])
  test(`${JSON.stringify(config)} is refused with the queue's address`, () => {
    assert.throws(
      () => open(config),
      (error) => error instanceof EngineError && /aws_sqs_queue\.letters/.test(error.message),
    );
  });
