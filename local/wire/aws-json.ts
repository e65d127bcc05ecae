/**
 * AWS JSON 1.0 and 1.1, and its CBOR twin: one path, the operation named by `X-Amz-Target`. A service is a line in a
 * table. The clients of AWS's SDKs for JavaScript and Python speak JSON to all of these, Java's speaks CBOR to Kinesis.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */

import { crc32 } from 'node:zlib';
import type { Api } from '../api.ts';
import type { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../ports.ts';
import type { WireResponse } from './binding.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { parseJson, serializationError, toJson } from './json.ts';
import { header, type Request, type WholeProtocol } from './protocol.ts';

type JsonService = {
  service: ServiceName;
  scope: string;
  version: '1.0' | '1.1';
  /** Before the names of its own errors; services without one write bare names. */
  namespace?: string;
  cbor?: true;
  /** DynamoDB's clients check `x-amz-crc32` where it is given. */
  crc32?: true;
  /** Codes of the protocol that the service spoke before, for clients that still branch on them. */
  queryErrors?: Record<string, string>;
};

const DYNAMODB = {
  scope: 'dynamodb',
  version: '1.0',
  namespace: 'com.amazonaws.dynamodb.v20120810',
  crc32: true,
} as const;

/** By target prefix. https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html */
const SERVICES: Record<string, JsonService> = {
  DynamoDB_20120810: { service: 'dynamodb', ...DYNAMODB },
  DynamoDBStreams_20120810: { service: 'dynamodbstreams', ...DYNAMODB },
  Kinesis_20131202: { service: 'kinesis', scope: 'kinesis', version: '1.1', cbor: true },
  Firehose_20150804: { service: 'firehose', scope: 'firehose', version: '1.1' },
  AWSGlue: { service: 'glue', scope: 'glue', version: '1.1' },
  AmazonAthena: { service: 'athena', scope: 'athena', version: '1.1' },
  AWSEvents: { service: 'events', scope: 'events', version: '1.1' },
  AmazonSQS: {
    service: 'sqs',
    scope: 'sqs',
    version: '1.0',
    namespace: 'com.amazonaws.sqs',
    queryErrors: { QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue' },
  },
  GraniteServiceVersion20100801: {
    service: 'monitoring',
    scope: 'monitoring',
    version: '1.0',
    namespace: 'com.amazonaws.cloudwatch',
    queryErrors: { AccessDeniedException: 'AccessDenied', ValidationException: 'ValidationError' },
  },
};

/** Errors that AWS's common layer raises, not the service. */
const CORAL_SERVICE = new Set([
  'AccessDeniedException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
  'UnrecognizedClientException',
]);
/** These two have a capital `Message`, in every service. */
const CAPITAL_MESSAGE = new Set(['AccessDeniedException', 'SerializationException']);
const CBOR_TYPE = 'application/x-amz-cbor-1.1';

/** The protocols by target prefix. */
export function awsJsonProtocols(api: Pick<Api, 'call'>): Map<string, WholeProtocol> {
  return new Map(Object.entries(SERVICES).map(([prefix, service]) => [prefix, awsJson(api, service)]));
}

/** What a target that no service here has gets. */
export function unknownTarget(request: Request): WireResponse {
  return encode(undefined, request, 400, { __type: 'com.amazon.coral.service#UnknownOperationException' });
}

function awsJson(api: Pick<Api, 'call'>, json: JsonService): WholeProtocol {
  return {
    service: json.service,
    scope: json.scope,
    dialect: 'json',
    body: 'whole',
    async answer(request, body, principal) {
      const target = header(request, 'x-amz-target') as string;
      const operation = target.slice(target.indexOf('.') + 1);
      const output = await api.call(principal, json.service, operation, decode(json, request, body));
      return encode(json, request, 200, output ?? {});
    },
    error(error, request) {
      const response = encode(json, request, error.status, errorBody(json, error));
      const queryError = json.queryErrors?.[error.code];
      if (queryError) response.headers['x-amzn-query-error'] = `${queryError};Sender`;
      return response;
    },
  };
}

function decode(json: JsonService, request: Request, body: Buffer): unknown {
  if (!json.cbor || header(request, 'content-type') !== CBOR_TYPE) return parseJson(body);
  try {
    return decodeCbor(body);
  } catch {
    throw serializationError();
  }
}

function encode(
  json: JsonService | undefined,
  request: Request,
  status: number,
  output: unknown,
): WireResponse {
  const type = header(request, 'content-type');
  const cbor = json?.cbor && type === CBOR_TYPE;
  // Text leaves in one write with its headers, bytes in two.
  const body = cbor ? encodeCbor(output) : output === undefined ? '' : toJson(output);
  const headers: Record<string, string> = {
    'content-type': cbor ? CBOR_TYPE : `application/x-amz-json-${json?.version ?? '1.0'}`,
    'content-length': `${Buffer.byteLength(body)}`,
    'x-amzn-requestid': request.requestId,
  };
  if (json?.crc32) headers['x-amz-crc32'] = `${crc32(body)}`;
  return { status, headers, body };
}

function errorBody(json: JsonService, error: AwsError): Record<string, unknown> {
  const body: Record<string, unknown> = { __type: errorType(json, error.code) };
  if (error.message !== '') body[CAPITAL_MESSAGE.has(error.code) ? 'Message' : 'message'] = error.message;
  return { ...body, ...error.members };
}

function errorType({ namespace }: JsonService, code: string): string {
  if (namespace === undefined) return code;
  if (CORAL_SERVICE.has(code)) return `com.amazon.coral.service#${code}`;
  if (code === 'ValidationException') return `com.amazon.coral.validate#${code}`;
  if (code === 'ThrottlingException') return `com.amazon.coral.availability#${code}`;
  return `${namespace}#${code}`;
}
