/** The stream over changes that a table would append. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { AwsError } from '../../aws-error.ts';
import type { OpenPart } from '../../ports.ts';
import {
  appendChange,
  type Change,
  declareStream,
  type StreamDescription,
  shardIds,
  streamArnOf,
} from '../../store/changes.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { stream } from './stream.ts';

const ARN = streamArnOf('arn:aws:dynamodb:us-east-2:000000000000:table/ordertable');
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

type Page = { Records: { eventID: string; dynamodb: Record<string, unknown> }[]; NextShardIterator: string };

let ports: TestPorts;
let open: OpenPart;
let description: StreamDescription;
const call = <O>(name: string, input: object): Promise<O> =>
  ports.call<O>(ADMINISTRATOR, 'dynamodbstreams', name, input);

beforeEach(async () => {
  ports = testPorts();
  description = {
    arn: ARN,
    label: 'label',
    tableName: 'ordertable',
    viewType: 'NEW_AND_OLD_IMAGES',
    keySchema: [{ AttributeName: 'orderid', KeyType: 'HASH' }],
    createdAt: ports.clock.now(),
    enabled: true,
    shards: shardIds(ARN, 3),
  };
  await ports.store.transact((tx) => declareStream(tx, description));
  open = openPart(stream, testStack({}), ports);
});
afterEach(() => ports.cleanUp());

function change(id: string, more: Partial<Change> = {}): Change {
  return { at: ports.clock.now(), name: 'INSERT', keys: { orderid: { S: id } }, bytes: 100, ...more };
}

async function append(...changes: Change[]): Promise<void> {
  await ports.store.transact((tx) => {
    for (const each of changes) appendChange(tx, description, 0, each);
  });
}

async function iterator(type: string, SequenceNumber?: string): Promise<string> {
  const { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', {
    StreamArn: ARN,
    ShardId: description.shards[0],
    ShardIteratorType: type,
    ...(SequenceNumber ? { SequenceNumber } : {}),
  });
  return ShardIterator;
}

const read = (ShardIterator: string, Limit?: number): Promise<Page> =>
  call<Page>('GetRecords', { ShardIterator, ...(Limit ? { Limit } : {}) });
const ids = ({ Records }: Page) =>
  Records.map(({ dynamodb }) => (dynamodb['Keys'] as { orderid: { S: string } }).orderid.S);

test('records come in their order, page by page, and none twice', async () => {
  await append(...Array.from({ length: 250 }, (_, i) => change(`o-${i}`)));
  const seen: string[] = [];
  let at = await iterator('TRIM_HORIZON');
  for (let page = 0; page < 4; page++) {
    const answer = await read(at, 70);
    seen.push(...ids(answer));
    at = answer.NextShardIterator;
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 250 }, (_, i) => `o-${i}`),
  );
  await append(change('late'));
  assert.deepEqual(ids(await read(at)), ['late']);
});

test('an answer holds 1 MB of records, and a larger record comes alone', async () => {
  await append(...Array.from({ length: 5 }, (_, i) => change(`o-${i}`, { bytes: 400_000 })));
  const first = await read(await iterator('TRIM_HORIZON'));
  assert.deepEqual(ids(first), ['o-0', 'o-1']);
  await append(change('large', { bytes: 2_000_000 }));
  const rest = await read((await read(first.NextShardIterator)).NextShardIterator);
  assert.deepEqual(ids(rest), ['o-4']);
  assert.deepEqual(ids(await read(rest.NextShardIterator)), ['large']);
});

test('an iterator starts where its type says', async () => {
  await append(change('a'), change('b'), change('c'));
  const all = await read(await iterator('TRIM_HORIZON'));
  const second = all.Records[1]?.dynamodb['SequenceNumber'] as unknown as string;
  assert.deepEqual(ids(await read(await iterator('AT_SEQUENCE_NUMBER', second))), ['b', 'c']);
  assert.deepEqual(ids(await read(await iterator('AFTER_SEQUENCE_NUMBER', second))), ['c']);
  const latest = await iterator('LATEST');
  await append(change('d'));
  assert.deepEqual(ids(await read(latest)), ['d']);
});

test('an iterator lasts 15 minutes and not longer', async () => {
  await append(change('a'));
  const at = await iterator('TRIM_HORIZON');
  ports.clock.advance(15 * MINUTE_MS);
  assert.deepEqual(ids(await read(at)), ['a']);
  ports.clock.advance(1);
  await assert.rejects(read(at), (error: AwsError) => error.code === 'ExpiredIteratorException');
});

test('a record is forgotten when its 24 hours have passed, not before', async () => {
  await append(change('a'));
  ports.clock.advance(MINUTE_MS);
  await append(change('b'));
  const mover = open.movers?.[0];
  ports.clock.advance(DAY_MS - MINUTE_MS - 1);
  const wakeAt = ports.clock.now() + 1;
  assert.deepEqual(await mover?.step(), { kind: 'idle', wakeAt });
  assert.deepEqual(ids(await read(await iterator('TRIM_HORIZON'))), ['a', 'b']);
  ports.clock.advance(1);
  const before = await read(await iterator('TRIM_HORIZON'), 1);
  assert.deepEqual(await mover?.step(), { kind: 'delivered', records: 1 });
  assert.deepEqual(await mover?.step(), { kind: 'idle', wakeAt: ports.clock.now() + MINUTE_MS });
  assert.deepEqual(ids(await read(await iterator('TRIM_HORIZON'))), ['b']);
  assert.deepEqual(ids(await read(before.NextShardIterator)), ['b']);
  const trimmed = before.Records[0]?.dynamodb['SequenceNumber'] as unknown as string;
  await assert.rejects(
    iterator('AT_SEQUENCE_NUMBER', trimmed),
    (error: AwsError) => error.code === 'TrimmedDataAccessException',
  );
});

test('an event id is the same on every read, and differs between records', async () => {
  await append(change('a'), change('b'));
  const once = await read(await iterator('TRIM_HORIZON'));
  const again = await read(await iterator('TRIM_HORIZON'));
  assert.deepEqual(once.Records, again.Records);
  assert.match(once.Records[0]?.eventID ?? '', /^[0-9a-f]{32}$/);
  assert.notEqual(once.Records[0]?.eventID, once.Records[1]?.eventID);
});

test('shards are listed page by page', async () => {
  type Answer = { StreamDescription: { Shards: { ShardId: string }[]; LastEvaluatedShardId?: string } };
  const first = await call<Answer>('DescribeStream', { StreamArn: ARN, Limit: 2 });
  const second = await call<Answer>('DescribeStream', {
    StreamArn: ARN,
    ExclusiveStartShardId: first.StreamDescription.LastEvaluatedShardId,
  });
  const shards = [first, second].flatMap(({ StreamDescription }) => StreamDescription.Shards);
  assert.deepEqual(
    shards.map(({ ShardId }) => ShardId),
    description.shards,
  );
  assert.equal(second.StreamDescription.LastEvaluatedShardId, undefined);
});

test('waiting counts what no reader has passed yet, and lag is its oldest', async () => {
  const now = () => {
    const { in: appended, out, waiting, lagMs } = open.status?.(ports.store) ?? {};
    return { appended, out, waiting, lagMs };
  };
  await append(change('a'), change('b'));
  ports.clock.advance(5_000);
  assert.deepEqual(now(), { appended: 2, out: 0, waiting: 2, lagMs: 5_000 });
  await read(await iterator('TRIM_HORIZON'), 1);
  assert.deepEqual(now(), { appended: 2, out: 1, waiting: 1, lagMs: 5_000 });
  await read(await iterator('LATEST'));
  assert.deepEqual(now(), { appended: 2, out: 1, waiting: 0, lagMs: undefined });
});

test('an unknown stream, shard or iterator is AWS’s error', async () => {
  await assert.rejects(
    call('DescribeStream', { StreamArn: `${ARN}x` }),
    (error: AwsError) => error.code === 'ResourceNotFoundException',
  );
  await assert.rejects(read('nonsense'), /Invalid ShardIterator/);
});
