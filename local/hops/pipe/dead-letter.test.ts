import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { STREAM_SEQUENCE_DIGITS, sequenceNumber } from '../../store/sequence.ts';
import { type TestPorts, testPorts } from '../../testing/ports.ts';
import { drain, LETTERS, PIPE, type Scene, SOURCE, scene } from './pipe.fixture.ts';

let ports: TestPorts;
let stage: Scene;
beforeEach(() => {
  ports = testPorts();
  stage = scene(ports);
});
afterEach(() => ports.cleanUp());

const sequence = (offset: number) => sequenceNumber(offset, STREAM_SEQUENCE_DIGITS);
const deadLetters = { dead_letter_config: { arn: LETTERS } };
const spoil = (...ids: string[]) =>
  stage.close(({ PartitionKey }) => (ids.includes(PartitionKey) ? 'ValidationException' : undefined));

test('a record that spoils its batch is found by halving and named in the dead letters, the rest goes on', async () => {
  const part = stage.open({
    ...deadLetters,
    maximum_retry_attempts: 0,
    on_partial_batch_item_failure: 'AUTOMATIC_BISECT',
  });
  spoil('o:3');
  await stage.change(['o:0', 'o:1', 'o:2', 'o:3', 'o:4']);
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:0', 'o:1', 'o:2', 'o:4']);
  const now = new Date(ports.clock.now()).toISOString();
  assert.deepEqual(stage.letters(), [
    {
      context: { partnerResourceArn: PIPE, condition: 'RetryAttemptsExhausted' },
      version: '1.0',
      timestamp: now,
      DDBStreamBatchInfo: {
        shardId: 'shard-0',
        startSequenceNumber: sequence(3),
        endSequenceNumber: sequence(3),
        approximateArrivalOfFirstRecord: now.replace('.000', ''),
        approximateArrivalOfLastRecord: now.replace('.000', ''),
        batchSize: 1,
        streamArn: SOURCE,
      },
    },
  ]);
  const status = part.status?.(ports.store);
  assert.equal(status?.failed, 1);
  assert.match(status?.lastFailure ?? '', /dead letters in the queue letters/);
});

test('without bisection the whole batch shares the fate of its worst record', async () => {
  const part = stage.open({ ...deadLetters, maximum_retry_attempts: 0, batch_size: 3 });
  spoil('o:1');
  await stage.change(['o:0', 'o:1', 'o:2', 'o:3']);
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:3']);
  assert.deepEqual(
    stage.letters().map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
    [3],
  );
});

test('neighbours share a letter, and nothing that was delivered lies within one', async () => {
  const part = stage.open({
    ...deadLetters,
    maximum_retry_attempts: 0,
    on_partial_batch_item_failure: 'AUTOMATIC_BISECT',
  });
  spoil('o:1', 'o:2', 'o:4');
  await stage.change(['o:0', 'o:1', 'o:2', 'o:3', 'o:4']);
  await drain(part);
  assert.deepEqual(
    stage.letters().map(({ DDBStreamBatchInfo: info }) => [info.startSequenceNumber, info.endSequenceNumber]),
    [
      [sequence(1), sequence(2)],
      [sequence(4), sequence(4)],
    ],
  );
});

for (const attempts of [0, 1, 3])
  test(`with ${attempts} retries a record is tried ${attempts + 1} times before it is a dead letter`, async () => {
    const part = stage.open({ ...deadLetters, maximum_retry_attempts: attempts });
    let tries = 0;
    stage.close(() => {
      tries++;
      return 'ValidationException';
    });
    await stage.change(['o:1']);
    for (let n = 0; n <= attempts; n++) {
      assert.equal(stage.letters().length, 0);
      await drain(part);
      ports.clock.advance(60_000);
    }
    assert.deepEqual([tries, stage.letters().length], [attempts + 1, 1]);
    await drain(part);
    assert.equal(tries, attempts + 1);
  });

