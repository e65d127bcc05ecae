/**
 * One port of the loopback for HTTP/1.1 and for HTTP/2 in clear text. Nearly every client speaks the former; the
 * AWS SDK for JavaScript speaks HTTP/2 to Kinesis, and to an `http:` endpoint without asking first, so a connection's
 * first bytes tell which it is.
 *
 *     client → [http] → server
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { EngineError } from '../aws-error.ts';
import type { Head } from './protocol.ts';

export type HttpMessage = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

export type HttpServer = {
  port: number;
  /** Takes no new request, finishes those in flight, then lets the port go. */
  close(): Promise<void>;
};

const HOST = '127.0.0.1';
/** Longer than SDKs keep an idle connection, so that it is they who close it: a request written while the server
 * closes its end would be lost, and some clients do not send it again. */
const KEEP_ALIVE_SECONDS = 75;
/** What an HTTP/2 connection begins with (RFC 9113, 3.4); no method of HTTP/1.1 that AWS has begins with `PR`. */
const HTTP2_FIRST_BYTES = 'PR';

export async function listen(
  port: number,
  handle: (message: HttpMessage, response: HttpResponse) => Promise<void>,
): Promise<HttpServer> {
  const sessions = new Set<ServerHttp2Session>();
  const undecided = new Set<Socket>();
  let closing = false;
  const server = createServer((message, response) => {
    if (closing) response.setHeader('connection', 'close');
    void handle(message, response).finally(() => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_SECONDS * 1_000;
  const http2 = createHttp2Server((message, response) => void handle(message, response));
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  const takeHttp1 = server.listeners('connection')[0] as (this: Server, socket: Socket) => void;
  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    undecided.add(socket);
    decide(socket, (isHttp2) => {
      undecided.delete(socket);
      if (isHttp2) http2.emit('connection', socket);
      else takeHttp1.call(server, socket);
    });
    socket.once('close', () => undecided.delete(socket));
  });
  await open(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closing = true;
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
        for (const session of sessions) session.close();
        for (const socket of undecided) socket.destroy();
      });
    },
  };
}

/** The head of a request, the same for both versions: HTTP/2 carries the host in `:authority`. */
export function readHead(message: HttpMessage): Head {
  const url = message.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers: 'headersDistinct' in message ? message.headersDistinct : distinctHeaders(message),
  };
}

function distinctHeaders({ headers }: Http2ServerRequest): Head['headers'] {
  const distinct: Head['headers'] = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) distinct[name] = Array.isArray(value) ? value : [value];
  if (distinct[':authority']) distinct['host'] ??= distinct[':authority'];
  return distinct;
}

/** Looks at the first bytes of a connection and puts them back. */
function decide(socket: Socket, decided: (isHttp2: boolean) => void): void {
  // A client that goes away before its first byte is nobody's error.
  socket.on('error', () => {});
  const look = (): void => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    socket.unshift(bytes);
    if (bytes.length < HTTP2_FIRST_BYTES.length) return;
    socket.off('readable', look);
    decided(bytes.toString('latin1', 0, HTTP2_FIRST_BYTES.length) === HTTP2_FIRST_BYTES);
  };
  socket.on('readable', look);
}

function open(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(openError(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function openError(error: NodeJS.ErrnoException, port: number): Error {
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
