/** Scan: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */

import action from 'dynalite/actions/scan.js';
import validation from 'dynalite/validations/scan.js';
import type { Operation } from '../../ports.ts';
import { checked } from './dynalite.ts';
import { pageWithBytes, permission, type Request, type Room, runRead } from './room.ts';

/** dynalite's list of a scan's members is older than consistent scans. */
const VALIDATION = { ...validation, types: { ...validation.types, ConsistentRead: 'Boolean' } };

export function scan(room: Room): Operation<Request> {
  return {
    kind: 'effect',
    service: 'dynamodb',
    name: 'Scan',
    parse: (raw) => checked<Request>(raw, VALIDATION),
    permissions: (request) => permission(room, 'Scan', request),
    run: async (request) => pageWithBytes(await runRead(room, action, request)),
  };
}
