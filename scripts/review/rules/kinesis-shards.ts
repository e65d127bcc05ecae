/** How many shards take what the pipe writes. */

import type { Plan } from '../../terraform/plan-json.ts';
import { cannotTell, turned, UNKNOWN, willBe } from '../change.ts';
import type { Rule } from '../rule.ts';

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const RECORDS_PER_SHARD_SECOND = 1000;
/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
const SCALE_FACTOR_MAX = 2;

export const KINESIS_SHARDS: Rule = {
  name: 'kinesis-shards',
  looksAt: 'The number of shards: fewer, or a step that AWS does not take at once.',
  types: ['aws_kinesis_stream'],
  judge(change, plan) {
    if (change.action !== 'update') return [];
    const turn = turned(change, 'shard_count');
    if (turn?.to === UNKNOWN) return [cannotTell('The number of shards', 'warn')];
    const { from, to } = turn ?? {};
    // On-demand mode has no count; kinesis-mode speaks of that.
    if (typeof from !== 'number' || typeof to !== 'number' || from === 0 || to === 0) return [];
    if (to > from * SCALE_FACTOR_MAX || to * SCALE_FACTOR_MAX < from)
      return [
        {
          severity: 'block',
          sentence:
            `AWS does not go from ${from} to ${to} shards at once: at most to the double or to the half. The apply would fail ` +
            'half way, with whatever came before it applied.',
          nextStep: `Go in steps, ${steps(from, to)}, each a change of its own; ten a day at most.`,
        },
      ];
    if (to > from) return [];
    return [
      {
        severity: 'warn',
        sentence:
          `${to} shards instead of ${from} take ${thousands(to * RECORDS_PER_SHARD_SECOND)} changes or ${to} MB a second, and not ` +
          `${thousands(from * RECORDS_PER_SHARD_SECOND)}.${tableTakes(plan)} Beyond that the pipe retries and falls behind. Shards are merged meanwhile; nothing in them is lost.`,
        nextStep: 'Do it after the sale, and compare with the peak of IncomingRecords and IncomingBytes.',
      },
    ];
  },
};

function tableTakes(plan: Plan): string {
  const table = plan.changes.find(({ type, after }) => type === 'aws_dynamodb_table' && after !== null);
  const writes = table && willBe(table, 'on_demand_throughput.0.max_write_request_units');
  return typeof writes === 'number' && writes > 0
    ? ` The table takes up to ${thousands(writes)} write units a second.`
    : '';
}

function steps(from: number, to: number): string {
  const path = [from];
  for (let here = from; here !== to; path.push(here))
    here =
      to > here ? Math.min(to, here * SCALE_FACTOR_MAX) : Math.max(to, Math.ceil(here / SCALE_FACTOR_MAX));
  return path.join(' → ');
}

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
