/**
 * A long list of requests from a seed: writes that often meet the same few items, reads in all their forms, and
 * requests that are wrong in one way each. The same seed makes the same list.
 */

export type Request = { operation: string; input: Record<string, unknown> };
type Value = Record<string, unknown>;

type Dice = {
  below(count: number): number;
  chance(probability: number): boolean;
  one<T>(list: readonly T[]): T;
};

/** Mulberry32: small, and good enough to choose requests. */
function dice(seed: number): Dice {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (count) => Math.floor(next() * count),
    chance: (probability) => next() < probability,
    one: (list) => list[Math.floor(next() * list.length)] as never,
  };
}

const ITEMS = 12;
const ATTRIBUTES = ['a', 'b', 'n', 'tags', 'list', 'map', 'flag'] as const;

export function requests(seed: number, count: number): Request[] {
  const roll = dice(seed);
  const kinds = [
    put,
    put,
    update,
    update,
    update,
    remove,
    batchWrite,
    batchGet,
    get,
    query,
    scan,
    transactWrite,
    transactGet,
  ];
  return Array.from({ length: count }, () => roll.one(kinds)(roll));
}

function orderKey(roll: Dice): Value {
  return { orderid: { S: `o-${roll.below(ITEMS)}` } };
}

function dealKey(roll: Dice): Value {
  return {
    deal: { S: `d-${roll.below(3)}` },
    at: { N: String(roll.one([-20, -1.5, 0, 0.25, 3, 40, 1e20])) },
  };
}

/** Most requests are about the two larger tables; the third has binary keys. */
function place(roll: Dice): { TableName: string; Key: Value } {
  if (roll.chance(0.1))
    return { TableName: 'blobs', Key: { id: { B: roll.one(['AA==', 'AAA=', '/w==', 'AQID']) } } };
  return roll.chance(0.5)
    ? { TableName: 'ordertable', Key: orderKey(roll) }
    : { TableName: 'deals', Key: dealKey(roll) };
}

function scalar(roll: Dice): Value {
  return roll.one([
    () => ({ S: roll.one(['', 'eu', 'us', 'Größe', 'x'.repeat(20)]) }),
    () => ({ N: number(roll) }),
    () => ({ BOOL: roll.chance(0.5) }),
    () => ({ NULL: true }),
    () => ({ B: Buffer.from([roll.below(256), roll.below(256)]).toString('base64') }),
  ])();
}

function number(roll: Dice): string {
  return roll.one(['0', '1', '-1', '9.90', '1e3', '0.000001', '12345678901234567890', '-0.5']);
}

function value(roll: Dice, depth = 0): Value {
  if (depth > 1 || roll.chance(0.6)) return scalar(roll);
  return roll.one([
    () => ({ SS: roll.one([['x'], ['x', 'y'], ['y', 'z', 'x']]) }),
    () => ({ NS: roll.one([['1'], ['1', '2.50'], ['3', '-1']]) }),
    () => ({ BS: ['AQ==', 'Ag=='] }),
    () => ({ L: Array.from({ length: roll.below(4) }, () => value(roll, depth + 1)) }),
    () => ({ M: { x: value(roll, depth + 1), y: value(roll, depth + 1) } }),
  ])();
}

function attributes(roll: Dice): Value {
  const item: Value = {};
  if (roll.chance(0.6)) item['n'] = { N: number(roll) };
  if (roll.chance(0.5)) item['tags'] = { SS: roll.one([['x'], ['x', 'y'], ['y', 'x']]) };
  if (roll.chance(0.5)) item['list'] = { L: Array.from({ length: roll.below(4) }, () => value(roll, 1)) };
  if (roll.chance(0.5)) item['map'] = { M: { x: value(roll, 1), n: { N: '5' } } };
  if (roll.chance(0.4)) item['region'] = { S: roll.one(['eu', 'us']) };
  if (roll.chance(0.5)) item[roll.one(['a', 'b'])] = value(roll);
  return item;
}

type Expression = { text: string; names: Value; values: Value };

/** Placeholders are numbered from `first`, so that two expressions of one request do not share any. */
function condition(roll: Dice, first = 0): Expression {
  const name = roll.one(ATTRIBUTES);
  const values: Value = {};
  let next = first;
  const bind = (bound: Value) => {
    const placeholder = `:c${next++}`;
    values[placeholder] = bound;
    return placeholder;
  };
  const simple = roll.one([
    () => 'attribute_exists(#c)',
    () => 'attribute_not_exists(#c)',
    () => `#c ${roll.one(['=', '<>', '<', '<=', '>', '>='])} ${bind(scalar(roll))}`,
    () => `#c BETWEEN ${bind({ N: '-1' })} AND ${bind({ N: '5' })}`,
    () => `#c IN (${bind(value(roll))}, ${bind({ N: '1' })})`,
    () => `begins_with(#c, ${bind({ S: 'e' })})`,
    () => `contains(#c, ${bind({ S: 'x' })})`,
    () => `size(#c) ${roll.one(['>', '<'])} ${bind({ N: '1' })}`,
    () => `attribute_type(#c, ${bind({ S: roll.one(['S', 'N', 'SS', 'L', 'M', 'NULL']) })})`,
  ])();
  const text = roll.one([
    () => simple,
    () => `NOT ${simple}`,
    () => `(${simple}) OR attribute_exists(#m.x)`,
    () => `${simple} AND #c <> ${bind({ S: 'no' })}`,
  ])();
  return { text, names: { '#c': name, ...(text.includes('#m') ? { '#m': 'map' } : {}) }, values };
}

