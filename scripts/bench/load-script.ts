/**
 * What k6 runs for its figures, one kind of turn a run: a request as `npm run load` makes it, the same without a
 * signature and with one that is sent again and again, a batch, orders without a request, and nothing at all, which is
 * what k6 itself costs.
 *
 *     load.ts → [load-script, in k6] → load-sink
 */

import crypto from 'k6/crypto';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { BATCH_ITEMS_MAX, METRICS } from '../../loadtest/measures.ts';
import { orderText } from '../../loadtest/orders.ts';
import { sender, sha256 } from '../../loadtest/send.ts';
import { readSettings } from '../../loadtest/settings.ts';
import { type Crypto, createSigner, type Operation, type Sign } from '../../loadtest/sign.ts';
import { MODEL, TURNS, type Turn } from './load-turns.ts';

const turn = __ENV['TURN'] as Turn;
const { count, users, ordersEach } = TURNS[turn];
const acknowledged = turn === 'nothing' || turn === 'orders' ? 0 : count * ordersEach;
const SLICE = '0';
const settings = readSettings('baseline', __ENV);

type SignerOf = (operation: Operation) => Sign;

/** The headers of each kind of turn; where nothing is said, signed anew for each request. */
const HEADERS_OF: { [turn in Turn]?: SignerOf } = {
  unsigned(operation) {
    const headers = {
      'Content-Type': 'application/x-amz-json-1.0',
      'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    };
    return () => headers;
  },
  'signed once'(operation) {
    const headers = createSigner(operation, settings.signing, crypto as Crypto<ArrayBuffer>)('', Date.now());
    return () => headers;
  },
};

const send = sender(settings, HEADERS_OF[turn]);

export const options: Options = {
  scenarios: { turns: { executor: 'shared-iterations', vus: users, iterations: count } },
  // k6 ends well also when every turn threw.
  thresholds: acknowledged > 0 ? { [METRICS.changes]: [`count==${acknowledged}`] } : {},
  systemTags: ['scenario', 'status'],
};

export default function take(): void {
  const first = exec.scenario.iterationInTest * ordersEach;
  switch (turn) {
    case 'nothing':
      return;
    case 'orders':
      for (let i = first; i < first + ordersEach; i++) orderText(MODEL, i, sha256);
      return;
    case 'unsigned':
    case 'signed once':
    case 'put':
      send.put(orderText(MODEL, first, sha256), SLICE);
      return;
    case 'batch':
      send.batch(
        Array.from({ length: BATCH_ITEMS_MAX }, (_, k) => orderText(MODEL, first + k, sha256)),
        SLICE,
      );
      return;
  }
}

export const handleSummary = () => ({});
