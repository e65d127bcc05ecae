/**
 * REST-JSON: the operation is named by method and path, its input is spread over path, query, headers and a JSON body.
 * A service is a table of routes, in a file beside this one.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */

import { AwsError } from '../../aws-error.ts';
import type { ServiceName } from '../../ports.ts';
import type { RestBinding, WireRequest, WireResponse } from '../binding.ts';
import { parseJson, toJson } from '../json.ts';

type RouteParts = {
  /** From the path, decoded. */
  labels: Record<string, string>;
  query: URLSearchParams;
  headers: WireRequest['headers'];
  body: Buffer;
};

export type Route = {
  method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** `/v1/pipes/{Name}/start`: each label becomes a member of the input. */
  path: string;
  operation: string;
  /** Members beside the labels; without it, those of the JSON body. */
  input?(parts: RouteParts): Record<string, unknown>;
  /** Without it, the output as JSON with status 200. */
  output?(output: unknown): WireResponse;
};

export type RestJsonService = {
  service: ServiceName;
  routes: readonly Route[];
  /** HTTP status by error code, as the service's model states it. */
  statuses: Record<string, number>;
  /** The members of an error's body. */
  errorBody(error: AwsError): Record<string, unknown>;
};

/** Of AWS's common layer, in front of every REST-JSON service. */
const COMMON_STATUSES: Record<string, number> = {
  AccessDeniedException: 403,
  UnknownOperationException: 404,
};

export function restJson({ service, routes, statuses, errorBody }: RestJsonService): RestBinding {
  const compiled = routes.map((route) => ({ route, pattern: pathPattern(route.path) }));

  function match(method: string, path: string): { route: Route; labels: Record<string, string> } {
    for (const { route, pattern } of compiled) {
      const groups = route.method === method ? pattern.exec(path) : null;
      if (groups) return { route, labels: decodeLabels(groups.groups ?? {}) };
    }
    throw new AwsError('UnknownOperationException', '');
  }

  return {
    service,
    async handle(request) {
      const { route, labels } = match(request.method, request.path);
      const body = await whole(request.body);
      const parts = { labels, query: request.query, headers: request.headers, body };
      const members = route.input ? route.input(parts) : body.length > 0 ? parseJson(body) : {};
      const output = await request.call(route.operation, { ...members, ...labels });
      const response = route.output?.(output) ?? json(200, output ?? {});
      response.headers['x-amzn-requestid'] = request.requestId;
      return response;
    },
    error(error, request) {
      const status =
        error.status === 400 ? (statuses[error.code] ?? COMMON_STATUSES[error.code] ?? 400) : error.status;
      const response = json(status, errorBody(error));
      response.headers['x-amzn-errortype'] = error.code;
      response.headers['x-amzn-requestid'] = request.requestId;
      return response;
    },
  };
}

/** The query's parameters of those names, where they are given. */
export function queryMembers(query: URLSearchParams, names: readonly string[]): Record<string, string> {
  const members: Record<string, string> = {};
  for (const name of names) {
    const value = query.get(name);
    if (value !== null) members[name] = value;
  }
  return members;
}

/** A number in the query; what is none goes on as text, for the operation to refuse. */
export function queryNumber(query: URLSearchParams, name: string): Record<string, number | string> {
  const value = query.get(name);
  if (value === null) return {};
  return { [name]: /^-?\d+$/.test(value) ? Number(value) : value };
}

function json(status: number, value: unknown): WireResponse {
  const body = Buffer.from(toJson(value));
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': `${body.length}` },
    body,
  };
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);
}

function decodeLabels(labels: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    throw new AwsError('UnknownOperationException', '');
  }
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}
