/**
 * The load driver, a process of its own: writes orders over kept-alive connections, each with one request in flight,
 * and tells its parent how long that took. It speaks just enough HTTP/1.1 for the two servers that are measured.
 *
 *     parent → [load-program] → the engine, or dynalite
 *
 * Requests are made and signed before the clock starts.
 */

import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { batchRequests, type OrderRequest, putRequests } from './requests.ts';

export type Load = {
  port: number;
  table: string;
  operation: 'PutItem' | 'BatchWriteItem';
  /** The first order's number. */
  from: number;
  orders: number;
  connections: number;
  /** Orders that fall due a second, evenly; absent: as fast as the server answers. */
  ordersPerSecond?: number;
};

export type LoadResult = {
  startedAt: number;
  endedAt: number;
  acknowledged: number;
  failed: number;
  lastFailure?: string;
  /** When each order was acknowledged, for a paced load. */
  acknowledgedAt: [orderid: string, at: number][];
};

/** What each operation answers when it wrote everything. */
const WHOLE_ANSWER = { PutItem: '{}', BatchWriteItem: '{"UnprocessedItems":{}}' } as const;

async function drive(load: Load): Promise<LoadResult> {
  const make = load.operation === 'PutItem' ? putRequests : batchRequests;
  const requests = make(load.port, load.table, load.from, load.orders);
  const links = await Promise.all(Array.from({ length: load.connections }, () => openLink(load.port)));
  const result: LoadResult = { startedAt: 0, endedAt: 0, acknowledged: 0, failed: 0, acknowledgedAt: [] };
  let next = 0;
  result.startedAt = Date.now();
  const take = async (): Promise<OrderRequest | undefined> => {
    const index = next++;
    if (load.ordersPerSecond !== undefined) {
      const due = result.startedAt + (index * 1_000) / load.ordersPerSecond - Date.now();
      if (due > 1) await pause(due);
    }
    return requests[index];
  };
  await Promise.all(
    links.map(async (link) => {
      for (let request = await take(); request; request = await take()) {
        const answer = await link.send(request.bytes);
        note(result, load, request, answer);
      }
    }),
  );
  result.endedAt = Date.now();
  for (const { close } of links) close();
  return result;
}

function note(result: LoadResult, load: Load, { orderids }: OrderRequest, answer: Answer): void {
  if (answer.status !== 200 || answer.body !== WHOLE_ANSWER[load.operation]) {
    result.failed += orderids.length;
    result.lastFailure = `${answer.status} ${answer.body}`;
    return;
  }
  result.acknowledged += orderids.length;
  if (load.ordersPerSecond === undefined) return;
  const at = Date.now();
  for (const orderid of orderids) result.acknowledgedAt.push([orderid, at]);
}

type Answer = { status: number; body: string };
type Link = { send(request: Buffer): Promise<Answer>; close(): void };

function openLink(port: number): Promise<Link> {
  return new Promise((opened, failed) => {
    const socket: Socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let received = '';
    let answered: (answer: Answer) => void = () => {};
    let broken: (reason: Error) => void = failed;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      const answer = readAnswer(received);
      if (!answer) return;
      received = '';
      answered(answer);
    });
    socket.once('error', (error) => broken(error));
    socket.once('close', () => broken(new Error('The server closed the connection.')));
    socket.once('connect', () =>
      opened({
        send: (request) =>
          new Promise((resolve, reject) => {
            answered = resolve;
            broken = reject;
            socket.write(request);
          }),
        close: () => void socket.destroy(),
      }),
    );
  });
}

function readAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1]);
  const body = text.slice(end + 4);
  return body.length < length ? undefined : { status: Number(text.slice(9, 12)), body };
}

process.once('message', (load: Load) => {
  void drive(load).then((result) => process.send?.(result, () => process.exit(0)));
});
