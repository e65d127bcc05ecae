/** TransactWriteItems and TransactGetItems: all or nothing, reasons, tokens. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { AwsError } from '../../aws-error.ts';
import { describedStreams, shardLog } from '../../store/changes.ts';
import { ends } from '../../store/log.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { table } from './table.ts';

const TableName = 'ordertable';
const MINUTE_MS = 60_000;

let ports: TestPorts;
const call = <O = Record<string, unknown>>(name: string, input: object): Promise<O> =>
  ports.call<O>(ADMINISTRATOR, 'dynamodb', name, input);
const key = (id: string) => ({ orderid: { S: id } });
const put = (id: string, n: number) => ({ Put: { TableName, Item: { ...key(id), n: { N: String(n) } } } });
const exists = (id: string) => ({
  ConditionCheck: { TableName, Key: key(id), ConditionExpression: 'attribute_exists(orderid)' },
});

async function got(id: string): Promise<string | undefined> {
  const { Item } = await call<{ Item?: { n: { N: string } } }>('GetItem', { TableName, Key: key(id) });
  return Item?.n.N;
}

function changes(): number {
  return describedStreams(ports.store)
    .flatMap(({ arn, shards }) => shards.map((shard) => ends(ports.store, shardLog(arn, shard)).head))
    .reduce((total, each) => total + each, 0);
}

beforeEach(() => {
  ports = testPorts();
  openPart(
    table,
    testStack({
      'aws_dynamodb_table.table': {
        name: TableName,
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'orderid',
        attribute: [{ name: 'orderid', type: 'S' }],
        stream_enabled: true,
        stream_view_type: 'NEW_AND_OLD_IMAGES',
      },
    }),
    ports,
  );
});
afterEach(() => ports.cleanUp());

test('all items of a transaction are written, each with its change record', async () => {
  await call('TransactWriteItems', { TransactItems: [put('a', 1), put('b', 2)] });
  assert.deepEqual([await got('a'), await got('b'), changes()], ['1', '2', 2]);
});

test('one failed condition leaves every item as it was, and no record', async () => {
  await call('PutItem', { TableName, Item: { ...key('a'), n: { N: '0' } } });
  const before = changes();
  await assert.rejects(
    call('TransactWriteItems', { TransactItems: [put('a', 1), exists('missing'), put('b', 2)] }),
    (error: AwsError) => {
      assert.equal(error.code, 'TransactionCanceledException');
      assert.equal(
        error.message,
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      );
      assert.deepEqual(error.members['CancellationReasons'], [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
        { Code: 'None' },
      ]);
      return true;
    },
  );
  assert.deepEqual([await got('a'), await got('b'), changes()], ['0', undefined, before]);
});

test('a hundred items are a transaction, a hundred and one are not', async () => {
  const items = Array.from({ length: 101 }, (_, i) => put(`o-${i}`, i));
  await call('TransactWriteItems', { TransactItems: items.slice(0, 100) });
  assert.equal(changes(), 100);
  await assert.rejects(
    call('TransactWriteItems', { TransactItems: items }),
    /Member must have length less than or equal to 100/,
  );
});

test('a token makes a repeat harmless for ten minutes', async () => {
  const add = {
    ClientRequestToken: 'token-1',
    TransactItems: [
      {
        Update: {
          TableName,
          Key: key('a'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ],
  };
  await call('TransactWriteItems', add);
  ports.clock.advance(10 * MINUTE_MS - 1);
  await call('TransactWriteItems', add);
  assert.equal(await got('a'), '1');
  await assert.rejects(
    call('TransactWriteItems', { ...add, TransactItems: [put('a', 9)] }),
    (error: AwsError) => error.code === 'IdempotentParameterMismatchException',
  );
  ports.clock.advance(1);
  await call('TransactWriteItems', add);
  assert.equal(await got('a'), '2');
});

test('a cancelled transaction does not use up its token', async () => {
  const request = { ClientRequestToken: 'token-2', TransactItems: [exists('a'), put('b', 1)] };
  await assert.rejects(call('TransactWriteItems', request));
  await call('PutItem', { TableName, Item: { ...key('a'), n: { N: '0' } } });
  await call('TransactWriteItems', request);
  assert.equal(await got('b'), '1');
});

test('a transaction reads its items in the order asked, a missing one empty', async () => {
  await call('PutItem', { TableName, Item: { ...key('a'), n: { N: '1' } } });
  const { Responses } = await call<{ Responses: object[] }>('TransactGetItems', {
    TransactItems: ['missing', 'a'].map((id) => ({ Get: { TableName, Key: key(id) } })),
  });
  assert.deepEqual(JSON.parse(JSON.stringify(Responses)), [{}, { Item: { ...key('a'), n: { N: '1' } } }]);
});

test('each item of a transaction needs its own right', async () => {
  ports.deny('dynamodb:ConditionCheckItem');
  await assert.rejects(
    call('TransactWriteItems', { TransactItems: [put('a', 1), exists('b')] }),
    (error: AwsError) => error.code === 'AccessDeniedException',
  );
});
