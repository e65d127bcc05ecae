/** PutItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */

import action from 'dynalite/actions/putItem.js';
import validation from 'dynalite/validations/putItem.js';
import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import { itemBytes } from './attributes.ts';
import { CONDITION_FAILURE_TYPES, checked, ITEM_BYTES_MAX } from './dynalite.ts';
import { permission, type Request, type Room, runWrite } from './room.ts';

export type PutItemRequest = Request & { Item: Attributes };

const VALIDATION = { ...validation, types: { ...validation.types, ...CONDITION_FAILURE_TYPES } };

export function parsePutItem(raw: unknown): PutItemRequest {
  const request = checked<PutItemRequest>(raw, VALIDATION);
  // dynalite counts characters where DynamoDB counts UTF-8 bytes.
  if (itemBytes(request.Item) > ITEM_BYTES_MAX)
    throw new AwsError('ValidationException', 'Item size has exceeded the maximum allowed size');
  return request;
}

export function putItem(room: Room): Operation<PutItemRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodb',
    name: 'PutItem',
    parse: parsePutItem,
    permissions: (request) => permission(room, 'PutItem', request),
    run: (tx, request) => runWrite(room, tx, action, request),
  };
}
