/** What the transform promises Firehose: an answer a record, of the right kind, and a log that says why. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Image } from '../../schemas/change.ts';
import { FULL_ORDER, firehoseEvent, kinesisChange, SECOND, SMALL_ORDER, streamChange } from './testing.ts';
import { type LogLine, transform } from './transform.ts';

function run(...contents: unknown[]) {
  const log: LogLine[] = [];
  const event = firehoseEvent(contents);
  const { records } = transform(event, (line) => log.push(line));
  const lines = records.map(({ data }) => (data === undefined ? '' : Buffer.from(data, 'base64').toString()));
  return { event, records, lines, results: records.map(({ result }) => result), log };
}

/** The faults that the log names for one record. */
function faults(content: unknown): unknown {
  const { results, log } = run(content);
  assert.deepEqual(results, ['ProcessingFailed']);
  return log[0]?.['faults'];
}

const without = (image: Image, name: string): Image =>
  Object.fromEntries(Object.entries(image).filter(([key]) => key !== name));

test('the four original fields alone become a row with every column', () => {
  const { lines } = run(streamChange(SMALL_ORDER));
  assert.deepEqual(lines, [
    '{"orderid":"2f7c9b52","product_name":"Headphones","quantity":2,"price":27.0,"category":null,' +
      '"customer_id":null,"status":null,"created_at":null,"currency":null,"region":null,"deal_id":null,"channel":null,' +
      '"event_id":"9f0e5c4e5d1a4f3c8b7a6d5e4f3c2b1a","event_name":"INSERT",' +
      '"changed_at":"2026-07-08T09:30:00.000Z","sequence_number":"400000000000000000000000001"}\n',
  ]);
});

test('every field of a full order is in its row', () => {
  const { event_id, event_name, changed_at, sequence_number, ...order } = JSON.parse(
    run(streamChange(FULL_ORDER)).lines[0] ?? '',
  );
  assert.deepEqual(order, {
    orderid: '2f7c9b52',
    product_name: 'Headphones',
    quantity: 2,
    price: 249.99,
    category: 'audio',
    customer_id: 'c-00018274',
    status: 'PLACED',
    created_at: '2026-07-08T09:29:59.750Z',
    currency: 'USD',
    region: 'us-east',
    deal_id: 'deal-0042',
    channel: 'app',
  });
});

test('every record is answered, in its place, under its own id', () => {
  const { event, records, results } = run(
    streamChange(SMALL_ORDER),
    'not json',
    '',
    kinesisChange(SMALL_ORDER),
  );
  assert.deepEqual(results, ['Ok', 'ProcessingFailed', 'Dropped', 'Ok']);
  assert.deepEqual(
    records.map(({ recordId }) => recordId),
    event.records.map(({ recordId }) => recordId),
  );
});

test('a repeat makes the same bytes, in whatever order the image comes', () => {
  const image: Image = { ...FULL_ORDER, note: { S: 'a' }, Note: { S: 'b' }, gift: { BOOL: true } };
  const reversed: Image = Object.fromEntries(Object.entries(image).reverse());
  const [first, second] = run(streamChange(image), streamChange(reversed)).lines;
  assert.equal(first, second);
});

test('a REMOVE carries the old image, another change the new one', () => {
  const paid: Image = { ...FULL_ORDER, status: { S: 'PAID' } };
  const modified = streamChange(paid, { eventName: 'MODIFY' });
  modified.dynamodb.OldImage = FULL_ORDER;
  const [modify, remove] = run(modified, streamChange(FULL_ORDER, { eventName: 'REMOVE' })).lines.map(
    (line) => JSON.parse(line),
  );
  assert.deepEqual([modify.event_name, modify.status], ['MODIFY', 'PAID']);
  assert.deepEqual([remove.event_name, remove.status], ['REMOVE', 'PLACED']);
});

test('a change from Kinesis Data Streams for DynamoDB gets a sequence number from its time and its arrival', () => {
  const row = JSON.parse(run(kinesisChange(SMALL_ORDER)).lines[0] ?? '');
  assert.equal(row.changed_at, '2026-07-08T09:30:00.123Z');
  assert.equal(row.sequence_number, `1783503000123456${SECOND * 1000 + 900}`);
});

test('milliseconds and microseconds of one moment give the same row', () => {
  const [ms, us] = run(
    kinesisChange(SMALL_ORDER, SECOND * 1000 + 5),
    kinesisChange(SMALL_ORDER, SECOND * 1e6 + 5000),
  ).lines;
  assert.equal(ms, us);
});

test('of two changes without a sequence number the later one has the greater', () => {
  const [first, second] = run(
    kinesisChange(SMALL_ORDER, SECOND * 1e6 + 1),
    kinesisChange(SMALL_ORDER, SECOND * 1e6 + 2),
  ).lines.map((line) => JSON.parse(line).sequence_number);
  assert.ok(first < second);
});

test('a change without a time has the time of its arrival', () => {
  const { ApproximateCreationDateTime: _, ...dynamodb } = streamChange(SMALL_ORDER).dynamodb;
  const row = JSON.parse(run(streamChange(SMALL_ORDER, { dynamodb })).lines[0] ?? '');
  assert.equal(row.changed_at, '2026-07-08T09:30:00.900Z');
});

test('a record without content is dropped', () => {
  assert.deepEqual(run('', ' \n').results, ['Dropped', 'Dropped']);
});

