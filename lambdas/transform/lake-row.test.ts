/** A row keeps its schema's promise, whatever an order brings along. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { AttributeValue, Image } from '../../schemas/change.ts';
import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';
import { LAKE_ROW_SCHEMA, ORDER_SCHEMA } from '../../scripts/generate.ts';
import { readChange } from './change.ts';
import { lakeRow } from './lake-row.ts';
import { SECOND, SMALL_ORDER, streamChange } from './testing.ts';
import { validate } from './validate-order.gen.js';

const ajv = new Ajv2020({ formats: { 'date-time': true }, schemas: [ORDER_SCHEMA] });
const isLakeRow = ajv.compile(LAKE_ROW_SCHEMA);
const isOrder = ajv.getSchema(ORDER_SCHEMA.$id);
const ORDER_NAMES: ReadonlySet<string> = new Set(ORDER_FIELDS.map(({ name }) => name));

function lineOf(image: Image): string {
  const row = lakeRow(readChange(streamChange(image), SECOND * 1000));
  assert.equal(row.kind, 'row');
  return row.kind === 'row' ? row.line : '';
}

const attribute: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string().map((S) => ({ S })),
  fc.integer().map((n) => ({ N: String(n) })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant<AttributeValue>({ NULL: true }),
);

/** Names that are common, in use by the row, or equal but for their case. */
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'event_id',
    'Event_Name',
    'changed_at',
    'sequence_number',
    'dt',
    'HOUR',
    'Price',
    'ORDERID',
    '__proto__',
  ),
);

test('whatever else an order carries, its row is one line, satisfies the schema and repeats no column', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, attribute), { maxLength: 8 }), (entries) => {
      const others = entries.filter(([key]) => !(key in SMALL_ORDER));
      const line = lineOf({ ...Object.fromEntries(others), ...SMALL_ORDER });
      assert.equal(line.indexOf('\n'), line.length - 1);
      const row = JSON.parse(line);
      assert.ok(isLakeRow(row), ajv.errorsText(isLakeRow.errors));
      const columns = Object.keys(row).map((column) => column.toLowerCase());
      assert.equal(new Set(columns).size, columns.length);
      assert.ok(!columns.includes('dt') && !columns.includes('hour'));
      const extra = new Set(others.map(([key]) => key).filter((key) => !ORDER_NAMES.has(key)));
      assert.equal(columns.length, extra.size + ORDER_NAMES.size + CHANGE_FIELDS.length);
    }),
  );
});

test('an attribute cannot pass for the change', () => {
  const row = JSON.parse(lineOf({ ...SMALL_ORDER, event_id: { S: 'forged' }, Price: { N: '1' } }));
  assert.equal(row.event_id, '9f0e5c4e5d1a4f3c8b7a6d5e4f3c2b1a');
  assert.equal(row.event_id_2, 'forged');
  assert.deepEqual([row.price, row.Price_2], [27, 1]);
});

test('a price of 38 digits arrives with all of them, and so does a number nobody named', () => {
  const digits = '123456789012345678901234567890123456.78';
  const line = lineOf({ ...SMALL_ORDER, price: { N: digits }, weight: { N: '7' } });
  assert.ok(line.includes(`"price":${digits},`));
  assert.ok(line.includes('"weight":7.0,'));
});

test('the validator compiled ahead of time judges as ajv does', () => {
  const value = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.constantFrom(null, true, 'PAID', '2026-07-08T09:30:00Z'),
  );
  const order = fc.record(
    Object.fromEntries(Object.keys(ORDER_SCHEMA.properties).map((field) => [field, value])),
    { requiredKeys: [] },
  );
  const close = fc
    .record(
      {
        quantity: fc.integer({ min: -1, max: 3 }),
        price: fc.double({ min: -1, max: 1 }),
        status: value,
        created_at: value,
      },
      { requiredKeys: ['quantity', 'price'] },
    )
    .map((fields) => ({ orderid: 'o', product_name: 'p', ...fields }));
  fc.assert(fc.property(fc.oneof(order, close), (candidate) => validate(candidate) === isOrder?.(candidate)));
});
