/** What a simulated event came to, as lines of a terminal. */

import { number } from '../text.ts';
import type { Simulation, Throttling } from './simulate.ts';

export function simulationText(simulation: Simulation): string {
  const { changes, lagSeconds, backlogMax, throttled, objects, seed, hotShare } = simulation;
  const { p50, p90, p99, p999, most } = lagSeconds;
  const kept = Object.entries(backlogMax).filter(([, count]) => count > 0);
  return [
    `Simulated, seed ${seed}${hotShare > 0 ? `, ${number(hotShare * 100)} % of the changes to one shard` : ''}`,
    `  changes    ${count(changes.written)} written, ${count(changes.delivered)} in the lake in ${count(objects)} objects`,
    `  lag        half within ${span(p50)}, 90 % ${span(p90)}, 99 % ${span(p99)}, 99.9 % ${span(p999)}, all ${span(most)}`,
    `  throttled  table: ${throttling(throttled.table)}`,
    `             kinesis: ${throttling(throttled.kinesis)}`,
    `  backlog    at most ${kept.map(([hop, most]) => `${hop} ${count(most)}`).join(', ') || 'none'}`,
    `  drained    ${drained(simulation)}`,
    ...(changes.deadLetters > 0
      ? [`  DEAD LETTERS: ${count(changes.deadLetters)} changes grew older than the pipe carries.`]
      : []),
  ].join('\n');
}

function throttling({ changes, seconds, first }: Throttling): string {
  if (!first) return 'never';
  return (
    `${count(changes)} changes in ${span(seconds)}, first after ${span(first.seconds)} at ` +
    `${number(first.ordersPerSecond)} orders/s`
  );
}

function drained({ drainedAfterSeconds, changes }: Simulation): string {
  return drainedAfterSeconds === undefined
    ? `not within a day of the event’s end: ${count(changes.left)} changes are left`
    : `${span(drainedAfterSeconds)} after the event’s end`;
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function span(seconds: number): string {
  if (seconds < 120) return `${number(seconds)} s`;
  return seconds < 7_200 ? `${number(seconds / 60)} min` : `${number(seconds / 3600)} h`;
}
