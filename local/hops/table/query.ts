/** Query: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */

import action from 'dynalite/actions/query.js';
import validation from 'dynalite/validations/query.js';
import type { Operation } from '../../ports.ts';
import { checked } from './dynalite.ts';
import { pageWithBytes, permission, type Request, type Room, runRead } from './room.ts';

export function query(room: Room): Operation<Request> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'Query',
    parse: (raw) => checked<Request>(raw, validation),
    permissions: (request) => permission(room, 'Query', request),
    run: async (request) => pageWithBytes(await runRead(room, action, request)),
  };
}
