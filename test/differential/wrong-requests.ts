/** Requests that are wrong in one way each. */

import type { Request } from './operations.ts';

const KEY = { orderid: { S: 'wrong' } };
const put = (more: object, Item: object = KEY): Request => ({
  operation: 'PutItem',
  input: { TableName: 'ordertable', Item, ...more },
});
const update = (UpdateExpression: string, more: object = {}): Request => ({
  operation: 'UpdateItem',
  input: { TableName: 'ordertable', Key: KEY, UpdateExpression, ...more },
});
const values = (bound: object) => ({ ExpressionAttributeValues: bound });
const transact = (...TransactItems: object[]): Request => ({
  operation: 'TransactWriteItems',
  input: { TransactItems },
});

export const WRONG_REQUESTS: Record<string, Request> = {
  'no table of that name': { operation: 'GetItem', input: { TableName: 'nowhere', Key: KEY } },
  'a table name too short': { operation: 'GetItem', input: { TableName: 'ab', Key: KEY } },
  'no table name': { operation: 'GetItem', input: { Key: KEY } },
  'no key': { operation: 'GetItem', input: { TableName: 'ordertable' } },
  'an empty key': { operation: 'GetItem', input: { TableName: 'ordertable', Key: {} } },
  'a key of the wrong type': {
    operation: 'GetItem',
    input: { TableName: 'ordertable', Key: { orderid: { N: '1' } } },
  },
  'an empty key value': {
    operation: 'GetItem',
    input: { TableName: 'ordertable', Key: { orderid: { S: '' } } },
  },
  'an item without its key': put({}, { other: { S: 'x' } }),
  'an item with a key of the wrong type': put({}, { orderid: { N: '1' } }),
  'an item with an empty key': put({}, { orderid: { S: '' } }),
  'a number that is none': put({}, { ...KEY, n: { N: 'abc' } }),
  'a number with 39 digits': put({}, { ...KEY, n: { N: '123456789012345678901234567890123456789' } }),
  'a number too great': put({}, { ...KEY, n: { N: '1e126' } }),
  'a number too small': put({}, { ...KEY, n: { N: '1e-131' } }),
  'an empty set': put({}, { ...KEY, s: { SS: [] } }),
  'a set with repeats': put({}, { ...KEY, s: { SS: ['x', 'x'] } }),
  'a number set with repeats': put({}, { ...KEY, s: { NS: ['1', '1.0'] } }),
  'an attribute of two types': put({}, { ...KEY, s: { S: 'x', N: '1' } }),
  'an attribute of no type': put({}, { ...KEY, s: {} }),
  'a null that is false': put({}, { ...KEY, s: { NULL: false } }),
  'an item of over 400 KB': put({}, { ...KEY, s: { S: 'x'.repeat(409_600) } }),
  'an item of over 400 KB in UTF-8': put({}, { ...KEY, s: { S: 'ü'.repeat(204_800) } }),
  'a hash key of 2,049 bytes': put({}, { orderid: { S: 'x'.repeat(2_049) } }),
  'ReturnValues that PutItem has not': put({ ReturnValues: 'ALL_NEW' }),
  'an unknown ReturnValues': put({ ReturnValues: 'SOME' }),
  'an unknown ReturnValuesOnConditionCheckFailure': put({ ReturnValuesOnConditionCheckFailure: 'SOME' }),
  'an empty condition': put({ ConditionExpression: '' }),
  'a condition that does not parse': put({ ConditionExpression: 'a ==' }),
  'an undefined name': put({ ConditionExpression: 'attribute_exists(#x)' }),
  'an undefined value': put({ ConditionExpression: 'a = :x' }),
  'an unused name': put({
    ConditionExpression: 'attribute_exists(a)',
    ExpressionAttributeNames: { '#x': 'x' },
  }),
  'an unused value': put({ ConditionExpression: 'attribute_exists(a)', ...values({ ':x': { S: 'x' } }) }),
  'values without an expression': put({ ...values({ ':x': { S: 'x' } }) }),
  'a reserved word': put({ ConditionExpression: 'attribute_exists(status)' }),
  'an unknown function': put({ ConditionExpression: 'exists(a)' }),
  'a function with too few operands': put({ ConditionExpression: 'contains(a)' }),
  'BETWEEN with its bounds swapped': put({
    ConditionExpression: 'a BETWEEN :x AND :y',
    ...values({ ':x': { N: '2' }, ':y': { N: '1' } }),
  }),
  'an operand of the wrong type': put({
    ConditionExpression: 'begins_with(a, :x)',
    ...values({ ':x': { N: '1' } }),
  }),
  'an update of a key': update('SET orderid = :x', values({ ':x': { S: 'x' } })),
  'an update that is empty': update(''),
  'an update of one path twice': update('SET a = :x, a = :x', values({ ':x': { S: 'x' } })),
  'an update of paths that overlap': update('SET a = :x, a.b = :x', values({ ':x': { S: 'x' } })),
  'a section twice': update('SET a = :x SET b = :x', values({ ':x': { S: 'x' } })),
  'an update of a path that is not there': update('SET nowhere.x = :x', values({ ':x': { S: 'x' } })),
  'an addition to an attribute that is not there': update(
    'SET a = nowhere + :x',
    values({ ':x': { N: '1' } }),
  ),
  'an addition of text': update('ADD a :x', values({ ':x': { S: '1' } })),
  'a removal from a set, of a number': update('DELETE a :x', values({ ':x': { N: '1' } })),
  'an update that sums text': update('SET a = :x + :x', values({ ':x': { S: '1' } })),
  'a query without a condition': { operation: 'Query', input: { TableName: 'deals' } },
  'a query without its hash key': {
    operation: 'Query',
    input: {
      TableName: 'deals',
      KeyConditionExpression: '#a = :x',
      ExpressionAttributeNames: { '#a': 'at' },
      ...values({ ':x': { N: '1' } }),
    },
  },
  'a query by another operator': {
    operation: 'Query',
    input: { TableName: 'deals', KeyConditionExpression: 'deal > :x', ...values({ ':x': { S: 'x' } }) },
  },
  'a query of the wrong type': {
    operation: 'Query',
    input: { TableName: 'deals', KeyConditionExpression: 'deal = :x', ...values({ ':x': { N: '1' } }) },
  },
  'a query of an index that is not there': {
    operation: 'Query',
    input: {
      TableName: 'deals',
      IndexName: 'by-none',
      KeyConditionExpression: 'deal = :x',
      ...values({ ':x': { S: 'x' } }),
    },
  },
  'a query that filters by a key': {
    operation: 'Query',
    input: {
      TableName: 'deals',
      KeyConditionExpression: 'deal = :x',
      FilterExpression: '#a = :y',
      ExpressionAttributeNames: { '#a': 'at' },
      ...values({ ':x': { S: 'x' }, ':y': { N: '1' } }),
    },
  },
  'a query with a limit of none': {
    operation: 'Query',
    input: {
      TableName: 'deals',
      Limit: 0,
      KeyConditionExpression: 'deal = :x',
      ...values({ ':x': { S: 'x' } }),
    },
  },
  'a consistent read of a global index': {
    operation: 'Scan',
    input: { TableName: 'deals', IndexName: 'by-region', ConsistentRead: true },
  },
  'a scan of a segment that is not there': {
    operation: 'Scan',
    input: { TableName: 'ordertable', Segment: 3, TotalSegments: 3 },
  },
  'an empty batch': { operation: 'BatchWriteItem', input: { RequestItems: {} } },
  'a batch with repeats': {
    operation: 'BatchWriteItem',
    input: { RequestItems: { ordertable: [{ PutRequest: { Item: KEY } }, { DeleteRequest: { Key: KEY } }] } },
  },
  'a batch of 26': {
    operation: 'BatchWriteItem',
    input: {
      RequestItems: {
        ordertable: Array.from({ length: 26 }, (_, i) => ({
          DeleteRequest: { Key: { orderid: { S: `w-${i}` } } },
        })),
      },
    },
  },
  'a batch with a wrong key': {
    operation: 'BatchWriteItem',
    input: { RequestItems: { ordertable: [{ PutRequest: { Item: { other: { S: 'x' } } } }] } },
  },
  'a batch of a table that is not there': {
    operation: 'BatchWriteItem',
    input: { RequestItems: { nowhere: [{ PutRequest: { Item: KEY } }] } },
  },
  'a batch of 101 keys': {
    operation: 'BatchGetItem',
    input: {
      RequestItems: {
        ordertable: { Keys: Array.from({ length: 101 }, (_, i) => ({ orderid: { S: `w-${i}` } })) },
      },
    },
  },
  'a batch of keys with repeats': {
    operation: 'BatchGetItem',
    input: { RequestItems: { ordertable: { Keys: [KEY, KEY] } } },
  },
  'a transaction of nothing': transact(),
  'a transaction with repeats': transact(
    { Put: { TableName: 'ordertable', Item: KEY } },
    { Delete: { TableName: 'ordertable', Key: KEY } },
  ),
  'a transaction of a table that is not there': transact({ Put: { TableName: 'nowhere', Item: KEY } }),
  'a transaction with a wrong key': transact(
    { Put: { TableName: 'ordertable', Item: KEY } },
    { Put: { TableName: 'ordertable', Item: { other: { S: 'x' } } } },
  ),
  'a transaction with two actions in one item': transact({
    Put: { TableName: 'ordertable', Item: KEY },
    Delete: { TableName: 'ordertable', Key: KEY },
  }),
  'a transaction with an update that fails': transact({
    Update: { TableName: 'ordertable', Key: KEY, UpdateExpression: 'SET a = nowhere' },
  }),
  'a transaction with an expression that does not parse': transact({
    Update: { TableName: 'ordertable', Key: KEY, UpdateExpression: 'SET a =' },
  }),
  'a check without a condition': transact({ ConditionCheck: { TableName: 'ordertable', Key: KEY } }),
};