test('attempts are counted over a restart', async () => {
  stage.close(() => 'ValidationException');
  await stage.change(['o:1']);
  await drain(stage.open({ ...deadLetters, maximum_retry_attempts: 1 }));
  assert.equal(stage.letters().length, 0);
  await drain(stage.open({ ...deadLetters, maximum_retry_attempts: 1 }));
  assert.equal(stage.letters().length, 1);
});

test('a record as old as the pipe carries is delivered, an older one is a dead letter', async () => {
  const part = stage.open({ ...deadLetters, maximum_record_age_in_seconds: 60 });
  await stage.change(['old:1']);
  ports.clock.advance(1);
  await stage.change(['o:2']);
  ports.clock.advance(60_000);
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:2']);
  assert.deepEqual(
    stage.letters().map(({ context }) => context.condition),
    ['RecordAgeExceeded'],
  );
});

test('a throttled record ends as a dead letter once it is too old, not before', async () => {
  const part = stage.open({ ...deadLetters, maximum_record_age_in_seconds: 60, maximum_retry_attempts: 0 });
  stage.close(() => 'ProvisionedThroughputExceededException');
  await stage.change(['o:1']);
  await drain(part);
  ports.clock.advance(60_000);
  await drain(part);
  assert.equal(stage.letters().length, 0);
  ports.clock.advance(30_000);
  await drain(part);
  assert.equal(stage.letters().length, 1);
});

test('without a dead-letter queue the record is discarded, counted and said so', async () => {
  const part = stage.open({ maximum_retry_attempts: 0 });
  spoil('o:1');
  await stage.change(['o:1']);
  await drain(part);
  const status = part.status?.(ports.store);
  assert.deepEqual([status?.failed, status?.waiting], [1, 0]);
  assert.match(status?.lastFailure ?? '', /no dead-letter queue/);
});

test('a queue that does not take the letter loses nothing: the record stays and is tried again', async () => {
  const part = stage.open({ ...deadLetters, maximum_retry_attempts: 0 });
  spoil('o:1');
  stage.refuseLetters(() => true);
  await stage.change(['o:1']);
  await drain(part);
  assert.equal(part.status?.(ports.store).waiting, 1);
  stage.refuseLetters(() => false);
  ports.clock.advance(60_000);
  await drain(part);
  assert.equal(stage.letters().length, 1);
});

test('a queue that takes one letter and not the next is not sent the first again', async () => {
  const part = stage.open({
    ...deadLetters,
    maximum_retry_attempts: 0,
    on_partial_batch_item_failure: 'AUTOMATIC_BISECT',
  });
  spoil('o:1', 'o:3');
  const sent: string[] = [];
  stage.refuseLetters((text) => sent.push(text) === 2);
  await stage.change(['o:1', 'o:2', 'o:3']);
  await drain(part);
  assert.deepEqual([stage.letters().length, part.status?.(ports.store).failed], [1, 1]);
  ports.clock.advance(60_000);
  await drain(part);
  const places = stage.letters().map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.startSequenceNumber);
  assert.equal(new Set(places).size, 2);
  assert.equal(places.length, 2);
});

test('a record without the partition key’s member is a dead letter, its neighbours are not', async () => {
  const target_parameters = { kinesis_stream_parameters: { partition_key: '$.dynamodb.NewImage.region.S' } };
  const part = stage.open({ ...deadLetters, maximum_retry_attempts: 0 }, { target_parameters });
  await stage.change(['o:1'], 'shard-0', { region: { S: 'eu' } });
  await stage.change(['o:2']);
  await drain(part);
  assert.deepEqual(
    stage.deliveredTexts().map(({ key }) => key),
    ['eu'],
  );
  assert.equal(stage.letters().length, 1);
});

test('a target that the role may not write to counts against the records, as on AWS', async () => {
  const part = stage.open({ ...deadLetters, maximum_retry_attempts: 0 });
  ports.deny('kinesis:PutRecords');
  await stage.change(['o:1', 'o:2']);
  await drain(part);
  assert.deepEqual(
    stage.letters().map(({ DDBStreamBatchInfo }) => DDBStreamBatchInfo.batchSize),
    [2],
  );
});
