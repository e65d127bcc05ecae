import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import {
  type DeliveryFixture,
  deliveryFixture,
  LAMBDA_ARN,
  type LambdaEvent,
  ok,
  type Shape,
  STREAM_ARN,
} from './testing.ts';

const SHARD = 'shardId-000000000000';
const OTHER = 'shardId-000000000001';
const START = Date.UTC(2026, 6, 7);
const MEGABYTE = 1024 * 1024;

let open: DeliveryFixture | undefined;
afterEach(async () => {
  await open?.ports.cleanUp();
  open = undefined;
});

function given(shape: Shape = {}): DeliveryFixture {
  open = deliveryFixture(shape);
  return open;
}

test('a buffer is delivered when its oldest record is as old as the interval, not before', async () => {
  const f = given();
  await f.put(SHARD, 'a');
  assert.deepEqual(await f.settle(), { kind: 'idle', wakeAt: START + 200 });
  f.ports.clock.advance(200);
  assert.deepEqual(await f.settle(), { kind: 'idle', wakeAt: START + 60_000 });
  f.ports.clock.advance(59_799);
  await f.put(SHARD, 'b');
  await f.settle();
  assert.equal(f.bucket.size, 0);
  f.ports.clock.advance(1);
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 2 });
  assert.deepEqual(f.lines(), ['a', 'b']);
});

test('a buffer is delivered when its rows reach the size, not one byte before', async () => {
  const f = given({ lambda: false });
  await f.put(SHARD, 'x'.repeat(MEGABYTE - 1));
  assert.equal((await f.settle()).kind, 'idle');
  assert.equal(f.bucket.size, 0);
  f.ports.clock.advance(200);
  await f.put(SHARD, 'y', 'z');
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 2 });
  assert.equal([...f.bucket.values()][0]?.byteLength, MEGABYTE);
  assert.equal((await f.settle()).kind, 'idle');
  assert.equal(f.bucket.size, 1);
});

test('the size counts what the transform made, not what came in', async () => {
  const f = given();
  f.onInvoke((event) => ok(event, () => 'row\n'));
  await f.put(SHARD, ...Array.from({ length: 8 }, () => 'x'.repeat(MEGABYTE / 2)));
  await f.settle();
  assert.equal(f.bucket.size, 0);
  assert.ok(f.events.length >= 3);
});

test('with an interval of 0 nothing waits', async () => {
  const f = given({ s3: { buffering_interval: 0 } });
  await f.put(SHARD, 'a');
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 1 });
});

test('an idle stream asks for no wake-up, and a shard is read five times a second at most', async () => {
  const f = given();
  assert.deepEqual(await f.step(), { kind: 'idle' });
  assert.deepEqual(await f.step(), { kind: 'idle', wakeAt: START + 200 });
  let reads = 0;
  f.onGetRecords(() => reads++);
  await f.step();
  assert.equal(reads, 0);
  f.ports.clock.advance(200);
  await f.step();
  assert.equal(reads, 1);
  assert.deepEqual(f.part().movers?.[0]?.listensTo, [STREAM_ARN]);
});

test('a throttled read is tried again a second later, and what was read before is kept', async () => {
  const f = given();
  await f.put(SHARD, 'a');
  await f.step();
  f.onGetRecords(() => {
    throw new AwsError('ProvisionedThroughputExceededException', 'Rate exceeded');
  });
  f.ports.clock.advance(200);
  assert.deepEqual(await f.step(), { kind: 'idle', wakeAt: START + 1_200 });
  f.onGetRecords(() => {});
  f.ports.clock.advance(60_000);
  await f.step();
  assert.deepEqual(f.lines(), ['a']);
});

test('the records of all shards come in one object, each shard in its order', async () => {
  const f = given({ shards: [SHARD, OTHER] });
  await f.put(OTHER, 'b1', 'b2');
  await f.put(SHARD, 'a1', 'a2');
  await f.step();
  f.ports.clock.advance(60_000);
  await f.step();
  assert.equal(f.bucket.size, 1);
  const lines = f.lines();
  assert.deepEqual(
    lines.filter((line) => line.startsWith('a')),
    ['a1', 'a2'],
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith('b')),
    ['b1', 'b2'],
  );
});

test('an object is named after the arrival of its oldest record, and gzip is in its name and bytes', async () => {
  const f = given({ s3: { compression_format: 'GZIP' } });
  f.ports.clock.advance(10 * 3_600_000 - 1_000);
  await f.put(SHARD, 'before the hour');
  f.ports.clock.advance(2_000);
  await f.put(SHARD, 'after the hour');
  await f.step();
  f.ports.clock.advance(60_000);
  await f.settle();
  const [key = ''] = [...f.bucket.keys()];
  assert.match(key, /^orders\/dt=2026-07-07\/hour=09\/d-1-2026-07-07-09-59-59-[0-9a-f-]{36}\.gz$/);
  assert.deepEqual(f.lines(), ['before the hour', 'after the hour']);
});