function withExpressions(member: string, ...expressions: [string, Expression][]): Value {
  const names = Object.assign({}, ...expressions.map(([, { names }]) => names));
  const values = Object.assign({}, ...expressions.map(([, { values }]) => values));
  return {
    ...Object.fromEntries(expressions.map(([name, { text }]) => [name || member, text])),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
  };
}

function put(roll: Dice): Request {
  const { TableName, Key } = place(roll);
  return {
    operation: 'PutItem',
    input: {
      TableName,
      Item: { ...Key, ...attributes(roll) },
      ...(roll.chance(0.4) ? withExpressions('', ['ConditionExpression', condition(roll)]) : {}),
      ...(roll.chance(0.4) ? { ReturnValues: 'ALL_OLD' } : {}),
      ...(roll.chance(0.3) ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
      ...(roll.chance(0.2) ? { ReturnConsumedCapacity: 'TOTAL' } : {}),
    },
  };
}

const CLAUSES: readonly ((roll: Dice) => [string, Value])[] = [
  (roll) => ['SET a = :u', { ':u': value(roll) }],
  (roll) => ['SET n = n + :u', { ':u': { N: number(roll) } }],
  (roll) => ['SET n = if_not_exists(n, :u) - :v', { ':u': { N: '10' }, ':v': { N: number(roll) } }],
  (roll) => [
    'SET #l = list_append(if_not_exists(#l, :u), :v)',
    { ':u': { L: [] }, ':v': { L: [scalar(roll)] } },
  ],
  (roll) => ['SET #l = list_append(:v, #l)', { ':v': { L: [scalar(roll)] } }],
  (roll) => ['SET #m.x = :u', { ':u': scalar(roll) }],
  (roll) => ['SET #l[1] = :u, b = :v', { ':u': scalar(roll), ':v': scalar(roll) }],
  (roll) => ['SET #r = :u', { ':u': { S: roll.one(['eu', 'us', 'ap']) } }],
  () => ['SET b = a, a = b', {}],
  () => ['SET #m.copy = #m.n', {}],
  () => ['REMOVE a', {}],
  () => ['REMOVE #l[0], #m.x', {}],
  () => ['REMOVE #r', {}],
  (roll) => ['ADD n :u', { ':u': { N: number(roll) } }],
  (roll) => ['ADD tags :u', { ':u': { SS: roll.one([['x'], ['w', 'z']]) } }],
  (roll) => ['DELETE tags :u', { ':u': { SS: roll.one([['x'], ['x', 'y']]) } }],
  (roll) => ['SET a = :u REMOVE b ADD n :v', { ':u': scalar(roll), ':v': { N: '1' } }],
];
const CLAUSE_NAMES: Record<string, string> = { '#l': 'list', '#m': 'map', '#r': 'region' };

function change(roll: Dice): Expression {
  const [text, values] = roll.one(CLAUSES)(roll);
  const names = Object.fromEntries(
    Object.entries(CLAUSE_NAMES).filter(([placeholder]) => text.includes(placeholder)),
  );
  return { text, names, values };
}

function update(roll: Dice): Request {
  const expressions: [string, Expression][] = [['UpdateExpression', change(roll)]];
  if (roll.chance(0.3)) expressions.push(['ConditionExpression', condition(roll)]);
  return {
    operation: 'UpdateItem',
    input: {
      ...place(roll),
      ...withExpressions('', ...expressions),
      ReturnValues: roll.one(['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']),
      ...(roll.chance(0.3) ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
      ...(roll.chance(0.2) ? { ReturnConsumedCapacity: 'TOTAL' } : {}),
    },
  };
}

function remove(roll: Dice): Request {
  return {
    operation: 'DeleteItem',
    input: {
      ...place(roll),
      ...(roll.chance(0.5) ? withExpressions('', ['ConditionExpression', condition(roll)]) : {}),
      ...(roll.chance(0.5) ? { ReturnValues: 'ALL_OLD' } : {}),
    },
  };
}

function get(roll: Dice): Request {
  return {
    operation: 'GetItem',
    input: {
      ...place(roll),
      ...(roll.chance(0.3) ? { ConsistentRead: true } : {}),
      ...(roll.chance(0.4)
        ? {
            ProjectionExpression: 'a, n, #m.x, #l[0]',
            ExpressionAttributeNames: { '#m': 'map', '#l': 'list' },
          }
        : {}),
      ...(roll.chance(0.2) ? { ReturnConsumedCapacity: 'TOTAL' } : {}),
    },
  };
}

/** Keys without repeats, as a batch and a transaction want them. */
function places(roll: Dice): { TableName: string; Key: Value }[] {
  const all = Array.from({ length: 1 + roll.below(6) }, () => place(roll));
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

function byTable<T>(list: { TableName: string; entry: T }[]): Record<string, T[]> {
  const tables: Record<string, T[]> = {};
  for (const { TableName, entry } of list) {
    tables[TableName] ??= [];
    tables[TableName].push(entry);
  }
  return tables;
}

function batchWrite(roll: Dice): Request {
  const entries = places(roll).map(({ TableName, Key }) => ({
    TableName,
    entry: roll.chance(0.7)
      ? { PutRequest: { Item: { ...Key, ...attributes(roll) } } }
      : { DeleteRequest: { Key } },
  }));
  return { operation: 'BatchWriteItem', input: { RequestItems: byTable(entries) } };
}

function batchGet(roll: Dice): Request {
  const tables = byTable(places(roll).map(({ TableName, Key }) => ({ TableName, entry: Key })));
  return {
    operation: 'BatchGetItem',
    input: {
      RequestItems: Object.fromEntries(
        Object.entries(tables).map(([name, Keys]) => [name, { Keys, ConsistentRead: true }]),
      ),
    },
  };
}

function transactWrite(roll: Dice): Request {
  const TransactItems = places(roll).map((at) => {
    const asked = withExpressions('', ['ConditionExpression', condition(roll)]);
    const maybe = roll.chance(0.25) ? asked : {};
    return roll.one([
      () => ({ Put: { TableName: at.TableName, Item: { ...at.Key, ...attributes(roll) }, ...maybe } }),
      () => ({ Update: { ...at, ...withExpressions('', ['UpdateExpression', change(roll)]) } }),
      () => ({ Delete: { ...at, ...maybe } }),
      () => ({
        ConditionCheck: {
          ...at,
          ...asked,
          ...(roll.chance(0.5) ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
        },
      }),
    ])();
  });
  return { operation: 'TransactWriteItems', input: { TransactItems } };
}

function transactGet(roll: Dice): Request {
  return { operation: 'TransactGetItems', input: { TransactItems: places(roll).map((at) => ({ Get: at })) } };
}

function query(roll: Dice): Request {
  if (roll.chance(0.3)) return queryIndex(roll);
  const range = roll.one([
    '',
    ' AND #at = :f',
    ' AND #at > :f',
    ' AND #at <= :f',
    ' AND #at BETWEEN :f AND :t',
  ]);
  const filter = roll.chance(0.3) ? condition(roll) : undefined;
  return {
    operation: 'Query',
    input: {
      TableName: 'deals',
      KeyConditionExpression: `deal = :d${range}`,
      ...(filter ? { FilterExpression: filter.text } : {}),
      ...(range || filter
        ? { ExpressionAttributeNames: { ...(range ? { '#at': 'at' } : {}), ...filter?.names } }
        : {}),
      ExpressionAttributeValues: {
        ':d': { S: `d-${roll.below(3)}` },
        ...(range ? { ':f': { N: '-1.5' } } : {}),
        ...(range.includes(':t') ? { ':t': { N: '40' } } : {}),
        ...filter?.values,
      },
      ...(roll.chance(0.5) ? { ScanIndexForward: false } : {}),
      ...(roll.chance(0.4) ? { Limit: 1 + roll.below(3) } : {}),
    },
  };
}

function queryIndex(roll: Dice): Request {
  return {
    operation: 'Query',
    input: {
      TableName: 'deals',
      ...roll.one([
        {
          IndexName: 'by-region',
          KeyConditionExpression: '#k = :k',
          ExpressionAttributeNames: { '#k': 'region' },
          ExpressionAttributeValues: { ':k': { S: 'eu' } },
        },
        {
          IndexName: 'by-n',
          KeyConditionExpression: '#k = :k',
          ExpressionAttributeNames: { '#k': 'deal' },
          ExpressionAttributeValues: { ':k': { S: 'd-1' } },
        },
      ]),
    },
  };
}

function scan(roll: Dice): Request {
  return {
    operation: 'Scan',
    input: {
      TableName: roll.one(['ordertable', 'deals', 'blobs']),
      ...(roll.chance(0.5) ? withExpressions('', ['FilterExpression', condition(roll)]) : {}),
      ...(roll.chance(0.2) ? { Select: 'COUNT' } : {}),
    },
  };
}
