/**
 * One request to the table, repeated while repeating can help: throttles, a server's error, a lost connection, and the
 * items of a batch that came back unprocessed.
 *
 *     place-orders → [send] → DynamoDB
 *
 * An order that is put twice stays one change: DynamoDB makes no change record of a put that changes nothing.
 */

import { sleep } from 'k6';
import crypto from 'k6/crypto';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';
import { METRICS, type Trouble } from './measures.ts';
import type { Settings } from './settings.ts';
import { type Crypto, createSigner, type Operation, type Sign } from './sign.ts';

const ATTEMPTS_MAX = 8;
/** Nothing is begun anew after so long, so that a run ends. */
const GIVE_UP_MS = 15_000;
const REQUEST_TIMEOUT = '5s';
const PAUSE_SECONDS = 0.05;
const PAUSE_SECONDS_MAX = 2;

const THROTTLED = /(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded)/;

const changes = new Counter(METRICS.changes);
const lostWrites = new Counter(METRICS.lostWrites);
const latency = new Trend(METRICS.latency, true);
const troubles = new Counter(METRICS.troubles);

/** As the order model draws from it. */
export const sha256 = (text: string): DataView => new DataView(crypto.sha256(text, 'binary'));

type Answer = { kind: 'acknowledged' } | { kind: 'unprocessed'; items: string[] } | { kind: Trouble };

export type Send = {
  /** Whether the item was acknowledged. */
  put(item: string, slice: string): boolean;
  /** How many of the items (25 at most) were not. */
  batch(items: readonly string[], slice: string): number;
};

export function sender(
  { url, table, signing }: Settings,
  signerOf = (operation: Operation): Sign => createSigner(operation, signing, crypto as Crypto<ArrayBuffer>),
): Send {
  const signPut = signerOf('PutItem');
  const signBatch = signerOf('BatchWriteItem');

  function ask(sign: Sign, body: string): Answer {
    const headers = sign(body, Date.now());
    const { status, body: text } = http.post(url, body, { headers, timeout: REQUEST_TIMEOUT });
    return answerOf(status, String(text ?? ''), table);
  }

  return {
    put(item, slice) {
      const body = `{"TableName":"${table}","Item":${item}}`;
      return repeated([item], slice, () => ask(signPut, body)) === 0;
    },
    batch(items, slice) {
      return repeated(items, slice, (left) => {
        const requests = left.join('}},{"PutRequest":{"Item":');
        return ask(signBatch, `{"RequestItems":{"${table}":[{"PutRequest":{"Item":${requests}}}]}}`);
      });
    },
  };
}

/** Answers how many items were given up. */
function repeated(
  items: readonly string[],
  slice: string,
  attempt: (left: readonly string[]) => Answer,
): number {
  const began = Date.now();
  let left = items;
  for (let attempts = 1; ; attempts++) {
    const answer = attempt(left);
    if (answer.kind === 'acknowledged') {
      changes.add(left.length, { slice });
      latency.add(Date.now() - began, { slice });
      return 0;
    }
    if (answer.kind === 'unprocessed') {
      changes.add(left.length - answer.items.length, { slice });
      left = answer.items;
    }
    const kind = answer.kind === 'unprocessed' ? 'throttled' : answer.kind;
    troubles.add(left.length, { slice, kind });
    if (kind === 'refused' || attempts === ATTEMPTS_MAX || Date.now() - began > GIVE_UP_MS) {
      lostWrites.add(left.length, { slice });
      return left.length;
    }
    sleep(Math.random() * Math.min(PAUSE_SECONDS_MAX, PAUSE_SECONDS * 2 ** attempts));
  }
}

function answerOf(status: number, text: string, table: string): Answer {
  if (status === 200) {
    if (text === '{}' || text.includes('"UnprocessedItems":{}')) return { kind: 'acknowledged' };
    const { UnprocessedItems = {} } = JSON.parse(text) as {
      UnprocessedItems?: Record<string, { PutRequest: { Item: unknown } }[]>;
    };
    const items = (UnprocessedItems[table] ?? []).map(({ PutRequest }) => JSON.stringify(PutRequest.Item));
    return items.length === 0 ? { kind: 'acknowledged' } : { kind: 'unprocessed', items };
  }
  if (status === 0) return { kind: 'unreachable' };
  if (status >= 500) return { kind: 'server' };
  if (THROTTLED.test(text)) return { kind: 'throttled' };
  console.error(`the table refused a write: ${text.slice(0, 300)}`);
  return { kind: 'refused' };
}
