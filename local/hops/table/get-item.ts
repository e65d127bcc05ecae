/** GetItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */

import action from 'dynalite/actions/getItem.js';
import validation from 'dynalite/validations/getItem.js';
import type { Operation } from '../../ports.ts';
import { type Attributes, withBytes } from '../../store/attributes.ts';
import { checked } from './dynalite.ts';
import { permission, type Request, type Room, runRead } from './room.ts';

export function getItem(room: Room): Operation<Request> {
  return {
    // Reads see what is committed, so they need not wait for a commit of their own: every acknowledged write is in.
    kind: 'effect',
    service: 'dynamodb',
    name: 'GetItem',
    parse: (raw) => checked<Request>(raw, validation),
    permissions: (request) => permission(room, 'GetItem', request),
    async run(request) {
      const answer = await runRead<{ Item?: Attributes }>(room, action, request);
      return answer.Item ? { ...answer, Item: withBytes(answer.Item) } : answer;
    },
  };
}
