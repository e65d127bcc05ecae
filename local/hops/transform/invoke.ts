/**
 * Lambda Invoke: runs a function and answers with what it answers (RequestResponse), queues its event (Event), or
 * only checks that the caller may (DryRun). https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */

import { AwsError } from '../../aws-error.ts';
import { effect } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { anything, inputOf, oneOf, structure } from '../../shape.ts';
import type { AsyncQueue } from './async-queue.ts';
import {
  type FunctionReference,
  functionName,
  functionNotFound,
  LATEST,
  qualifier,
  referenceOf,
} from './function-reference.ts';
import { unreadable } from './invocation.ts';
import type { FunctionRuntime } from './runtime.ts';

type InvokeInput = {
  reference: FunctionReference;
  type: 'RequestResponse' | 'Event' | 'DryRun';
  tail: boolean;
  payload: Uint8Array;
};

export type InvokeOutput = {
  StatusCode: number;
  FunctionError?: 'Unhandled';
  LogResult?: string;
  Payload?: Uint8Array;
  ExecutedVersion?: string;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const SYNCHRONOUS_PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;
const ASYNCHRONOUS_PAYLOAD_BYTES_MAX = 1024 * 1024;

export function invoke(
  functions: ReadonlyMap<string, FunctionRuntime>,
  queue: AsyncQueue,
  ports: Ports,
): Operation {
  return effect({
    service: 'lambda',
    name: 'Invoke',
    parse: (raw) => parse(raw, ports),
    permissions: ({ reference }) => [{ action: 'lambda:InvokeFunction', resource: reference.arn }],
    async run({ reference, type, tail, payload }, { requestId }): Promise<InvokeOutput> {
      const found = functions.get(reference.name);
      if (!found || reference.qualifier !== LATEST) throw functionNotFound(reference);
      if (type === 'DryRun') return { StatusCode: 204 };
      if (type === 'Event') {
        await queue.add(reference.name, requestId, payload);
        return { StatusCode: 202, Payload: new Uint8Array() };
      }
      const invocation = await found.invoke(payload, requestId, 'request');
      return {
        StatusCode: 200,
        ...(invocation.failure ? { FunctionError: 'Unhandled' as const } : {}),
        ...(tail ? { LogResult: Buffer.from(invocation.logTail).toString('base64') } : {}),
        Payload: invocation.payload,
        ExecutedVersion: LATEST,
      };
    },
  });
}

const read = inputOf(
  structure(functionName, {
    ...qualifier,
    InvocationType: oneOf(['Event', 'RequestResponse', 'DryRun']),
    LogType: oneOf(['None', 'Tail']),
    Payload: anything,
  }),
);

function parse(raw: unknown, ports: Ports): InvokeInput {
  const input = read(raw);
  const { InvocationType: type = 'RequestResponse' } = input;
  const payload = payloadOf(input.Payload);
  const limit = type === 'Event' ? ASYNCHRONOUS_PAYLOAD_BYTES_MAX : SYNCHRONOUS_PAYLOAD_BYTES_MAX;
  if (payload.byteLength > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `${payload.byteLength} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      413,
      { Type: 'User' },
    );
  // The worker reads the payload of the others; reading 6 MB twice would hold up everybody else.
  if (type !== 'RequestResponse') requireJson(payload);
  return {
    reference: referenceOf(ports, input),
    type,
    tail: input.LogType === 'Tail',
    payload,
  };
}

/** The REST body is the payload itself, so text is the event and not base64 of it. No payload is an empty event. */
function payloadOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.byteLength > 0) return value;
  return Buffer.from(typeof value === 'string' && value !== '' ? value : '{}');
}

function requireJson(payload: Uint8Array): void {
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}
