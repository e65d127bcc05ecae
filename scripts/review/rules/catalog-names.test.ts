import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, said, sentences, untouched, update } from '../testing.ts';
import { CATALOG_NAMES } from './catalog-names.ts';

const CRAWLER = 'aws_glue_crawler.crawler';
const FIREHOSE = 'aws_kinesis_firehose_delivery_stream.firehose';
const PUBLISHER = 'aws_lambda_function.publish_views';
const PREFIX = 'extended_s3_configuration.0.prefix';
const ERRORS = 'extended_s3_configuration.0.error_output_prefix';
const DATABASE = 'environment.0.variables.DATABASE';

test('a prefix or a folder that makes another table than the views ask blocks', () => {
  const prefix = update(CRAWLER, { table_prefix: 'raw_' });
  assert.deepEqual(said(CATALOG_NAMES, prefix), [`block ${CRAWLER}`]);
  assert.match(sentences(CATALOG_NAMES, prefix), /raw_orders.*projection_orders/);
  assert.deepEqual(said(CATALOG_NAMES, update(CRAWLER, { 's3_target.0.path': 's3://lake/sales/' })), [
    `block ${CRAWLER}`,
  ]);
});

test('Firehose and the crawler must mean the same folder, whichever of them changes', () => {
  const elsewhere = update(FIREHOSE, { [PREFIX]: 'sales/dt=!{timestamp:yyyy-MM-dd}/' });
  assert.deepEqual(said(CATALOG_NAMES, elsewhere, untouched(CRAWLER)), [`block ${FIREHOSE}`]);
  const within = update(FIREHOSE, { [PREFIX]: 'orders/' });
  assert.deepEqual(said(CATALOG_NAMES, within, untouched(CRAWLER)), []);
});

test('one place that is wrong is one finding when both change', () => {
  const elsewhere = update(FIREHOSE, { [PREFIX]: 'sales/' });
  assert.deepEqual(said(CATALOG_NAMES, elsewhere, update(CRAWLER, { description: 'other' })), [
    `block ${CRAWLER}`,
  ]);
});

test('failed records must not lie where the crawler looks', () => {
  const mixed = update(FIREHOSE, { [ERRORS]: 'orders/errors/' });
  assert.deepEqual(said(CATALOG_NAMES, mixed, untouched(CRAWLER)), [`block ${FIREHOSE}`]);
});

test('another database blocks, and the views must be published in it', () => {
  const moved = update(CRAWLER, { database_name: 'sales' });
  assert.deepEqual(said(CATALOG_NAMES, moved), [`block ${CRAWLER}`]);
  assert.match(
    sentences(CATALOG_NAMES, moved, untouched(PUBLISHER)),
    /published in amazon_sales_database_prod.*the table in sales/,
  );
  const along = update(PUBLISHER, { [DATABASE]: 'sales' });
  assert.deepEqual(said(CATALOG_NAMES, moved, along), [`block ${CRAWLER}`]);
});

test('views published elsewhere, or to ask another table, block', () => {
  assert.deepEqual(said(CATALOG_NAMES, update(PUBLISHER, { [DATABASE]: 'sales' }), untouched(CRAWLER)), [
    `block ${PUBLISHER}`,
  ]);
  const other = update(PUBLISHER, { 'environment.0.variables.ORDERS_TABLE': 'orders' });
  assert.deepEqual(said(CATALOG_NAMES, other, untouched(CRAWLER)), [`block ${PUBLISHER}`]);
});

test('names that agree are no finding, old or new', () => {
  assert.deepEqual(said(CATALOG_NAMES, create(CRAWLER), create(FIREHOSE), create(PUBLISHER)), []);
  assert.deepEqual(
    said(CATALOG_NAMES, update(CRAWLER, { description: 'other' }), untouched(FIREHOSE), untouched(PUBLISHER)),
    [],
  );
  assert.deepEqual(said(CATALOG_NAMES, remove(CRAWLER), remove(FIREHOSE), remove(PUBLISHER)), []);
});

test('a table name that the plan does not know is a warning', () => {
  assert.deepEqual(said(CATALOG_NAMES, update(CRAWLER, { table_prefix: UNKNOWN })), [`warn ${CRAWLER}`]);
});
