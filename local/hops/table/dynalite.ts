/**
 * dynalite's validations and actions, called one at a time over the engine's store. An action runs synchronously when
 * its store answers synchronously, so a whole action fits into one unit of work; only a query of a local index that
 * fetches whole items takes turns, and reads are not units of work.
 *
 *     operations → [dynalite] → item-store
 */

import validations from 'dynalite/validations/index.js';
import { AwsError } from '../../aws-error.ts';
import { withoutBytes } from './attributes.ts';
import { withEmptyValues } from './empty-values.ts';
import { checkOperandTypes } from './operand-types.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items */
export const ITEM_BYTES_MAX = 409_600;

export type Validation = {
  types: Record<string, unknown>;
  custom?: (data: never, store: never) => string | undefined;
};
export type Action = (store: object, data: object, done: (error: unknown, result: unknown) => void) => void;

/** Newer than dynalite: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export const CONDITION_FAILURE_TYPES = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};

const VALIDATION_STORE = { options: { maxItemSize: ITEM_BYTES_MAX } };
/** AWS has since said which types would do. */
const OPERAND_ENDING = /operator: (ADD|DELETE), operand type: \w+$/;
/** dynalite words this one in two ways; AWS in this one. */
const EMPTY_KEY = /were invalid: (The AttributeValue for a key attribute cannot contain an empty)/;
const TABLE_ARN = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/;

/** The request as dynalite's actions want it, or AWS's error. */
export function checked<I>(raw: unknown, validation: Validation): I {
  const copy = withoutBytes(raw ?? {}) as Record<string, unknown>;
  const named = typeof copy['TableName'] === 'string' ? TABLE_ARN.exec(copy['TableName']) : null;
  if (named) copy['TableName'] = named[1];
  try {
    const data = validations.checkTypes(copy, validation.types);
    validations.checkValidations(data, validation.types, validation.custom, VALIDATION_STORE);
    const { _condition, _filter } = data as Record<string, { expression?: unknown } | undefined>;
    if (_condition) amend('ConditionExpression', _condition);
    if (_filter) amend('FilterExpression', _filter);
    return data as I;
  } catch (error) {
    throw awsError(error);
  }
}

/** Checks what dynalite leaves out, and puts right what it gets wrong. */
function amend(member: string, parsed: { expression?: unknown }): void {
  checkOperandTypes(member, parsed.expression);
  parsed.expression = withEmptyValues(parsed.expression);
}

/** Runs an action to its end. */
export function act<O>(action: Action, store: object & { pump?(): void }, data: object): O {
  let answer: { error: unknown; result: unknown } | undefined;
  action(store, data, (error, result) => {
    answer ??= { error, result };
  });
  store.pump?.();
  if (!answer) throw new Error('A dynalite action did not answer at once.');
  if (answer.error) throw awsError(answer.error);
  return answer.result as O;
}

/** Runs an action that may take turns. */
export function actInTurns<O>(action: Action, store: object & { pump?(): void }, data: object): Promise<O> {
  return new Promise((resolve, reject) => {
    action(store, data, (error, result) => (error ? reject(awsError(error)) : resolve(result as O)));
    store.pump?.();
  });
}

/** dynalite's errors carry the body that AWS would send: `{ __type: 'namespace#Code', message }`. */
export function awsError(error: unknown): unknown {
  const { body, statusCode } = error as {
    body?: { __type: string; message?: string; Message?: string } & Record<string, unknown>;
    statusCode?: number;
  };
  if (!body) return error;
  const { __type, message, Message, ...members } = body;
  const sentence = (message ?? Message ?? '')
    .replace(OPERAND_ENDING, '$&, typeSet: ALLOWED_FOR_$1_OPERAND')
    .replace(EMPTY_KEY, 'are not valid. $1');
  return new AwsError(__type.slice(__type.indexOf('#') + 1), sentence, statusCode, members);
}
