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
import { percentile } from './figure.ts';
import { batchRequests, lifeRequests, type OrderRequest, putRequests } from './requests.ts';

export type Load = {
  port: number;
  table: string;
  /** How orders are placed; `life`: and paid, shipped and so on, by BatchWriteItem. */
  operation: Operation;
  /** The first order's number. */
  from: number;
  orders: number;
  connections: number;
  /** Orders that fall due a second, evenly or climbing so; absent: as fast as the server answers. */
  ordersPerSecond?: number | Climb;
};

export type Operation = 'PutItem' | 'BatchWriteItem' | 'life';
export type Climb = { from: number; to: number };

export type LoadResult = {
  startedAt: number;
  endedAt: number;
  acknowledged: number;
  failed: number;
  lastFailure?: string;
  /** When each change was acknowledged, for a paced load. */
  acknowledgedAt: [change: string, at: number][];
  /** For a paced load: how long after they were due requests were sent, at most, 99 % of them. */
  lateMs: number;
};

/** How each operation makes its requests, and what is answered when everything was written. */
const OPERATIONS: Readonly<Record<Operation, { requests: typeof putRequests; whole: string }>> = {
  PutItem: { requests: putRequests, whole: '{}' },
  BatchWriteItem: { requests: batchRequests, whole: '{"UnprocessedItems":{}}' },
  life: { requests: lifeRequests, whole: '{"UnprocessedItems":{}}' },
};

async function drive(load: Load): Promise<LoadResult> {
  const requests = OPERATIONS[load.operation].requests(load.port, load.table, load.from, load.orders);
  const links = await Promise.all(Array.from({ length: load.connections }, () => openLink(load.port)));
  const result: LoadResult = {
    ...{ startedAt: Date.now(), endedAt: 0, acknowledged: 0, failed: 0 },
    ...{ acknowledgedAt: [], lateMs: 0 },
  };
  const late: number[] = [];
  let next = 0;
  const take = async (): Promise<OrderRequest | undefined> => {
    const request = requests[next++];
    if (request && load.ordersPerSecond !== undefined) {
      const due = result.startedAt + dueSeconds(load.ordersPerSecond, request.order, load.orders) * 1_000;
      if (due - Date.now() > 1) await pause(due - Date.now());
      late.push(Date.now() - due);
    }
    return request;
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
  if (late.length > 0) result.lateMs = percentile(late, 0.99);
  for (const { close } of links) close();
  return result;
}

/** When an order falls due after the first of `orders`, at a rate that stays or climbs in a straight line. */
function dueSeconds(rate: number | Climb, order: number, orders: number): number {
  const { from, to } = typeof rate === 'number' ? { from: rate, to: rate } : rate;
  const gain = (to - from) / ((2 * orders) / (from + to));
  return (2 * order) / (from + Math.sqrt(from ** 2 + 2 * gain * order));
}

function note(result: LoadResult, load: Load, { changes }: OrderRequest, answer: Answer): void {
  if (answer.status !== 200 || answer.body !== OPERATIONS[load.operation].whole) {
    result.failed += changes.length;
    result.lastFailure = `${answer.status} ${answer.body}`;
    return;
  }
  result.acknowledged += changes.length;
  if (load.ordersPerSecond === undefined) return;
  const at = Date.now();
  for (const change of changes) result.acknowledgedAt.push([change, at]);
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
