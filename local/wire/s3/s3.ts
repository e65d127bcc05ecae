/**
 * S3's REST protocol: paths that name buckets and objects, features named in the query, members in headers, XML.
 *
 *     client → server (SigV4) → [s3] → api
 *
 * What S3 has and this engine has not is answered with S3's NotImplemented, never ignored.
 */

import { AwsError } from '../../aws-error.ts';
import type { RestBinding, WireRequest, WireResponse } from '../binding.ts';
import { notImplemented, readRequest } from './input.ts';
import { headersOf, writeResponse } from './output.ts';
import { findRoute, type Route } from './routes.ts';
import { writeXml } from './xml.ts';

type Resource = { bucket?: string; key?: string };

export const s3Binding: RestBinding = { service: 's3', handle, error };

async function handle(request: WireRequest): Promise<WireResponse> {
  const resource = resourceOf(request.path);
  const route = routeOf(request, resource);
  const input = await readRequest(request, route, resource);
  const output = await request.call<Record<string, unknown>>(route.operation, input);
  const response = writeResponse(route.operation, output);
  return { ...response, headers: { ...response.headers, ...requestHeaders(request) } };
}

function error(error: AwsError, request: Pick<WireRequest, 'path' | 'requestId' | 'method'>): WireResponse {
  const { code, message, status, members } = asS3(error);
  const region = members['Region'];
  // A client that signed for another region learns the right one here; from a HEAD it has nothing else to go by.
  const headers = {
    ...requestHeaders(request),
    ...(typeof region === 'string' ? { 'x-amz-bucket-region': region } : {}),
  };
  if (status === 304) return { status, headers: { ...headers, ...headersOf(members) } };
  // A HEAD has no body to say more in.
  if (request.method === 'HEAD')
    return { status, headers: { ...headers, 'content-type': 'application/xml' } };
  const about = {
    Code: code,
    Message: message,
    ...members,
    Resource: request.path,
    RequestId: request.requestId,
  };
  const body = Buffer.from(writeXml('Error', about, false));
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', 'content-length': String(body.length) },
    body,
  };
}

/** The names that the engine's other services have for what S3 calls otherwise. */
function asS3(error: AwsError): AwsError {
  switch (error.code) {
    case 'AccessDeniedException':
      return new AwsError('AccessDenied', error.message, 403, error.members);
    case 'UnknownOperationException':
      return notImplemented('');
    default:
      return error;
  }
}

/** `/bucket/key`, percent-encoded; the key is all that follows, slashes and all. */
function resourceOf(path: string): Resource {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucket === '') return {};
  try {
    return key === ''
      ? { bucket: decodeURIComponent(bucket) }
      : { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400, { URI: path });
  }
}

function routeOf({ method, query, headers }: WireRequest, { bucket, key }: Resource): Route {
  const target = key === undefined ? (bucket === undefined ? 'service' : 'bucket') : 'object';
  const found = findRoute(method, target, query, headers['x-amz-copy-source'] !== undefined);
  switch (found.kind) {
    case 'route':
      return found.route;
    case 'lacks':
      throw notImplemented(found.feature);
    case 'method':
      throw new AwsError(
        'MethodNotAllowed',
        'The specified method is not allowed against this resource.',
        405,
        { Method: method, ResourceType: target.toUpperCase() },
      );
  }
}

/** S3 names each request twice; the second is for its own people. */
function requestHeaders({ requestId }: Pick<WireRequest, 'requestId'>): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': Buffer.from(requestId).toString('base64') };
}
