/**
 * What k6 leaves behind: its numbers as JSON where SUMMARY_FILE says, and a few lines for whoever ran k6 by hand. What
 * became of the orders behind the table it cannot know; `npm run load` looks.
 */

import { METRICS } from './measures.ts';

/** The part of k6's summary that is read; the classic shape, which k6 2 still gives by
 * K6_NEW_MACHINE_READABLE_SUMMARY=false. */
export type K6Summary = {
  metrics: Readonly<
    Record<string, { values: Readonly<Record<string, number>>; thresholds?: Record<string, { ok: boolean }> }>
  >;
  state?: { testRunDurationMs: number };
  setup_data?: { seed: number; startedAt: number };
};

export function summarize(data: K6Summary): Record<string, string> {
  const file = __ENV['SUMMARY_FILE'];
  const text = JSON.stringify(data);
  return file ? { [file]: text } : { stdout: lines(data) };
}

function lines({ metrics, state, setup_data }: K6Summary): string {
  const value = (metric: string, stat: string) => metrics[metric]?.values[stat] ?? 0;
  const seconds = (state?.testRunDurationMs ?? 0) / 1_000;
  const count = value(METRICS.orders, 'count');
  const broken = Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).flatMap(([threshold, { ok }]) =>
      ok ? [] : [`  broken: ${name} ${threshold}`],
    ),
  );
  return [
    `seed ${setup_data?.seed}: ${count} orders acknowledged, ${(count / seconds).toFixed(1)} a second, ${value(METRICS.changes, 'count')} changes`,
    `write: p50 ${value(METRICS.latency, 'med').toFixed(0)} ms, p99 ${value(METRICS.latency, 'p(99)').toFixed(0)} ms`,
    `repeated: ${value(METRICS.troubles, 'count')}, given up: ${value(METRICS.lostWrites, 'count')}, never begun: ${value('dropped_iterations', 'count')}`,
    ...broken,
    '',
  ].join('\n');
}
