/** What a delivery stream measures of records that it reads, has processed and delivers, and of those that wait. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import { measured, sums } from '../../testing/measured.ts';
import { answer, type DeliveryFixture, deliveryFixture, functionError, type Shape } from './testing.ts';

const SHARD = 'shardId-000000000000';
const OF_THE_STREAM = { DeliveryStreamName: 'd' };

let open: DeliveryFixture | undefined;
afterEach(async () => {
  await open?.ports.cleanUp();
  open = undefined;
});

/** Records of five bytes that are a minute old. */
async function due(texts: string[], shape: Shape = {}): Promise<DeliveryFixture> {
  open = deliveryFixture(shape);
  await open.put(SHARD, ...texts);
  open.ports.clock.advance(60_000);
  return open;
}
const found = () => sums((open as DeliveryFixture).ports, OF_THE_STREAM);

test('what is read, processed and delivered is counted at each of these', async () => {
  const f = await due(['one..', 'two..', 'three']);
  await f.settle();
  const { 'ExecuteProcessing.Duration': _, KinesisMillisBehindLatest: __, ...counts } = found();
  assert.deepEqual(counts, {
    ThrottledGetRecords: 0,
    'DataReadFromKinesisStream.Records': 3,
    'DataReadFromKinesisStream.Bytes': 15,
    'ExecuteProcessing.Success': 1,
    'SucceedProcessing.Records': 3,
    'SucceedProcessing.Bytes': 15,
    'DeliveryToS3.Success': 1,
    'DeliveryToS3.Records': 3,
    'DeliveryToS3.DataFreshness': 60,
  });
});

test('a record that the function fails is not processed, and lies in S3 among the errors', async () => {
  const f = await due(['one..', 'two..']);
  f.onInvoke((event) =>
    answer({
      records: event.records.map(({ recordId, data }, index) => ({
        recordId,
        result: index === 0 ? 'ProcessingFailed' : 'Ok',
        data,
      })),
    }),
  );
  await f.step();
  assert.deepEqual([found()['SucceedProcessing.Records'], found()['DeliveryToS3.Records']], [1, 2]);
});

test('an invocation that fails is no success, and what waits for it grows old', async () => {
  const f = await due(['one..']);
  f.onInvoke(() => functionError());
  await f.step();
  f.ports.clock.advance(5_000);
  await f.step();
  const all = measured(f.ports, OF_THE_STREAM);
  assert.deepEqual(all['ExecuteProcessing.Success'], { sum: 0, minimum: 0, maximum: 0, count: 2 });
  assert.equal(all['DeliveryToS3.DataFreshness']?.maximum, 65);
  assert.equal(all['DeliveryToS3.Records'], undefined);
});

test('a put that S3 refuses is no success; the one after it is', async () => {
  const f = await due(['one..']);
  let refused = false;
  f.onPutObject((_input, store) => {
    if (refused) return store();
    refused = true;
    throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  });
  await f.step();
  assert.deepEqual([found()['DeliveryToS3.Success'], found()['DeliveryToS3.Records']], [0, undefined]);
  f.ports.clock.advance(1_000);
  await f.step();
  const all = measured(f.ports, OF_THE_STREAM);
  assert.deepEqual(all['DeliveryToS3.Success'], { sum: 1, minimum: 0, maximum: 1, count: 2 });
  assert.equal(all['DeliveryToS3.Records']?.sum, 1);
  assert.equal(all['DeliveryToS3.DataFreshness']?.maximum, 61);
});

test('a read that the stream throttles is counted as that', async () => {
  const f = await due(['one..']);
  f.onGetRecords(() => {
    throw new AwsError('ProvisionedThroughputExceededException', 'Rate exceeded');
  });
  await f.step();
  assert.deepEqual(
    [found()['ThrottledGetRecords'], found()['DataReadFromKinesisStream.Records']],
    [1, undefined],
  );
});

test('without a function nothing is processed, without a stream nothing is read from one', async () => {
  const f = await due([], { lambda: false, directPut: true });
  await f.ports.call({ kind: 'aws' }, 'firehose', 'PutRecord', {
    DeliveryStreamName: 'd',
    Record: { Data: Buffer.from('one..').toString('base64') },
  });
  f.ports.clock.advance(60_000);
  await f.settle();
  assert.deepEqual(found(), {
    'DeliveryToS3.Success': 1,
    'DeliveryToS3.Records': 1,
    'DeliveryToS3.DataFreshness': 60,
  });
});