test('a missing field is named', () => {
  assert.deepEqual(faults(streamChange(without(SMALL_ORDER, 'price'))), [
    { field: 'price', reason: 'is missing' },
  ]);
});

test('everything that is wrong with an order is named at once', () => {
  const image: Image = {
    ...FULL_ORDER,
    quantity: { S: '2' },
    price: { N: '-0.01' },
    status: { S: 'LOST' },
    created_at: { S: 'yesterday' },
  };
  assert.deepEqual(faults(streamChange(image)), [
    { field: 'quantity', reason: 'must be integer' },
    { field: 'price', reason: 'must be >= 0' },
    { field: 'status', reason: 'must be one of PLACED, PAID, SHIPPED, CANCELLED, RETURNED' },
    { field: 'created_at', reason: 'must match the pattern that schemas/order.schema.json gives it' },
  ]);
});

for (const { quantity, result } of [
  { quantity: '0', result: 'ProcessingFailed' },
  { quantity: '1', result: 'Ok' },
  { quantity: '1.5', result: 'ProcessingFailed' },
  { quantity: '3.0000000000000000000000000000000000001', result: 'ProcessingFailed' },
  { quantity: '1E+3', result: 'Ok' },
  { quantity: '9007199254740991', result: 'Ok' },
  { quantity: '9007199254740992', result: 'ProcessingFailed' },
])
  test(`a quantity of ${quantity} is ${result}`, () => {
    assert.deepEqual(run(streamChange({ ...SMALL_ORDER, quantity: { N: quantity } })).results, [result]);
  });

for (const { created, result } of [
  { created: '2026-07-08T09:30:00Z', result: 'Ok' },
  { created: '2026-07-08T09:30:00.123456+02:00', result: 'Ok' },
  { created: '2028-02-29T00:00:00Z', result: 'Ok' },
  { created: '2026-02-29T00:00:00Z', result: 'ProcessingFailed' },
  { created: '2026-07-08 09:30:00Z', result: 'ProcessingFailed' },
  { created: '2026-07-08T24:00:00Z', result: 'ProcessingFailed' },
  { created: '2026-07-08T09:30:00', result: 'ProcessingFailed' },
])
  test(`an order created at ${created} is ${result}`, () => {
    assert.deepEqual(run(streamChange({ ...FULL_ORDER, created_at: { S: created } })).results, [result]);
  });

test('a change that no stream of ours makes is named by its field', () => {
  assert.deepEqual(faults('not json'), [{ field: 'data', reason: 'is not JSON' }]);
  assert.deepEqual(faults('[]'), [{ field: 'data', reason: 'is not a JSON object' }]);
  assert.deepEqual(faults({ orderid: 'raw' }), [{ field: 'eventID', reason: 'is missing' }]);
  assert.deepEqual(faults({ ...streamChange(SMALL_ORDER), eventName: 'DELETE' }), [
    { field: 'eventName', reason: 'must be one of INSERT, MODIFY, REMOVE' },
  ]);
  const { NewImage: _, ...keysOnly } = streamChange(SMALL_ORDER).dynamodb;
  assert.deepEqual(faults(streamChange(SMALL_ORDER, { dynamodb: keysOnly })), [
    { field: 'dynamodb.NewImage', reason: 'is missing: the stream must carry NEW_AND_OLD_IMAGES' },
  ]);
  const dynamodb = { ...streamChange(SMALL_ORDER).dynamodb, SequenceNumber: '12a' };
  assert.deepEqual(faults(streamChange(SMALL_ORDER, { dynamodb })), [
    { field: 'dynamodb.SequenceNumber', reason: 'must be 1 to 40 digits' },
  ]);
});

test('the log names the order and the field and holds nothing else of the order', () => {
  const { log } = run(streamChange({ ...FULL_ORDER, price: { S: 'secret price' } }));
  assert.deepEqual(log, [
    {
      level: 'warn',
      message: 'record failed: it lies under errors/ as it came',
      invocationId: '2b4d1ad9-2f48-94bd-a088-767c317e994a',
      recordId: firehoseEvent(['']).records[0]?.recordId,
      eventId: '9f0e5c4e5d1a4f3c8b7a6d5e4f3c2b1a',
      orderid: '2f7c9b52',
      faults: [{ field: 'price', reason: 'must be number' }],
    },
    {
      level: 'info',
      message: 'batch transformed',
      invocationId: '2b4d1ad9-2f48-94bd-a088-767c317e994a',
      ok: 0,
      dropped: 0,
      failed: 1,
    },
  ]);
});

test('a response stays within what Lambda may answer, to the last record that fits', () => {
  const RESPONSE_BYTES_MAX = 6_291_556;
  const large = streamChange({ ...SMALL_ORDER, note: { S: 'x'.repeat(390_000) } });
  const { records, results, log } = run(
    ...Array.from({ length: 13 }, () => large),
    streamChange(SMALL_ORDER),
  );
  const bytes = JSON.stringify({ records }).length;
  assert.ok(bytes <= RESPONSE_BYTES_MAX, `${bytes}`);
  assert.ok(bytes > RESPONSE_BYTES_MAX - 600_000, `${bytes}`);
  assert.deepEqual(results, [...Array(12).fill('Ok'), 'ProcessingFailed', 'Ok']);
  assert.match(JSON.stringify(log[0]), /does not fit into Lambda's response/);
});
