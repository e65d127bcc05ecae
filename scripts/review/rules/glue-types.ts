/** What is said of a lake row's types outside schemas/: a table or a classifier of Glue that would read it differently. */

import { CHANGE_FIELDS } from '../../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../../schemas/order.gen.ts';
import { ORDERS_TABLE } from '../../../stacks/names.ts';
import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, objects, set, UNKNOWN, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** The types of a column that read what a row has. A quantity may be as large as a bigint and no smaller type holds. */
const READABLE: Readonly<Record<'string' | 'integer' | 'number', RegExp>> = {
  string: /^(string|varchar\(\d+\))$/,
  integer: /^bigint$/,
  number: /^(double|decimal\(\d+, ?\d+\))$/,
};
const JSON_SERDES = new Set([
  'org.openx.data.jsonserde.JsonSerDe',
  'org.apache.hive.hcatalog.data.JsonSerDe',
]);
const PARTITIONS = ['dt', 'hour'];
const COLUMNS = 'storage_descriptor.0.columns';
const SERDE = 'storage_descriptor.0.ser_de_info.0.serialization_library';

export const GLUE_TYPES: Rule = {
  name: 'glue-types',
  looksAt: 'Glue tables and classifiers against schemas/: columns, types, partitions, serde.',
  types: ['aws_glue_catalog_table', 'aws_glue_classifier'],
  judge(change) {
    if (change.type === 'aws_glue_classifier') return classifier(change);
    if (change.action === 'delete') return gone(change);
    if (willBe(change, 'name') !== ORDERS_TABLE) return [];
    return [...columns(change), ...partitions(change), ...serde(change)];
  },
};

function columns(change: ResourceChange): Remark[] {
  if (!set(change, COLUMNS)) return [];
  if (willBe(change, COLUMNS) === UNKNOWN) return [cannotTell("The table's columns", 'block')];
  const types = new Map(
    objects(willBe(change, COLUMNS)).map(({ name, type }) => [String(name), String(type).toLowerCase()]),
  );
  const wrong = [...ORDER_FIELDS, ...CHANGE_FIELDS].flatMap(({ name, type }) => {
    const column = types.get(name);
    if (column === undefined) return [`${name} is missing`];
    return READABLE[type].test(column) ? [] : [`${name} is ${column} and rows have a ${type}`];
  });
  if (wrong.length === 0) return [];
  return [
    {
      severity: 'block',
      sentence: `The table does not read the rows of schemas/lake-row.schema.json: ${wrong.join(', ')}. Queries over orders fail or show nulls.`,
      nextStep:
        'Take the types from schemas/: string, bigint for whole numbers, double or decimal for the price.',
    },
  ];
}

function partitions(change: ResourceChange): Remark[] {
  if (!set(change, 'partition_keys')) return [];
  const keys = objects(willBe(change, 'partition_keys')).map(({ name }) => String(name));
  if (willBe(change, 'partition_keys') === UNKNOWN) return [cannotTell("The table's partitions", 'block')];
  if (keys.join() === PARTITIONS.join()) return [];
  return [
    {
      severity: 'block',
      sentence: `The table is partitioned by ${keys.join(', ') || 'nothing'}, and the lake by ${PARTITIONS.join(', ')}: Athena finds no file of an order.`,
      nextStep: 'Partition by dt and hour, both strings, as Firehose writes them.',
    },
  ];
}

function serde(change: ResourceChange): Remark[] {
  const turn = set(change, SERDE);
  if (!turn || (typeof turn.to === 'string' && JSON_SERDES.has(turn.to))) return [];
  if (turn.to === UNKNOWN) return [cannotTell("The table's serde", 'block')];
  return [
    {
      severity: 'block',
      sentence: `The table is read by ${turn.to ?? 'no serde'}, and the lake holds a JSON object a line: every query over orders fails.`,
      nextStep: `Use ${[...JSON_SERDES][0]}.`,
    },
  ];
}

function classifier(change: ResourceChange): Remark[] {
  if (change.action === 'delete') return [];
  const path = willBe(change, 'json_classifier.0.json_path');
  const whole = path === '$' || path === '$[*]';
  const json = objects(willBe(change, 'json_classifier')).length > 0;
  if (json && whole) return [];
  return [
    {
      severity: 'warn',
      sentence: json
        ? 'A JSON classifier takes a part of each row as the row: the columns that the views ask for are those of the whole.'
        : 'A classifier that is not for JSON is offered to crawlers. Where one uses it, the lake’s rows become other columns, or one.',
      nextStep: 'Leave classifying to Glue’s own JSON classifier, which reads a JSON object a line.',
    },
  ];
}

function gone(change: ResourceChange): Remark[] {
  if (change.before?.['name'] !== ORDERS_TABLE) return [];
  return [
    {
      severity: 'block',
      sentence: `The table ${ORDERS_TABLE} is deleted: every view fails until the crawler has made it anew.`,
      nextStep: 'Let the crawler keep the table, and Terraform the crawler.',
    },
  ];
}
