/** DeleteItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */

import action from 'dynalite/actions/deleteItem.js';
import validation from 'dynalite/validations/deleteItem.js';
import type { Operation } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import { CONDITION_FAILURE_TYPES, checked } from './dynalite.ts';
import { permission, type Request, type Room, runWrite } from './room.ts';

export type DeleteItemRequest = Request & { Key: Attributes };

const VALIDATION = { ...validation, types: { ...validation.types, ...CONDITION_FAILURE_TYPES } };

export function parseDeleteItem(raw: unknown): DeleteItemRequest {
  return checked<DeleteItemRequest>(raw, VALIDATION);
}

export function deleteItem(room: Room): Operation<DeleteItemRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodb',
    name: 'DeleteItem',
    parse: parseDeleteItem,
    permissions: (request) => permission(room, 'DeleteItem', request),
    run: (tx, request) => runWrite(room, tx, action, request),
  };
}
