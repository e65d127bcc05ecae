import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import type { OpenPart } from '../../ports.ts';
import { trim } from '../../store/log.ts';
import { ADMINISTRATOR, standIn, type TestPorts, testPorts } from '../../testing/ports.ts';
import { drain, PIPE, PIPE_ROLE, type Scene, SOURCE, scene } from './pipe.fixture.ts';

const MINUTE_MS = 60_000;
let ports: TestPorts;
let stage: Scene;
beforeEach(() => {
  ports = testPorts();
  stage = scene(ports);
});
afterEach(() => ports.cleanUp());

const ids = (count: number) => Array.from({ length: count }, (_, n) => `o${n % 7}:${n}`);
const throttle = () => 'ProvisionedThroughputExceededException';
const call = <O>(operation: string, input: object = { Name: 'cdc' }) =>
  ports.call<O>(ADMINISTRATOR, 'pipes', operation, input);
/** Lets the backoff of a failing lane pass, then drains again. */
async function later(part: OpenPart, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    ports.clock.advance(MINUTE_MS);
    await drain(part);
  }
}

test('every change is carried once and in order, as the pipe’s role, whatever the batch size', async () => {
  const part = stage.open({ batch_size: 7 });
  await stage.change(ids(100));
  assert.deepEqual(await drain(part), { kind: 'idle' });
  assert.deepEqual(stage.delivered(), ids(100));
  const calls = ports.calls.filter(
    ({ action }) => action.startsWith('kinesis:') || action.startsWith('dynamodb:'),
  );
  assert.ok(
    calls.length > 0 &&
      calls.every(({ principal }) => JSON.stringify(principal) === JSON.stringify(PIPE_ROLE)),
  );
});

test('a change travels as AWS’s pipe writes it, binary as base64, time in seconds, keyed by its event', async () => {
  const part = stage.open();
  await stage.change(['o:1'], 'shard-0', {
    photo: { B: new Uint8Array([1, 2]) },
    tags: { BS: [new Uint8Array([3])] },
  });
  await drain(part);
  const [sent] = stage.deliveredTexts();
  assert.equal(sent?.key, 'o:1');
  const { eventSourceARN, dynamodb } = JSON.parse(sent?.text ?? '');
  assert.equal(eventSourceARN, SOURCE);
  assert.equal(dynamodb.ApproximateCreationDateTime, ports.clock.now() / 1000);
  assert.deepEqual(dynamodb.NewImage, { orderid: { S: 'o' }, photo: { B: 'AQI=' }, tags: { BS: ['Aw=='] } });
});

test('a throttled target loses nothing: only what did not get in is tried again, however often', async () => {
  const part = stage.open({ maximum_retry_attempts: 0 });
  stage.close(({ PartitionKey }) => (Number(PartitionKey.split(':')[1]) % 3 === 0 ? throttle() : undefined));
  await stage.change(ids(30));
  await later(part, 20);
  assert.equal(stage.delivered().length, 20);
  stage.close(() => undefined);
  await later(part);
  assert.deepEqual(stage.delivered().sort(), ids(30).sort());
  assert.deepEqual(stage.letters(), []);
});

test('a pipe that is behind goes on at once, and rests once it has caught up', async () => {
  const part = stage.open({ batch_size: 10 });
  await stage.change(ids(25));
  const kinds: (string | undefined)[] = [];
  for (let n = 0; n < 3; n++) kinds.push((await part.movers?.[0]?.step())?.kind);
  assert.deepEqual(kinds, ['delivered', 'delivered', 'idle']);
  assert.deepEqual(stage.delivered(), ids(25));
});

test('a pipe whose first commit found a full disk carries once there is room', async () => {
  const part = stage.open();
  await ports.store.transact((tx) => tx.remove(['pipe', PIPE]));
  await stage.change(ids(3));
  assert.deepEqual(await drain(part), { kind: 'idle' });
  assert.deepEqual(stage.delivered(), ids(3));
});

