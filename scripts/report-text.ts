/** The closing report for a person: the numbers that must agree, the latencies, what failed and where it lies. */

import type { Percentiles, Report } from './closing-report.ts';
import { paint } from './command.ts';
import { count, duration } from './live-lines.ts';

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
  lines.push(['changes in order_changes', count(report.viewChanges)]);
  lines.push(['orders in the table', count(report.tableOrders)]);
  lines.push(['orders in orders_current', count(report.viewOrders)]);
  if (latency) {
    lines.push(['from write to the lake', percentileText(latency.toLake)]);
    lines.push(['from write to queryable', percentileText(latency.toQueryable)]);
  }
  if (report.errorRecords > 0)
    lines.push([
      'records that are no orders',
      `${count(report.errorRecords)}  in ${report.errorKeys.join(', ')}`,
    ]);
  if (report.deadLetters > 0)
    lines.push(['dead letters of the pipe', `${count(report.deadLetters)} messages in its queue`]);
  const width = Math.max(...lines.map(([name]) => name.length));
  const table = lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return ['', ...table, '', verdict(report), paint('dim', `the data is in ${dataDirectory}`)].join('\n');
}

function verdict({ disagreements }: Report): string {
  if (disagreements.length === 0)
    return paint('green', 'the numbers agree: nothing lost, nothing counted twice');
  return [paint('red', 'the numbers do not agree:'), ...disagreements.map((each) => `  ${each}`)].join('\n');
}

function percentileText({ p50, p99 }: Percentiles): string {
  return `p50 ${duration(p50)}, p99 ${duration(p99)}`;
}
