/**
 * EventBridge Pipes' routes. Those that would change a pipe are here so that the stack can refuse them by name.
 * https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Operations.html
 */

import type { RestBinding } from '../binding.ts';
import { queryMembers, queryNumber, type Route, restJson } from './rest-json.ts';

const PIPES = '/v1/pipes';
const PIPE = `${PIPES}/{Name}`;

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: PIPES,
    operation: 'ListPipes',
    input: ({ query }) => ({
      ...queryMembers(query, [
        'NamePrefix',
        'DesiredState',
        'CurrentState',
        'SourcePrefix',
        'TargetPrefix',
        'NextToken',
      ]),
      ...queryNumber(query, 'Limit'),
    }),
  },
  { method: 'GET', path: PIPE, operation: 'DescribePipe' },
  { method: 'POST', path: `${PIPE}/start`, operation: 'StartPipe' },
  { method: 'POST', path: `${PIPE}/stop`, operation: 'StopPipe' },
  { method: 'POST', path: PIPE, operation: 'CreatePipe' },
  { method: 'PUT', path: PIPE, operation: 'UpdatePipe' },
  { method: 'DELETE', path: PIPE, operation: 'DeletePipe' },
];

export const pipesBinding: RestBinding = restJson({
  service: 'pipes',
  routes: ROUTES,
  statuses: {
    ConflictException: 409,
    InternalException: 500,
    NotFoundException: 404,
    ThrottlingException: 429,
  },
  errorBody: (error) => ({ ...(error.message === '' ? {} : { message: error.message }), ...error.members }),
});