test('the function gets the event that Firehose sends', async () => {
  const f = given();
  await f.put(SHARD, 'a');
  f.ports.clock.advance(60_000);
  await f.step();
  const { invocationId, ...event } = f.events[0] as LambdaEvent;
  assert.match(String(invocationId), /^[0-9a-f-]{36}$/);
  const sequenceNumber = '40000000000000000000000000000000000000000000000000000001';
  assert.deepEqual(event, {
    deliveryStreamArn: 'arn:aws:firehose:us-east-2:000000000000:deliverystream/d',
    sourceKinesisStreamArn: STREAM_ARN,
    region: 'us-east-2',
    records: [
      {
        recordId: `${sequenceNumber}000000`,
        approximateArrivalTimestamp: START,
        data: Buffer.from('a').toString('base64'),
        kinesisRecordMetadata: {
          sequenceNumber,
          subsequenceNumber: 0,
          partitionKey: 'key-0',
          shardId: SHARD,
          approximateArrivalTimestamp: START,
        },
      },
    ],
  });
  const invoke = f.ports.calls.find(({ action }) => action === 'lambda:Invoke');
  assert.equal(invoke?.principal.kind, 'role');
});

test('a batch holds as much as the buffer hint says, and never more than Lambda takes', async () => {
  const f = given({ lambda: { BufferSizeInMBs: '1' }, s3: { buffering_size: 128 } });
  await f.put(SHARD, ...Array.from({ length: 5 }, () => 'x'.repeat(MEGABYTE / 2)));
  await f.put(SHARD, ...Array.from({ length: 9_000 }, (_, n) => String(n)));
  for (let reads = 0; reads < 6; reads++) {
    await f.settle();
    f.ports.clock.advance(200);
  }
  f.ports.clock.advance(60_000);
  await f.settle();
  assert.deepEqual(
    f.events.slice(0, 2).map(({ records }) => records.length),
    [2, 2],
  );
  for (const event of f.events) assert.ok(JSON.stringify(event).length <= 6 * MEGABYTE);
  assert.equal(f.lines().length, 9_005);
});

test('a dropped record is written nowhere and is not waited for', async () => {
  const f = given();
  f.onInvoke((event) => ok(event, (text) => (text === 'drop' ? undefined : `${text}\n`)));
  await f.put(SHARD, 'a', 'drop', 'b');
  f.ports.clock.advance(60_000);
  await f.step();
  assert.deepEqual(f.lines(''), ['a', 'b']);
  const status = f.part().status?.(f.ports.store);
  assert.deepEqual(status, { in: 3, out: 2, waiting: 0, failed: 0 });
});

test('records wait until their object is written, and the oldest tells the lag', async () => {
  const f = given();
  await f.put(SHARD, 'a', 'b');
  await f.settle();
  f.ports.clock.advance(1_000);
  assert.deepEqual(f.part().status?.(f.ports.store), { in: 0, out: 0, waiting: 2, failed: 0, lagMs: 1_000 });
});

test('S3 that cannot write is tried again with the same object until it can', async () => {
  const f = given();
  const tried: string[] = [];
  f.onPutObject(({ Key }) => {
    tried.push(Key);
    throw new AwsError('AccessDenied', 'Access Denied', 403);
  });
  await f.put(SHARD, 'a');
  f.ports.clock.advance(60_000);
  for (const afterMs of [1_000, 2_000, 4_000]) {
    const outcome = await f.step();
    assert.equal(outcome.kind === 'retry' && outcome.afterMs, afterMs);
  }
  assert.match(f.part().status?.(f.ports.store).lastFailure ?? '', /^s3:\/\/lake\/orders\/.* Access Denied$/);
  f.onPutObject(({ Key }, store) => {
    tried.push(Key);
    store();
  });
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 1 });
  assert.equal(new Set(tried).size, 1);
  assert.equal(f.events.length, 1);
});

test('what piled up while S3 was away fills one object, and waits no longer than the interval', async () => {
  const f = given();
  f.onPutObject(() => {
    throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  });
  await f.put(SHARD, 'first');
  f.ports.clock.advance(60_000);
  await f.step();
  await f.put(SHARD, ...Array.from({ length: 5_000 }, (_, n) => `late ${n}`));
  f.ports.clock.advance(600_000);
  f.onPutObject((_input, store) => store());
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 1 });
  for (let waited = 0; waited < 60_000; waited += 500) {
    await f.settle();
    assert.equal(f.bucket.size, 1);
    f.ports.clock.advance(500);
  }
  assert.deepEqual(await f.step(), { kind: 'delivered', records: 5_000 });
});

test('a source that may not be read is a retry that says why', async () => {
  const f = given();
  f.ports.deny('kinesis:GetRecords');
  const outcome = await f.step();
  assert.equal(outcome.kind, 'retry');
  assert.match(
    f.part().status?.(f.ports.store).lastFailure ?? '',
    /not authorized to perform: kinesis:GetRecords/,
  );
});

test('a delimiter is written after each record', async () => {
  const processors = [{ type: 'AppendDelimiterToRecord', parameters: [] }];
  const f = given({ lambda: false, s3: { processing_configuration: { enabled: true, processors } } });
  await f.put(SHARD, 'a', 'b');
  f.ports.clock.advance(60_000);
  await f.step();
  assert.equal([...f.bucket.values()][0]?.toString(), 'a\nb\n');
  assert.ok(!f.ports.calls.some(({ action }) => action === 'lambda:Invoke'));
});

test('the error line names the function that the stream calls', async () => {
  const f = given();
  f.onInvoke(() => ok({ records: [] }));
  await f.put(SHARD, 'a');
  f.ports.clock.advance(60_000);
  await f.step();
  assert.equal(JSON.parse(f.lines('errors/')[0] ?? '').lambdaArn, LAMBDA_ARN);
});