test('a failing target is left alone for a growing while, and news does not cut it short', async () => {
  const part = stage.open();
  stage.close(throttle);
  await stage.change(['o:1']);
  const pauses: number[] = [];
  for (let n = 0; n < 4; n++) {
    const outcome = await drain(part);
    assert.ok(outcome.kind === 'idle' && outcome.wakeAt !== undefined);
    pauses.push(outcome.wakeAt - ports.clock.now());
    await stage.change([`o:more-${n}`]);
    assert.deepEqual(await drain(part), outcome);
    ports.clock.advance(outcome.wakeAt - ports.clock.now());
  }
  assert.deepEqual(pauses, [100, 200, 400, 800]);
});

test('a restart in between neither loses nor repeats, also in the middle of a retry', async () => {
  let part = stage.open({ batch_size: 10 });
  stage.close(({ PartitionKey }) => (PartitionKey.endsWith(':13') ? throttle() : undefined));
  await stage.change(ids(25));
  await drain(part);
  assert.equal(stage.delivered().length, 19);
  part = stage.open({ batch_size: 10 });
  stage.close(() => undefined);
  await drain(part);
  assert.deepEqual(stage.delivered().sort(), ids(25).sort());
});

test('a crash while a batch is carried leaves neither the records nor the checkpoint', async () => {
  const part = stage.open();
  stage.close(({ PartitionKey }) => {
    if (PartitionKey === 'o2:2') throw new Error('power cut');
    return undefined;
  });
  await stage.change(ids(5));
  await assert.rejects(drain(part), /power cut/);
  assert.deepEqual(stage.delivered(), []);
  stage.close(() => undefined);
  await drain(stage.open());
  assert.deepEqual(stage.delivered(), ids(5));
});

test('a lane holds back what follows a record that waits, so the order of one shard stands', async () => {
  const part = stage.open({ batch_size: 5 });
  stage.close(throttle);
  await stage.change(ids(5));
  await drain(part);
  stage.close(() => undefined);
  await stage.change(['o0:5', 'o0:6']);
  await later(part);
  assert.deepEqual(stage.delivered(), [...ids(5), 'o0:5', 'o0:6']);
});

test('shards go on by themselves while one fails', async () => {
  await ports.cleanUp();
  ports = testPorts();
  stage = scene(ports, ['shard-0', 'shard-1']);
  const part = stage.open();
  stage.close(({ PartitionKey }) => (PartitionKey.startsWith('bad') ? throttle() : undefined));
  await stage.change(['bad:1', 'a:2']);
  await stage.change(['b:1', 'b:2'], 'shard-1');
  await drain(part);
  await stage.change(['b:3'], 'shard-1');
  await drain(part);
  assert.deepEqual(stage.delivered().sort(), ['a:2', 'b:1', 'b:2', 'b:3']);
});

test('with several lanes a shard, each change is carried once and an order’s changes keep their order', async () => {
  const part = stage.open({ parallelization_factor: 4, batch_size: 5 });
  await stage.change(ids(60));
  await drain(part);
  assert.deepEqual(stage.delivered().sort(), ids(60).sort());
  for (const order of ['o0', 'o3', 'o6']) {
    const own = (all: string[]) => all.filter((id) => id.startsWith(`${order}:`));
    assert.deepEqual(own(stage.delivered()), own(ids(60)));
  }
});

test('kept data with another number of lanes stops the engine', () => {
  const first = stage.open();
  return drain(first).then(() => assert.throws(() => stage.open({ parallelization_factor: 2 }), /lane/));
});

test('a batch waits for its window or its size, whichever comes first', async () => {
  const part = stage.open({ batch_size: 3, maximum_batching_window_in_seconds: 10 });
  await stage.change(['o:1']);
  assert.deepEqual(await drain(part), { kind: 'idle', wakeAt: ports.clock.now() + 10_000 });
  ports.clock.advance(9999);
  await stage.change(['o:2']);
  await drain(part);
  assert.deepEqual(stage.delivered(), []);
  ports.clock.advance(1);
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:1', 'o:2']);
  await stage.change(['o:3', 'o:4', 'o:5']);
  await drain(part);
  assert.equal(stage.delivered().length, 5);
});

test('LATEST carries what comes after the pipe began, TRIM_HORIZON also what was there', async () => {
  await stage.change(['old:1']);
  const part = stage.open({ starting_position: 'LATEST' });
  await drain(part);
  await stage.change(['new:1']);
  await drain(part);
  assert.deepEqual(stage.delivered(), ['new:1']);
});

