import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANGE_FIELDS } from '../../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../../schemas/order.gen.ts';
import { UNKNOWN } from '../change.ts';
import { create, said, sentences } from '../testing.ts';
import { GLUE_TYPES } from './glue-types.ts';

const TABLE = 'aws_glue_catalog_table.orders';
const TYPES = { string: 'string', integer: 'bigint', number: 'double' };
const FIELDS = [...ORDER_FIELDS, ...CHANGE_FIELDS].map(({ name, type }) => ({ name, type: TYPES[type] }));
const SERDE = 'storage_descriptor.0.ser_de_info.0.serialization_library';
const COLUMNS = 'storage_descriptor.0.columns';
const RIGHT = {
  name: 'projection_orders',
  [COLUMNS]: FIELDS,
  [SERDE]: 'org.openx.data.jsonserde.JsonSerDe',
  partition_keys: [
    { name: 'dt', type: 'string' },
    { name: 'hour', type: 'string' },
  ],
};
const typed = (name: string, type: string) =>
  FIELDS.map((each) => (each.name === name ? { name, type } : each));

test('a table that reads the rows of schemas/ is no finding', () => {
  assert.deepEqual(said(GLUE_TYPES, create(TABLE, RIGHT)), []);
  assert.deepEqual(
    said(GLUE_TYPES, create(TABLE, { ...RIGHT, [COLUMNS]: typed('price', 'decimal(18,2)') })),
    [],
  );
});

test('a column of another type blocks and is named', () => {
  for (const [name, type] of [
    ['quantity', 'int'],
    ['price', 'string'],
    ['orderid', 'bigint'],
  ] as const) {
    const wrong = create(TABLE, { ...RIGHT, [COLUMNS]: typed(name, type) });
    assert.deepEqual(said(GLUE_TYPES, wrong), [`block ${TABLE}`], name);
    assert.match(sentences(GLUE_TYPES, wrong), new RegExp(`${name} is ${type}`));
  }
});

test('a column that is missing blocks, one more does not', () => {
  assert.match(
    sentences(GLUE_TYPES, create(TABLE, { ...RIGHT, [COLUMNS]: FIELDS.slice(1) })),
    /orderid is missing/,
  );
  assert.deepEqual(
    said(GLUE_TYPES, create(TABLE, { ...RIGHT, [COLUMNS]: [...FIELDS, { name: 'gift', type: 'string' }] })),
    [],
  );
});

test('other partitions and another serde block', () => {
  assert.deepEqual(
    said(GLUE_TYPES, create(TABLE, { ...RIGHT, partition_keys: [{ name: 'day', type: 'string' }] })),
    [`block ${TABLE}`],
  );
  assert.deepEqual(
    said(GLUE_TYPES, create(TABLE, { ...RIGHT, [SERDE]: 'org.apache.hadoop.hive.serde2.OpenCSVSerde' })),
    [`block ${TABLE}`],
  );
});

test('another table may have what columns it likes', () => {
  assert.deepEqual(
    said(GLUE_TYPES, create(TABLE, { ...RIGHT, name: 'projection_other', [COLUMNS]: [] })),
    [],
  );
});

test('a table of orders that goes blocks', () => {
  const gone = {
    ...create(TABLE, RIGHT),
    action: 'delete' as const,
    before: { name: 'projection_orders' },
    after: null,
  };
  assert.deepEqual(said(GLUE_TYPES, gone), [`block ${TABLE}`]);
  assert.deepEqual(said(GLUE_TYPES, { ...gone, before: { name: 'projection_other' } }), []);
});

test('a classifier that reads rows otherwise is a warning, one for whole JSON rows is none', () => {
  const classifier = 'aws_glue_classifier.rows';
  assert.deepEqual(said(GLUE_TYPES, create(classifier, { 'csv_classifier.0.delimiter': ',' })), [
    `warn ${classifier}`,
  ]);
  assert.deepEqual(said(GLUE_TYPES, create(classifier, { 'json_classifier.0.json_path': '$.order' })), [
    `warn ${classifier}`,
  ]);
  assert.deepEqual(said(GLUE_TYPES, create(classifier, { 'json_classifier.0.json_path': '$' })), []);
});

test('columns that the plan does not know block', () => {
  assert.deepEqual(said(GLUE_TYPES, create(TABLE, { ...RIGHT, [COLUMNS]: UNKNOWN })), [`block ${TABLE}`]);
});

test('partitions or a serde that the plan does not know block', () => {
  assert.deepEqual(said(GLUE_TYPES, create(TABLE, { ...RIGHT, partition_keys: UNKNOWN })), [
    `block ${TABLE}`,
  ]);
  const hidden = create(TABLE, { ...RIGHT, [SERDE]: UNKNOWN });
  assert.deepEqual(said(GLUE_TYPES, hidden), [`block ${TABLE}`]);
  assert.match(sentences(GLUE_TYPES, hidden), /known only after the apply/);
});

test('a table of which nothing that matters changes, and a classifier that goes, are no finding', () => {
  const same = create(TABLE, RIGHT);
  const described = { ...same, action: 'update' as const, before: same.after };
  assert.deepEqual(said(GLUE_TYPES, described), []);
  assert.deepEqual(
    said(GLUE_TYPES, { ...create('aws_glue_classifier.rows'), action: 'delete', after: null }),
    [],
  );
});
