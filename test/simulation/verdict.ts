/**
 * Whether the promises held: the table holds what was acknowledged and nothing that was refused; its stream tells each
 * change once and in order; and each of those changes is in exactly one place: a row of the lake, an error record, or
 * the stretch of the stream that a dead letter names.
 */

import assert from 'node:assert/strict';
import { ADMINISTRATOR } from '../../local/testing/ports.ts';
import { type ErrorRecord, type LakeObject, lakeObjects, type Row } from './lake-objects.ts';
import type { Ledger } from './ledger.ts';
import { TABLE } from './requests.ts';
import type { Scenario } from './scenario.ts';
import { BUFFER_BYTES, LETTERS, STREAM_ARN } from './stack.ts';
import type { World } from './world.ts';

type StreamRecord = {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  dynamodb: {
    Keys: { orderid: { S: string } };
    NewImage?: object;
    OldImage?: object;
    SequenceNumber: string;
  };
};
type Told = StreamRecord & { shardId: string };
type Letter = {
  DDBStreamBatchInfo: {
    shardId: string;
    startSequenceNumber: string;
    endSequenceNumber: string;
    batchSize: number;
  };
};

export type Places = Record<'rows' | 'errors' | 'letters' | 'objects', number>;

export async function judge(
  world: World,
  ledger: Ledger,
  directory: string,
  scenario: Scenario,
): Promise<Places> {
  world.turns.open();
  await judgeTable(world, ledger);
  const told = await toldByStream(world);
  judgeStream(told, ledger);
  const objects = lakeObjects(directory);
  const rows = objects.flatMap((object) => object.rows);
  const errors = objects.flatMap((object) => object.errors);
  const letters = await receivedLetters(world);
  judgePlaces(told, rows, errors, letters);
  judgeRows(told, rows);
  for (const object of objects) judgeSize(object);
  if (scenario.crashes === 0 && scenario.failedCommitShare === 0) judgeCounts(world, told, rows, errors);
  return { rows: rows.length, errors: errors.length, letters: letters.length, objects: objects.length };
}

