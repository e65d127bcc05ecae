/**
 * Lambda's routes. Invoke carries its payload as the raw body and everything else in headers, both ways. The routes
 * that would change a function are here so that the stack can refuse them by name.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */

import type { RestBinding, WireResponse } from '../binding.ts';
import { queryMembers, queryNumber, type Route, restJson } from './rest-json.ts';

type Invoked = {
  StatusCode: number;
  FunctionError?: string;
  LogResult?: string;
  ExecutedVersion?: string;
  Payload?: Uint8Array | string;
};

const FUNCTIONS = '/2015-03-31/functions';
const FUNCTION = `${FUNCTIONS}/{FunctionName}`;

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: `${FUNCTION}/invocations`,
    operation: 'Invoke',
    input: ({ query, headers, body }) => ({
      ...queryMembers(query, ['Qualifier']),
      ...present('InvocationType', headers['x-amz-invocation-type']),
      ...present('LogType', headers['x-amz-log-type']),
      ...present('ClientContext', headers['x-amz-client-context']),
      Payload: body,
    }),
    output: (output) => invoked(output as Invoked),
  },
  {
    method: 'GET',
    path: FUNCTION,
    operation: 'GetFunction',
    input: ({ query }) => queryMembers(query, ['Qualifier']),
  },
  {
    method: 'GET',
    path: `${FUNCTION}/configuration`,
    operation: 'GetFunctionConfiguration',
    input: ({ query }) => queryMembers(query, ['Qualifier']),
  },
  {
    method: 'GET',
    path: FUNCTIONS,
    operation: 'ListFunctions',
    input: ({ query }) => ({
      ...queryMembers(query, ['Marker', 'FunctionVersion', 'MasterRegion']),
      ...queryNumber(query, 'MaxItems'),
    }),
  },
  { method: 'POST', path: FUNCTIONS, operation: 'CreateFunction' },
  { method: 'DELETE', path: FUNCTION, operation: 'DeleteFunction' },
  { method: 'PUT', path: `${FUNCTION}/code`, operation: 'UpdateFunctionCode' },
  { method: 'PUT', path: `${FUNCTION}/configuration`, operation: 'UpdateFunctionConfiguration' },
];

export const lambdaBinding: RestBinding = restJson({
  service: 'lambda',
  routes: ROUTES,
  statuses: {
    InvalidRequestContentException: 400,
    RequestTooLargeException: 413,
    ResourceConflictException: 409,
    ResourceNotFoundException: 404,
    ServiceException: 500,
    TooManyRequestsException: 429,
  },
  errorBody: (error) => ({
    Type: error.status < 500 ? 'User' : 'Service',
    ...present('Message', error.message || undefined),
    ...error.members,
  }),
});

function invoked({ StatusCode, FunctionError, LogResult, ExecutedVersion, Payload }: Invoked): WireResponse {
  const body = Buffer.from(Payload ?? '');
  return {
    status: StatusCode,
    headers: {
      ...(StatusCode === 204
        ? {}
        : { 'content-type': 'application/json', 'content-length': `${body.length}` }),
      ...present('x-amz-function-error', FunctionError),
      ...present('x-amz-log-result', LogResult),
      ...present('x-amz-executed-version', ExecutedVersion),
    },
    body,
  };
}

function present(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
