/**
 * What k6 runs for its figures, one kind of turn a run: a request as `npm run load` makes it, the same request without
 * its signature, a batch, orders without a request, and nothing at all, which is what k6 itself costs.
 *
 *     load.ts → [load-script, in k6] → load-sink
 */

import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { METRICS } from '../../loadtest/measures.ts';
import { orderText } from '../../loadtest/order-text.ts';
import { BATCH_ITEMS_MAX, sender, sha256 } from '../../loadtest/send.ts';
import { readSettings } from '../../loadtest/settings.ts';
import { MODEL, TURNS, type Turn } from './load-turns.ts';

const turn = __ENV['TURN'] as Turn;
const { count, users, ordersEach } = TURNS[turn];
const SLICE = '0';

const settings = readSettings('baseline', __ENV);
const signed = sender(settings);
const unsigned = sender(settings, (operation) => ({
  'Content-Type': 'application/x-amz-json-1.0',
  'X-Amz-Target': `DynamoDB_20120810.${operation}`,
}));

export const options: Options = {
  scenarios: { turns: { executor: 'shared-iterations', vus: users, iterations: count } },
  thresholds: { [METRICS.lostWrites]: ['count==0'] },
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
      unsigned.put(orderText(MODEL, first, sha256), SLICE);
      return;
    case 'put':
      signed.put(orderText(MODEL, first, sha256), SLICE);
      return;
    case 'batch':
      signed.batch(
        Array.from({ length: BATCH_ITEMS_MAX }, (_, k) => orderText(MODEL, first + k, sha256)),
        SLICE,
      );
      return;
  }
}

export const handleSummary = () => ({});
