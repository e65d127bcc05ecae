/** UpdateItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */

import action from 'dynalite/actions/updateItem.js';
import validation from 'dynalite/validations/updateItem.js';
import type { Operation } from '../../ports.ts';
import type { Attributes } from '../../store/attributes.ts';
import { CONDITION_FAILURE_TYPES, checked } from './dynalite.ts';
import { permission, type Request, type Room, runWrite } from './room.ts';

export type UpdateItemRequest = Request & { Key: Attributes };

const VALIDATION = { ...validation, types: { ...validation.types, ...CONDITION_FAILURE_TYPES } };

export function parseUpdateItem(raw: unknown): UpdateItemRequest {
  return checked<UpdateItemRequest>(raw, VALIDATION);
}

export function updateItem(room: Room): Operation<UpdateItemRequest> {
  return {
    kind: 'transaction',
    service: 'dynamodb',
    name: 'UpdateItem',
    parse: parseUpdateItem,
    permissions: (request) => permission(room, 'UpdateItem', request),
    run: (tx, request) => runWrite(room, tx, action, request),
  };
}