test('a stopped pipe carries nothing, over a restart too, and goes on where it was once started', async () => {
  let part = stage.open();
  await stage.change(['o:1']);
  await drain(part);
  const stopped = await call<{ CurrentState: string }>('StopPipe');
  assert.equal(stopped.CurrentState, 'STOPPING');
  await stage.change(['o:2']);
  await drain(part);
  part = stage.open();
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:1']);
  assert.equal((await call<{ CurrentState: string }>('DescribePipe')).CurrentState, 'STOPPED');
  await call('StartPipe');
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:1', 'o:2']);
});

test('a stack that asks for another state than before wins over the last call', async () => {
  stage.open();
  await call('StopPipe');
  stage.open({}, { desired_state: 'STOPPED' });
  await call('DescribePipe');
  stage.open({}, { desired_state: 'RUNNING' });
  assert.equal((await call<{ DesiredState: string }>('DescribePipe')).DesiredState, 'RUNNING');
});

test('a filter carries what matches one of its patterns and passes over the rest', async () => {
  const filter = [
    { pattern: '{"dynamodb":{"Keys":{"orderid":{"S":["o1"]}}}}' },
    { pattern: '{"eventID":[{"suffix":":5"}]}' },
  ];
  const dynamodb_stream_parameters = { starting_position: 'TRIM_HORIZON' };
  const part = stage.open(
    {},
    { source_parameters: { dynamodb_stream_parameters, filter_criteria: { filter } } },
  );
  await stage.change(ids(10));
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o1:1', 'o5:5', 'o1:8']);
  assert.equal(part.status?.(ports.store).waiting, 0);
});

test('the status counts what came in, went out and waits', async () => {
  const part = stage.open({ batch_size: 10 });
  stage.close(({ PartitionKey }) => (PartitionKey.endsWith(':3') ? throttle() : undefined));
  await stage.change(ids(10));
  await drain(part);
  await stage.change(['o:x']);
  ports.clock.advance(2000);
  const { retrying, ...counts } = part.status?.(ports.store) ?? {};
  assert.deepEqual(counts, { in: 10, out: 9, waiting: 2, failed: 0, lagMs: 2000 });
  assert.match(retrying ?? '', /ProvisionedThroughputExceeded/);
});

test('what one shard’s batch carried is counted, though another’s cannot be read', async () => {
  stage = scene(ports, ['shard-0', 'shard-1']);
  ports.register({
    operations: [
      standIn('dynamodbstreams', 'GetShardIterator', ({ ShardId }: { ShardId: string }) => {
        if (ShardId === 'shard-1') throw new AwsError('InternalServerError', 'not now', 500);
        return { ShardIterator: JSON.stringify({ shard: ShardId, from: 0 }) };
      }),
    ],
  });
  const part = stage.open();
  await stage.change(['o:1', 'o:2'], 'shard-0');
  await stage.change(['o:3'], 'shard-1');
  assert.equal((await drain(part)).kind, 'retry');
  assert.deepEqual(stage.delivered(), ['o:1', 'o:2']);
  const { in: read, out } = part.status?.(ports.store) ?? {};
  assert.deepEqual([read, out], [2, 2]);
});

test('changes that the stream forgot before they were carried are counted as failed', async () => {
  const part = stage.open();
  await stage.change(['o:1']);
  await drain(part);
  await call('StopPipe');
  await stage.change(['o:2', 'o:3', 'o:4']);
  await ports.store.transact((tx) => trim(tx, `${SOURCE}/shard-0`, 3, 10));
  await call('StartPipe');
  await drain(part);
  assert.deepEqual(stage.delivered(), ['o:1', 'o:4']);
  const status = part.status?.(ports.store);
  assert.equal(status?.failed, 2);
  assert.match(status?.lastFailure ?? '', /2 record\(s\): the stream forgot/);
});

test('a source that cannot be read is tried again with its reason', async () => {
  const part = stage.open();
  ports.deny('dynamodb:DescribeStream');
  const outcome = await drain(part);
  assert.ok(outcome.kind === 'retry' && /AccessDeniedException/.test(outcome.reason));
});
