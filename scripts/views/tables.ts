/**
 * The tables of docs/hops/athena.md that come from data: the views with their questions and scans, what asking costs by
 * list prices, and the rules of portability. Markdown; `npm run generate` writes them, so that they cannot drift.
 */

import { costOfUnits } from '../prices/price-list.ts';
import type { LineageNode } from './lineage.ts';
import { DIFFERENCES } from './portability.ts';

const MEBIBYTE = 1024 ** 2;
const TEBIBYTE = 1024 ** 4;
/** Of a query, whatever it reads: https://aws.amazon.com/athena/pricing/ */
const BILLED_BYTES_MIN = 10 * MEBIBYTE;
const MINUTES_A_DAY = 24 * 60;
/** A row of the lake, compressed, in a run of `npm start` of 11,422 changes. */
const CHANGE_BYTES = 46;

/** The lakes that the cost is told for, by their compressed size. */
const LAKES_BYTES = [1, 10, 100, 1024, 10 * 1024].map((each) => each * MEBIBYTE);

export function viewsTable(nodes: readonly LineageNode[]): string {
  const rows = nodes
    .filter(({ kind }) => kind === 'view')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, question = '', scans }) => [
      `[\`${name}\`](../../sql/views/${name}.sql)`,
      question,
      String(scans),
    ]);
  return table(['view', 'its question', 'scans'], rows);
}

export function costTable(nodes: readonly LineageNode[]): string {
  const scans = [...new Set(nodes.filter(({ kind }) => kind === 'view').map((each) => each.scans))]
    .filter((each) => each > 0)
    .sort((a, b) => a - b);
  const rows = LAKES_BYTES.map((bytes) => [
    `${size(bytes)}, some ${millions(bytes / CHANGE_BYTES)} changes`,
    ...scans.map((times) => dollars(costOfAsking(bytes, times, MINUTES_A_DAY))),
  ]);
  return table(
    ['the lake, compressed', ...scans.map((times) => (times === 1 ? 'one scan' : `${times} scans`))],
    rows,
  );
}

export function differencesTable(): string {
  return table(
    ['a view has no', 'because', 'instead'],
    DIFFERENCES.map(({ rule, why, instead }) => [rule, why, instead]),
  );
}

/** In dollars, for so many queries that each read the whole table so often. */
export function costOfAsking(lakeBytes: number, scans: number, queries: number): number {
  return costOfUnits('athena-tb', (queries * Math.max(BILLED_BYTES_MIN, lakeBytes * scans)) / TEBIBYTE);
}

function size(bytes: number): string {
  const mebibytes = bytes / MEBIBYTE;
  return mebibytes < 1024 ? `${mebibytes} MB` : `${mebibytes / 1024} GB`;
}

function millions(changes: number): string {
  const rounded = Number(changes.toPrecision(1));
  return rounded >= 1e6 ? `${rounded / 1e6} million` : rounded.toLocaleString('en-US');
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