async function judgeTable(world: World, { items }: Ledger): Promise<void> {
  type Page = { Items: { orderid: { S: string } }[]; LastEvaluatedKey?: object };
  const held = new Map<string, object>();
  let from: object | undefined;
  do {
    const page: Page = await world.ports.call(ADMINISTRATOR, 'dynamodb', 'Scan', {
      TableName: TABLE,
      ConsistentRead: true,
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
    for (const item of page.Items) held.set(item.orderid.S, item);
    from = page.LastEvaluatedKey;
  } while (from);
  assert.deepEqual([...held.keys()].sort(), [...items.keys()].sort(), 'the table holds other orders');
  for (const [orderid, item] of items) assert.deepEqual(held.get(orderid), item, `item ${orderid}`);
}

async function toldByStream({ ports }: World): Promise<Told[]> {
  type Described = { StreamDescription: { Shards: { ShardId: string }[] } };
  type Page = { Records: StreamRecord[]; NextShardIterator: string };
  const call = <O>(operation: string, input: object) =>
    ports.call<O>(ADMINISTRATOR, 'dynamodbstreams', operation, input);
  const told: Told[] = [];
  const { StreamDescription } = await call<Described>('DescribeStream', { StreamArn: STREAM_ARN });
  for (const { ShardId: shardId } of StreamDescription.Shards) {
    const from = { StreamArn: STREAM_ARN, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', from);
    for (;;) {
      const page = await call<Page>('GetRecords', { ShardIterator });
      if (page.Records.length === 0) break;
      told.push(...page.Records.map((record) => ({ ...record, shardId })));
      ShardIterator = page.NextShardIterator;
    }
  }
  return told;
}

function judgeStream(told: readonly Told[], { changes }: Ledger): void {
  const byOrder = new Map<string, Told[]>();
  for (const record of told) {
    const { S: orderid } = record.dynamodb.Keys.orderid;
    byOrder.set(orderid, [...(byOrder.get(orderid) ?? []), record]);
  }
  assert.deepEqual([...byOrder.keys()].sort(), [...changes.keys()].sort(), 'the stream tells other orders');
  for (const [orderid, expected] of changes) {
    const records = byOrder.get(orderid) ?? [];
    assert.equal(new Set(records.map(({ shardId }) => shardId)).size, 1, `${orderid} is in two shards`);
    assert.deepEqual(
      records.map(({ eventName, dynamodb: { NewImage, OldImage } }) => ({
        name: eventName,
        ...(NewImage ? { newImage: NewImage } : {}),
        ...(OldImage ? { oldImage: OldImage } : {}),
      })),
      expected,
      `changes of ${orderid}`,
    );
  }
}

/** Each change lies in one place, once. */
function judgePlaces(
  told: readonly Told[],
  rows: readonly Row[],
  errors: readonly ErrorRecord[],
  letters: readonly Letter[],
): void {
  const places = new Map<string, string[]>(told.map(({ eventID }) => [eventID, []]));
  const lie = (eventId: string, where: string): void => {
    const found = places.get(eventId);
    assert.ok(found, `${where} has an event that the stream never told: ${eventId}`);
    found.push(where);
  };
  for (const { event_id, key } of rows) lie(event_id, key);
  for (const { eventID, key } of errors) lie(eventID, key);
  for (const { DDBStreamBatchInfo: info } of letters) {
    const meant = told.filter(
      ({ shardId, dynamodb: { SequenceNumber } }) =>
        shardId === info.shardId &&
        SequenceNumber >= info.startSequenceNumber &&
        SequenceNumber <= info.endSequenceNumber,
    );
    assert.equal(meant.length, info.batchSize, 'a dead letter names as many records as it says');
    for (const { eventID } of meant) lie(eventID, 'a dead letter');
  }
  const wrong = told.filter(({ eventID }) => places.get(eventID)?.length !== 1);
  const lines = wrong.map(({ eventID, eventName, shardId, dynamodb: { Keys, SequenceNumber } }) => {
    const found = places.get(eventID)?.join(', ') || 'nowhere';
    return `${eventName} of ${Keys.orderid.S} (${shardId}/${SequenceNumber}) is in ${found}`;
  });
  assert.deepEqual(lines.slice(0, 10), [], `${wrong.length} of ${told.length} changes are not in one place`);
}

/** A row says what its change said. Sequence numbers put an order's rows in the order of its changes. */
function judgeRows(told: readonly Told[], rows: readonly Row[]): void {
  const records = new Map(told.map((record) => [record.eventID, record]));
  for (const row of rows) {
    const { eventName, dynamodb } = records.get(row.event_id) as Told;
    const image = (dynamodb.NewImage ?? dynamodb.OldImage) as Record<string, Record<string, string>>;
    assert.deepEqual(
      [row.orderid, row.event_name, row.sequence_number, row.status ?? null, row.write ?? null],
      [
        dynamodb.Keys.orderid.S,
        eventName,
        dynamodb.SequenceNumber,
        image['status']?.['S'] ?? null,
        image['write']?.['S'] ?? null,
      ],
    );
    assert.equal(String(row.price), String(Number(image['price']?.['N'])));
  }
}

/** An object is closed by the record with which it is full. */
function judgeSize({ key, bytes, lastBytes }: LakeObject): void {
  if (key.startsWith('orders/'))
    assert.ok(bytes - lastBytes < BUFFER_BYTES, `${key} has ${bytes} bytes, more than one record too many`);
}

/** The live lines' numbers, which are counted since the engine started. */
function judgeCounts(
  world: World,
  told: readonly Told[],
  rows: readonly Row[],
  errors: readonly ErrorRecord[],
): void {
  const pipe = world.status('pipe');
  const firehose = world.status('firehose');
  assert.equal(world.status('table').out, told.length, 'changes that the table counts');
  assert.equal(pipe.in, told.length, 'records that the pipe counts in');
  assert.equal(pipe.out, rows.length + errors.length, 'records that the pipe counts out');
  assert.equal(pipe.failed, told.length - rows.length - errors.length, 'records that the pipe gave up on');
  assert.equal(firehose.in, pipe.out, 'records that Firehose counts in');
  assert.equal(firehose.out, rows.length, 'rows that Firehose counts');
  assert.equal(firehose.failed, errors.length, 'records that Firehose counts as failed');
}

async function receivedLetters({ ports }: World): Promise<Letter[]> {
  const letters: Letter[] = [];
  for (;;) {
    const { Messages = [] } = await ports.call<{ Messages?: { Body: string }[] }>(
      ADMINISTRATOR,
      'sqs',
      'ReceiveMessage',
      { QueueUrl: `${ports.endpoint()}/${ports.account}/${LETTERS}`, MaxNumberOfMessages: 10 },
    );
    if (Messages.length === 0) return letters;
    letters.push(...Messages.map(({ Body }) => JSON.parse(Body) as Letter));
  }
}
