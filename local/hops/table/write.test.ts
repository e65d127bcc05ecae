/** What a write leaves in the stream. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Change, describedStreams, type StreamViewType, shardLog } from '../../store/changes.ts';
import { read } from '../../store/log.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { table } from './table.ts';

const TableName = 'ordertable';
let ports: TestPorts;
const call = (name: string, input: object): Promise<unknown> =>
  ports.call(ADMINISTRATOR, 'dynamodb', name, { TableName, ...input });
const order = (id: string, price: string, more: object = {}) => ({
  orderid: { S: id },
  price: { N: price },
  ...more,
});

function open(viewType: StreamViewType, more: object = {}): void {
  openPart(
    table,
    testStack({
      'aws_dynamodb_table.table': {
        name: TableName,
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'orderid',
        attribute: [{ name: 'orderid', type: 'S' }],
        stream_enabled: true,
        stream_view_type: viewType,
        ...more,
      },
    }),
    ports,
  );
}

function shards(): Change[][] {
  return describedStreams(ports.store)
    .flatMap(({ arn, shards: ids }) =>
      ids.map((id) => read<Change>(ports.store, shardLog(arn, id), 0, 1_000)),
    )
    .map((records) => records.map(({ value }) => value));
}
const changes = () => JSON.parse(JSON.stringify(shards().flat())) as Change[];

beforeEach(() => {
  ports = testPorts();
});
afterEach(() => ports.cleanUp());

test('a new item, a changed one and a removed one each leave their images', async () => {
  open('NEW_AND_OLD_IMAGES');
  await call('PutItem', { Item: order('o', '1') });
  await call('PutItem', { Item: order('o', '2') });
  await call('DeleteItem', { Key: { orderid: { S: 'o' } } });
  assert.deepEqual(
    changes().map(({ name, newImage, oldImage }) => ({ name, newImage, oldImage })),
    [
      { name: 'INSERT', newImage: order('o', '1'), oldImage: undefined },
      { name: 'MODIFY', newImage: order('o', '2'), oldImage: order('o', '1') },
      { name: 'REMOVE', newImage: undefined, oldImage: order('o', '2') },
    ],
  );
});

test('a write that changes nothing leaves no record', async () => {
  open('NEW_AND_OLD_IMAGES');
  await call('PutItem', { Item: order('o', '1.50', { tags: { SS: ['x', 'y'] } }) });
  await call('PutItem', { Item: order('o', '1.5', { tags: { SS: ['y', 'x'] } }) });
  await call('UpdateItem', { Key: { orderid: { S: 'o' } }, UpdateExpression: 'REMOVE nothing_here' });
  await call('DeleteItem', { Key: { orderid: { S: 'never' } } });
  assert.equal(changes().length, 1);
});

test('an update that creates its item is an insert', async () => {
  open('NEW_AND_OLD_IMAGES');
  await call('UpdateItem', { Key: { orderid: { S: 'o' } } });
  assert.equal(changes()[0]?.name, 'INSERT');
});

test('a record holds the images of its view type, and its keys always', async () => {
  for (const [viewType, members] of [
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['newImage']],
    ['OLD_IMAGE', ['oldImage']],
  ] as const) {
    await ports.cleanUp();
    ports = testPorts();
    open(viewType);
    await call('PutItem', { Item: order('o', '1') });
    await call('PutItem', { Item: order('o', '2') });
    const images = Object.keys(changes()[1] ?? {}).filter((member) => member.endsWith('Image'));
    assert.deepEqual(images, members);
    assert.deepEqual(changes()[1]?.keys, { orderid: { S: 'o' } });
  }
});

test('all changes of one item stand in one shard, in order', async () => {
  open('NEW_AND_OLD_IMAGES');
  for (let round = 0; round < 5; round++)
    for (let i = 0; i < 20; i++) await call('PutItem', { Item: order(`o-${i}`, String(round)) });
  const used = shards().filter((records) => records.length > 0);
  assert.ok(used.length > 1);
  for (const records of used) {
    const prices = new Map<string, string[]>();
    for (const { keys, newImage } of records) {
      const id = (keys['orderid'] as { S: string }).S;
      const { price } = (newImage ?? {}) as { price: { N: string } };
      prices.set(id, [...(prices.get(id) ?? []), price.N]);
    }
    for (const each of prices.values()) assert.deepEqual(each, ['0', '1', '2', '3', '4']);
  }
});

test('a stream keeps the shards it was declared with when the table grows', async () => {
  open('NEW_AND_OLD_IMAGES');
  await call('PutItem', { Item: order('o', '1') });
  const before = describedStreams(ports.store)[0]?.shards;
  assert.equal(before?.length, 4);
  open('NEW_AND_OLD_IMAGES', { on_demand_throughput: { max_write_request_units: 9_000 } });
  await call('PutItem', { Item: order('o', '2') });
  assert.deepEqual(describedStreams(ports.store)[0]?.shards, before);
});

test('a stack with other keys than the data is refused with the next step', async () => {
  open('NEW_AND_OLD_IMAGES');
  await call('PutItem', { Item: order('o', '1') });
  assert.throws(() => open('NEW_AND_OLD_IMAGES', { hash_key: 'other' }), /other keys or indexes/);
});
