/**
 * The engine's one port: AWS's own protocols over HTTP on 127.0.0.1, every request's signature checked.
 *
 *     client → http → [server] → protocol → api
 *
 * It knows signatures and limits; what an operation means it leaves to the api, how it is written to the protocols.
 * There is no TLS: it listens on loopback alone.
 */

import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Api } from '../api.ts';
import { AwsError } from '../aws-error.ts';
import type { Chance, Clock } from '../clock.ts';
import type { Ports } from '../ports.ts';
import type { RestBinding, WireResponse } from './binding.ts';
import { type HttpMessage, type HttpResponse, type HttpServer, listen, readHead } from './http.ts';
import { declaredPayload, readWhole, streamedPayload } from './payload.ts';
import type { Dialect, Protocol, Request, StreamedProtocol, WholeProtocol } from './protocol.ts';
import { createRouter, type Route } from './router.ts';
import { type Credential, type Verifier, verify } from './sigv4.ts';

export type ServerOptions = {
  /** 0 takes any free port. */
  port: number;
  region: string;
  api: Pick<Api, 'call'>;
  credentials(accessKeyId: string): Credential | undefined;
  clock: Pick<Clock, 'now'>;
  chance: Pick<Chance, 'uuid'>;
  log: Ports['log'];
  /** REST services beside Lambda and Pipes, whose routes are data here: S3. */
  bindings: readonly RestBinding[];
};

/** Throws an EngineError when the port cannot be had. */
export function startServer(options: ServerOptions): Promise<HttpServer> {
  const { region, credentials, clock, log } = options;
  const route = createRouter(options.api, options.bindings);
  const verifier: Verifier = { region, credentials, now: () => clock.now() };
  return listen(options.port, async (message, response) => {
    try {
      const request: Request = { ...readHead(message), requestId: options.chance.uuid() };
      const reply = isHealthCheck(request)
        ? healthy(region)
        : await respond(route(request), request, message, verifier, log);
      await send(reply, message, response);
    } catch (error) {
      giveUp(message, response, error, log);
    }
  });
}

async function respond(
  route: Route,
  request: Request,
  message: HttpMessage,
  verifier: Verifier,
  log: Ports['log'],
): Promise<WireResponse> {
  if (route.kind === 'answer') return route.response;
  const { protocol } = route;
  try {
    return protocol.body === 'whole'
      ? await answerWhole(protocol, request, message, verifier)
      : await answerStreamed(protocol, request, message, verifier);
  } catch (error) {
    if (error instanceof AwsError) return protocol.error(error, request);
    if (isClientGone(message)) throw error;
    const { message: reason, stack } = error as Error;
    log('error', `${protocol.service}: a request failed within the engine: ${reason}`, {
      requestId: request.requestId,
      operation: request.headers['x-amz-target']?.[0] ?? `${request.method} ${request.path}`,
      stack,
    });
    return protocol.error(internalError(protocol), request);
  }
}

async function answerWhole(
  protocol: WholeProtocol,
  request: Request,
  message: HttpMessage,
  verifier: Verifier,
): Promise<WireResponse> {
  const body = await readWhole(message);
  const payloadHash = hash('sha256', body);
  const { principal } = verify(verifier, request, () => payloadHash, protocol.scope, protocol.dialect);
  return protocol.answer(request, body, principal);
}

async function answerStreamed(
  protocol: StreamedProtocol,
  request: Request,
  message: HttpMessage,
  verifier: Verifier,
): Promise<WireResponse> {
  let declared = '';
  const declare = (presigned: boolean): string => {
    declared = declaredPayload(request, presigned);
    return declared;
  };
  const { principal, chunks } = verify(verifier, request, declare, protocol.scope, protocol.dialect);
  // An error within the body must still be answered, so what breaks off reading does not break the connection.
  const source = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return protocol.answer(request, streamedPayload(source, declared, request, chunks), principal);
}

async function send(reply: WireResponse, message: HttpMessage, response: HttpResponse): Promise<void> {
  response.writeHead(reply.status, reply.headers);
  if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else if (reply.body === undefined) response.end();
  else response.end(reply.body);
  // What of the body nobody wanted must leave the connection before the next request on it.
  if (!message.complete) message.resume();
}

/** The client went away, or an answer's body broke off half sent: there is no one, or no way, to tell. */
function giveUp(message: HttpMessage, response: HttpResponse, error: unknown, log: Ports['log']): void {
  if (!isClientGone(message) && !response.destroyed)
    log('error', `An answer broke off: ${(error as Error).message}`, {
      method: message.method,
      url: message.url,
    });
  response.destroy();
}

function isClientGone(message: HttpMessage): boolean {
  return message.destroyed && !message.complete;
}

/** Words of AWS for a failure of its own. */
function internalError({ dialect, service }: Protocol): AwsError {
  const code: Record<Dialect, string> = {
    json: service === 'dynamodb' || service === 'dynamodbstreams' ? 'InternalServerError' : 'InternalFailure',
    query: 'InternalFailure',
    'rest-json': 'InternalFailure',
    s3: 'InternalError',
  };
  const sentence =
    dialect === 's3'
      ? 'We encountered an internal error. Please try again.'
      : 'The request processing has failed because of an unknown error, exception or failure.';
  return new AwsError(code[dialect], sentence, 500);
}

function isHealthCheck({ method, path, query, headers }: Request): boolean {
  return method === 'GET' && path === '/' && query === '' && headers['authorization'] === undefined;
}

/** As DynamoDB's endpoint answers a browser, its trailing space included. */
function healthy(region: string): WireResponse {
  const body = `healthy: dynamodb.${region}.amazonaws.com `;
  return {
    status: 200,
    headers: { 'content-length': `${body.length}`, 'x-amz-crc32': `${crc32(body)}` },
    body,
  };
}
