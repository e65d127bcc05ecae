/**
 * The engine's one port: AWS's own protocols over HTTP on 127.0.0.1, every request's signature checked.
 *
 *     client → [server] → protocol → api
 *
 * It knows HTTP, signatures and limits; what an operation means it leaves to the api, how it is written to the
 * protocols. There is no TLS: it listens on loopback alone.
 */

import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Api } from '../api.ts';
import { AwsError, EngineError } from '../aws-error.ts';
import type { Chance, Clock } from '../clock.ts';
import type { Ports } from '../ports.ts';
import type { RestBinding, WireResponse } from './binding.ts';
import { declaredPayload, readWhole, streamedPayload } from './payload.ts';
import type { Dialect, Protocol, Request } from './protocol.ts';
import { createRouter } from './router.ts';
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

export type WireServer = {
  port: number;
  /** Takes no new request, finishes those in flight, then lets the port go. */
  close(): Promise<void>;
};

const HOST = '127.0.0.1';
/** Longer than SDKs keep an idle connection, so that it is they who close it: a request written while the server
 * closes its end would be lost, and some clients do not send it again. */
const KEEP_ALIVE_SECONDS = 75;

export async function startServer(options: ServerOptions): Promise<WireServer> {
  const respond = responder(options);
  let closing = false;
  const server = createServer((message, response) => {
    if (closing) response.setHeader('connection', 'close');
    handle(message, response, respond, options)
      .catch((error) => giveUp(message, response, error, options))
      .finally(() => {
        if (closing) setImmediate(() => server.closeIdleConnections());
      });
  });
  server.keepAliveTimeout = KEEP_ALIVE_SECONDS * 1_000;
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true;
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new EngineError(
        `Port ${port} of ${HOST} is in use by another process.`,
        `Stop that process, or give the engine another port: --port ${port + 1}.`,
      );
    case 'EACCES':
      return new EngineError(
        `Port ${port} of ${HOST} may not be opened by this user.`,
        'Give the engine a port above 1023: --port 4566.',
      );
    default:
      return error;
  }
}

type Respond = (request: Request, message: IncomingMessage) => Promise<WireResponse>;

function responder(options: ServerOptions): Respond {
  const route = createRouter(options.api, options.bindings);
  const verifier: Verifier = {
    region: options.region,
    credentials: options.credentials,
    now: () => options.clock.now(),
  };
  return async (request, message) => {
    if (isHealthCheck(request)) return healthy(options.region);
    const found = route(request);
    if (found.kind === 'answer') return found.response;
    const { protocol } = found;
    try {
      return await answer(protocol, request, message, verifier);
    } catch (error) {
      if (error instanceof AwsError) return protocol.error(error, request);
      if (message.destroyed && !message.complete) throw error;
      const { message: reason, stack } = error as Error;
      options.log('error', `${protocol.service}: a request failed within the engine: ${reason}`, {
        requestId: request.requestId,
        method: request.method,
        target: request.headers['x-amz-target']?.[0] ?? request.path,
        stack,
      });
      return protocol.error(internalError(protocol), request);
    }
  };
}

async function answer(
  protocol: Protocol,
  request: Request,
  message: IncomingMessage,
  verifier: Verifier,
): Promise<WireResponse> {
  const { scope, dialect } = protocol;
  if (protocol.body === 'whole') {
    const body = await readWhole(message);
    const payloadHash = hash('sha256', body);
    const { principal } = verify(verifier, request, () => payloadHash, scope, dialect);
    return protocol.answer(request, body, principal);
  }
  let declared = '';
  const { principal, chunks } = verify(
    verifier,
    request,
    (presigned) => {
      declared = declaredPayload(request, presigned);
      return declared;
    },
    scope,
    dialect,
  );
  // An error within the body must still be answered, so what breaks off reading does not break the connection.
  const source = message.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return protocol.answer(request, streamedPayload(source, declared, request, chunks), principal);
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  respond: Respond,
  { chance }: ServerOptions,
): Promise<void> {
  const url = message.url ?? '/';
  const question = url.indexOf('?');
  const reply = await respond(
    {
      method: message.method ?? 'GET',
      path: question < 0 ? url : url.slice(0, question),
      query: question < 0 ? '' : url.slice(question + 1),
      headers: message.headersDistinct,
      requestId: chance.uuid(),
    },
    message,
  );
  response.writeHead(reply.status, reply.headers);
  if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else response.end(reply.body);
  // What of the body nobody wanted must leave the connection before the next request on it.
  if (!message.complete) message.resume();
}

/** The client went away, or an answer's body broke off half sent: there is no one, or no way, to tell. */
function giveUp(
  message: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  { log }: ServerOptions,
): void {
  const isClientGone = message.destroyed && !response.writableFinished && message.socket.destroyed;
  if (!isClientGone)
    log('error', `An answer broke off: ${(error as Error).message}`, {
      method: message.method,
      url: message.url,
    });
  response.destroy();
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
