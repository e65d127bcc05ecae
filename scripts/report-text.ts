/** The closing report for a person: the numbers that must agree, the latencies, what failed and where it lies. */

import { join } from 'node:path';
import type { Percentiles, Report } from './closing-report.ts';
import { paint } from './command.ts';
import { count, duration } from './live-lines.ts';

/** What nobody may overlook: such a run proves nothing about AWS. */
export const QUOTAS_LIFTED =
  'QUOTAS LIFTED: rates and concurrency are bounded by this machine alone. AWS would throttle where this run does not.';

/** Enough to see what is wrong; `npm run errors` shows all. */
const REFUSED_SHOWN_MAX = 5;

export function reportText(report: Report, dataDirectory: string): string {
  const { written, latency } = report;
  const changes = written ? written.placed + written.advanced + written.deleted : 0;
  const lines: [string, string][] = [];
  if (written) {
    lines.push(['orders written by this run', count(written.placed)]);
    lines.push([
      'changes acknowledged by this run',
      `${count(changes)}  (${count(written.placed)} placed, ${count(written.advanced)} advanced, ${count(written.deleted)} deleted)`,
    ]);
  }
  lines.push(['changes of the table, all runs', count(report.captured)]);
  lines.push(['rows in the lake', count(report.lakeRows)]);
  if (report.viewChanges !== undefined) lines.push(['changes in order_changes', count(report.viewChanges)]);
  lines.push(['orders in the table', count(report.tableOrders)]);
  if (report.viewOrders !== undefined) lines.push(['orders in orders_current', count(report.viewOrders)]);
  if (latency) {
    lines.push(['from write to the lake', percentileText(latency.toLake)]);
    lines.push(['from write to queryable', percentileText(latency.toQueryable)]);
  }
  lines.push(...failureLines(report, dataDirectory));
  const width = Math.max(...lines.map(([name]) => name.length));
  const table = lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [
    '',
    ...table,
    ...report.skipped.map((each) => `  ${each}`),
    '',
    ...(report.quotas === 'lifted' ? [paint('red', QUOTAS_LIFTED)] : []),
    verdict(report),
    paint('dim', `the data is in ${dataDirectory}`),
  ].join('\n');
}

/** What was given up on: how much, where it lies, and where the reason stands. */
function failureLines({ failed, ...report }: Report, dataDirectory: string): [string, string][] {
  const lines: [string, string][] = [];
  if (failed.count > 0) {
    lines.push(['records under errors/', `${count(failed.count)}  in ${failed.keys.join(', ')}`]);
    const strangers = failed.count - failed.changes;
    if (strangers > 0)
      lines.push([
        '',
        `${count(strangers)} of them no new change of the table: repeats, or put by someone else`,
      ]);
    for (const { reason, count: times } of failed.reasons) lines.push(['', `${count(times)} × ${reason}`]);
    for (const { orderid, why } of failed.refused.slice(0, REFUSED_SHOWN_MAX))
      lines.push(['', `${orderid}: ${why}`]);
    if (failed.refused.length > REFUSED_SHOWN_MAX) lines.push(['', '… all of them: npm run errors']);
    for (const name of failed.functions)
      lines.push([
        '',
        `which field and why: "record failed" in ${join(dataDirectory, 'logs', 'aws', 'lambda', name)}.log`,
      ]);
  }
  if (report.deadLetters > 0)
    lines.push([
      'dead letters',
      `${count(report.deadLetters)} messages in ${report.deadLetterQueues.join(', ')}; each says which records of the stream`,
    ]);
  return lines;
}

function verdict({ disagreements }: Report): string {
  if (disagreements.length === 0)
    return paint('green', 'the numbers agree: nothing lost, nothing counted twice');
  return [paint('red', 'the numbers do not agree:'), ...disagreements.map((each) => `  ${each}`)].join('\n');
}

function percentileText({ p50, p99 }: Percentiles): string {
  return `p50 ${duration(p50)}, p99 ${duration(p99)}`;
}
