/**
 * Makes a REST binding a protocol of the server: turns the request's head into the binding's shape, and S3's
 * virtual-host style (`bucket.s3.us-east-2.…/key`) into path style (`/bucket/key`).
 */

import type { Api } from '../../api.ts';
import type { Principal } from '../../ports.ts';
import type { RestBinding, WireRequest } from '../binding.ts';
import { header, type Protocol, type Request } from '../protocol.ts';

export function restProtocol(binding: RestBinding, api: Pick<Api, 'call'>): Protocol {
  const { service } = binding;
  const path = service === 's3' ? pathStyle : ({ path }: Request) => path;
  const common = {
    service,
    scope: service,
    error: ((error, request) =>
      binding.error(error, {
        path: path(request),
        requestId: request.requestId,
        method: request.method,
      })) satisfies Protocol['error'],
  };

  function wireRequest(request: Request, body: AsyncIterable<Uint8Array>, principal: Principal): WireRequest {
    const { method, query, requestId } = request;
    return {
      method,
      path: path(request),
      query: new URLSearchParams(query),
      headers: joinedHeaders(request),
      body,
      principal,
      requestId,
      call: (operation, input) => api.call(principal, service, operation, input),
    };
  }

  if (service === 's3')
    return {
      ...common,
      dialect: 's3',
      body: 'streamed',
      answer: (request, body, principal) => binding.handle(wireRequest(request, body, principal)),
    };
  return {
    ...common,
    dialect: 'rest-json',
    body: 'whole',
    answer: (request, body, principal) => binding.handle(wireRequest(request, once(body), principal)),
  };
}

/** `bucket.localhost:4566` and `bucket.s3.<anything>`; a host that begins with `s3` is S3's own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
export function pathStyle(request: Pick<Request, 'path' | 'headers'>): string {
  const host = (header(request, 'host') ?? '').replace(/:\d+$/, '');
  if (/^s3[.-]/.test(host)) return request.path;
  const bucket = /^(.+?)\.(?:s3[.-].*|localhost)$/.exec(host)?.[1];
  return bucket === undefined ? request.path : `/${bucket}${request.path}`;
}

function joinedHeaders({ headers }: Request): WireRequest['headers'] {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(headers))
    if (values && !name.startsWith(':')) joined[name] = values.join(', ');
  return joined;
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body;
}
