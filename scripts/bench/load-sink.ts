/**
 * A table that does nothing but answer: for every request, "{}". k6 is measured against it in a process of its own, so
 * that what it costs is k6's alone. It speaks just enough HTTP/1.1 for k6, and checks nothing.
 */

import { createServer, type Socket } from 'node:net';

export type SinkReady = { port: number };

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}',
);
const HEAD_END = '\r\n\r\n';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  answerAll(socket);
});

function answerAll(socket: Socket): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    for (let length = requestLength(received); length <= received.length; length = requestLength(received)) {
      received = received.subarray(length);
      socket.write(ANSWER);
    }
  });
}

/** Infinite while the head is not there. */
function requestLength(received: Buffer): number {
  const end = received.indexOf(HEAD_END);
  if (end < 0) return Number.POSITIVE_INFINITY;
  const head = received.toString('latin1', 0, end);
  return end + HEAD_END.length + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ port: address.port } satisfies SinkReady);
});
process.once('disconnect', () => process.exit(0));
