/**
 * One change -> one line of the lake (schemas/lake-row.schema.json): the order's fields flat, in the schema's order,
 * then the attributes that the schema does not name, then the change. Whether it is an order is ajv's to say, on the
 * fields that the schema names; the digits of its numbers go past ajv and past floats, as text.
 *
 * A field that the order does not have is written as null: so the first row shows the crawler every column, and the
 * views, which Athena refuses when a column is missing, stand from the first crawl on, whatever orders are like.
 *
 * An attribute that bears the name of a field, of the change or of a partition in another case, or exactly, is
 * renamed by `distinctNames`: an attribute `event_id` becomes column `event_id_2`.
 */

import { CHANGE_FIELDS } from '../../schemas/lake-row.gen.ts';
import { ORDER_FIELDS } from '../../schemas/order.gen.ts';
import type { ReadChange } from './change.ts';
import { decimalText, integerText } from './decimal.ts';
import { distinctNames, Fault, isObject, jsonText, quoted } from './json-text.ts';
import { validate } from './validate-order.gen.js';

/** The lake's partitions, `dt=…/hour=…`: a crawler makes columns of them. */
const PARTITION_COLUMNS = ['dt', 'hour'];
const FIELDS = ORDER_FIELDS.map(({ name, type }) => ({
  name,
  type,
  key: `"${name}":`,
  absent: `"${name}":null,`,
}));
const ORDER_NAMES: ReadonlySet<string> = new Set(ORDER_FIELDS.map(({ name }) => name));
const TAKEN: ReadonlySet<string> = new Set([
  ...ORDER_NAMES,
  ...CHANGE_FIELDS.map(({ name }) => name),
  ...PARTITION_COLUMNS,
]);

export type LakeRowText = { kind: 'row'; line: string } | { kind: 'refused'; faults: Fault[] };

/** The row with its line end, or everything that is wrong with it. */
export function lakeRow(change: ReadChange): LakeRowText {
  const order: Record<string, unknown> = {};
  let line = '{';
  let named = 0;
  for (const { name, type, key, absent } of FIELDS) {
    const value = change.image[name];
    if (value === undefined) {
      line += absent;
      continue;
    }
    named += 1;
    line += `${key}${fieldText(name, type, value, order)},`;
  }
  if (!validate(order)) return { kind: 'refused', faults: (validate.errors ?? []).map(faultOf) };
  const names = Object.keys(change.image);
  if (names.length > named) line += otherAttributes(change.image, names);
  line +=
    `"event_id":${quoted(change.eventId)},"event_name":"${change.eventName}",` +
    `"changed_at":"${change.changedAt}","sequence_number":"${change.sequenceNumber}"}\n`;
  return { kind: 'row', line };
}

/** A field's text; puts into `order` what ajv is to judge: a value of a wrong type as null, which is none of them. */
function fieldText(
  name: string,
  type: (typeof ORDER_FIELDS)[number]['type'],
  value: unknown,
  order: Record<string, unknown>,
): string {
  const { S: string, N: number } = isObject(value) ? value : {};
  if (type === 'string') {
    order[name] = typeof string === 'string' ? string : null;
    return typeof string === 'string' ? quoted(string) : 'null';
  }
  const write = type === 'integer' ? integerText : decimalText;
  const text = typeof number === 'string' ? write(number) : undefined;
  order[name] = text === undefined ? null : Number(text);
  return text ?? 'null';
}

function otherAttributes(image: Record<string, unknown>, names: string[]): string {
  let text = '';
  const others = names.filter((name) => !ORDER_NAMES.has(name));
  for (const { name, column } of distinctNames(others, TAKEN))
    text += `${quoted(column)}:${jsonText(name, image[name])},`;
  return text;
}

function faultOf({
  instancePath,
  keyword,
  params,
  message,
}: NonNullable<typeof validate.errors>[number]): Fault {
  if (keyword === 'required') return new Fault(String(params['missingProperty']), 'is missing');
  const field = instancePath.slice(1);
  switch (keyword) {
    case 'enum':
      return new Fault(field, `must be one of ${(params['allowedValues'] as string[]).join(', ')}`);
    case 'pattern':
      return new Fault(field, 'must match the pattern that schemas/order.schema.json gives it');
    default:
      return new Fault(field, message ?? `breaks the rule ${keyword}`);
  }
}
