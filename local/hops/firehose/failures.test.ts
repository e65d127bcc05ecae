import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { AwsError } from '../../aws-error.ts';
import {
  answer,
  type DeliveryFixture,
  deliveryFixture,
  functionError,
  LAMBDA_ARN,
  type LambdaEvent,
  ok,
  type Shape,
  THROTTLED,
} from './testing.ts';

const SHARD = 'shardId-000000000000';
const START = Date.UTC(2026, 6, 7);

let open: DeliveryFixture | undefined;
afterEach(async () => {
  await open?.ports.cleanUp();
  open = undefined;
});

/** A stream whose buffer is due. */
async function due(texts: string[], shape: Shape = {}): Promise<DeliveryFixture> {
  open = deliveryFixture(shape);
  await open.put(SHARD, ...texts);
  open.ports.clock.advance(60_000);
  return open;
}

/** Steps through every retry; answers how long each waited. */
async function giveUp(f: DeliveryFixture): Promise<number[]> {
  const waits: number[] = [];
  for (;;) {
    const outcome = await f.step();
    if (outcome.kind !== 'retry') return waits;
    waits.push(outcome.afterMs);
    f.ports.clock.advance(outcome.afterMs);
  }
}

function errors(f: DeliveryFixture): Record<string, unknown>[] {
  return f.lines('errors/').map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a record that the function fails lies under the error prefix in Firehose’s form, the others in the lake', async () => {
  const f = await due(['good', 'bad']);
  f.onInvoke((event) =>
    answer({
      records: event.records.map(({ recordId, data }) => ({
        recordId,
        result: data === Buffer.from('bad').toString('base64') ? 'ProcessingFailed' : 'Ok',
        data,
      })),
    }),
  );
  const outcome = await f.step();
  assert.equal(outcome.kind, 'gave-up');
  assert.deepEqual(f.lines(), ['good']);
  assert.deepEqual(errors(f), [
    {
      attemptsMade: 1,
      arrivalTimestamp: START,
      errorCode: 'Lambda.ProcessingFailedStatus',
      errorMessage: 'ProcessingFailed status set for record',
      attemptEndingTimestamp: START + 60_000,
      rawData: Buffer.from('bad').toString('base64'),
      lambdaArn: LAMBDA_ARN,
    },
  ]);
  const [errorKey = ''] = [...f.bucket.keys()].filter((key) => key.startsWith('errors/'));
  assert.match(errorKey, /^errors\/processing-failed\/d-1-2026-07-07-00-00-00-[0-9a-f-]{36}$/);
  const status = f.part().status?.(f.ports.store);
  assert.equal(status?.failed, 1);
  assert.equal(
    status?.lastFailure,
    `1 record(s) in s3://lake/${errorKey}: Lambda.ProcessingFailedStatus: ProcessingFailed status set for record`,
  );
});

test('a function that fails is asked three times more, then the whole batch has failed', async () => {
  const f = await due(['a', 'b']);
  f.onInvoke(() => functionError());
  assert.deepEqual(await giveUp(f), [1_000, 2_000, 4_000]);
  assert.equal(f.events.length, 4);
  assert.equal(f.lines('orders/').length, 0);
  for (const error of errors(f)) {
    assert.equal(error['errorCode'], 'Lambda.FunctionError');
    assert.equal(error['attemptsMade'], 4);
    assert.equal(error['attemptEndingTimestamp'], START + 67_000);
  }
});

test('a function that recovers in time costs nothing but the wait', async () => {
  const f = await due(['a']);
  f.onInvoke((event) => (f.events.length < 4 ? functionError() : ok(event)));
  assert.deepEqual(await giveUp(f), [1_000, 2_000, 4_000]);
  assert.deepEqual(f.lines(''), ['a']);
});

test('the stream says how often a function is asked again', async () => {
  const f = await due(['a'], { lambda: { NumberOfRetries: '0' } });
  f.onInvoke(() => functionError());
  assert.deepEqual(await giveUp(f), []);
  assert.equal(errors(f)[0]?.['attemptsMade'], 1);
});

test('a batch that was processed is not processed again because its neighbour failed', async () => {
  const f = await due(['x'.repeat(1_000_000), 'y'.repeat(1_000_000)], { s3: { buffering_size: 5 } });
  let failing = 2;
  f.onInvoke((event) => (firstText(event).startsWith('y') && failing-- > 0 ? functionError() : ok(event)));
  await giveUp(f);
  assert.deepEqual(
    f.events.map((event) => firstText(event)[0]),
    ['x', 'y', 'y', 'y'],
  );
  assert.equal(f.lines('').length, 2);
});

test('each way in which Lambda refuses has Firehose’s code', async () => {
  const cases = [
    [THROTTLED, 'Lambda.InvokeLimitExceeded'],
    [new AwsError('AccessDeniedException', 'no'), 'Lambda.InvokeAccessDenied'],
    [new AwsError('ResourceNotFoundException', 'no'), 'Lambda.ResourceNotFound'],
    [functionError('RequestId: x Error: Task timed out after 3.00 seconds'), 'Lambda.FunctionTimedOut'],
    [functionError(), 'Lambda.FunctionError'],
    [answer(null), 'Lambda.FunctionError'],
    [answer({ records: 'none' }), 'Lambda.FunctionError'],
  ] as const;
  for (const [reply, code] of cases) {
    const f = await due(['a']);
    f.onInvoke(() => reply);
    await giveUp(f);
    assert.equal(errors(f)[0]?.['errorCode'], code);
    await f.ports.cleanUp();
    open = undefined;
  }
});

test('a record id that is missing, doubled or without a valid result fails that record alone', async () => {
  const f = await due(['missing', 'doubled', 'odd', 'dataless', 'good']);
  f.onInvoke((event) => {
    const records = event.records.flatMap(({ recordId, data }) => {
      const good = { recordId, result: 'Ok', data };
      switch (Buffer.from(data, 'base64').toString()) {
        case 'missing':
          return [{ ...good, recordId: 'unknown' }];
        case 'doubled':
          return [good, good];
        case 'odd':
          return [{ ...good, result: 'Fine' }];
        case 'dataless':
          return [{ recordId, result: 'Ok' }];
        default:
          return [good];
      }
    });
    return answer({ records });
  });
  await f.step();
  assert.deepEqual(f.lines(), ['good']);
  assert.deepEqual(
    errors(f).map(({ errorCode }) => errorCode),
    ['Lambda.MissingRecordId', 'Lambda.DuplicatedRecordId', 'Lambda.FunctionError', 'Lambda.FunctionError'],
  );
});

test('records of two shards with equal sequence numbers have ids of their own', async () => {
  open = deliveryFixture({ shards: [SHARD, 'shardId-000000000001'] });
  await open.put(SHARD, 'a');
  await open.put('shardId-000000000001', 'b');
  await open.settle();
  open.ports.clock.advance(60_000);
  await open.settle();
  assert.deepEqual(open.lines('').sort(), ['a', 'b']);
  assert.equal(new Set(open.events[0]?.records.map(({ recordId }) => recordId)).size, 2);
});

test('a function that throttles is called once at a time from then on', async () => {
  const f = await due(['x'.repeat(1_000_000), 'y'.repeat(1_000_000)], { s3: { buffering_size: 5 } });
  f.onInvoke((event) => (f.events.length === 2 ? THROTTLED : ok(event)));
  assert.deepEqual(await giveUp(f), [1_000]);
  assert.equal(f.lines('').length, 2);
});

function firstText(event: LambdaEvent): string {
  return Buffer.from(event.records[0]?.data ?? '', 'base64').toString();
}
