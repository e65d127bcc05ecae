/**
 * A plan of the views as a person reads it, and as a machine does: what would be published and why, the SQL's and the
 * columns' differences, how often each view reads the crawled table, and what is left over. It asks nobody anything.
 */

import { createTwoFilesPatch } from 'diff';
import { columnsOf, publishedSql, storedSql } from '../../lambdas/publish-views/catalog.ts';
import { REASONS, type ReadyPlan, type Reason, type Step } from '../../lambdas/publish-views/plan.ts';
import { paint } from '../command.ts';
import type { Columns, Derived } from './derive-columns.ts';

type ColumnChange =
  | { kind: 'added'; name: string; type: string }
  | { kind: 'dropped'; name: string; type: string }
  | { kind: 'retyped'; name: string; from: string; type: string };

export type ViewChange = {
  view: string;
  reason: Reason;
  /** How often it reads the crawled table. */
  scans: number;
  /** A unified diff from what is live; absent where only columns below changed. */
  sql?: string;
  columns: ColumnChange[];
  /** Athena's own words, if it would refuse the view. */
  refused?: string;
};

/** What a plan's steps come to. `derived` has what Athena says of each. */
export function viewChanges(plan: ReadyPlan, derived: ReadonlyMap<string, Derived>): ViewChange[] {
  return plan.steps.map((step) => {
    const { view, reason } = step;
    const live = plan.live.get(view.name);
    const now = derived.get(view.name);
    const sql = sqlDiff(step, plan);
    return {
      view: view.name,
      reason,
      scans: view.scans,
      ...(sql === undefined ? {} : { sql }),
      columns: now?.kind === 'columns' ? columnChanges(live ? columnsOf(live) : [], now.columns) : [],
      ...(now?.kind === 'refused' ? { refused: now.why } : {}),
    };
  });
}

function columnChanges(before: Columns, after: Columns): ColumnChange[] {
  const was = new Map(before.map(({ name, type }) => [name, type]));
  const is = new Map(after.map(({ name, type }) => [name, type]));
  return [
    ...after.flatMap(({ name, type }): ColumnChange[] => {
      const from = was.get(name);
      if (from === undefined) return [{ kind: 'added', name, type }];
      return from === type ? [] : [{ kind: 'retyped', name, from, type }];
    }),
    ...before.flatMap(({ name, type }): ColumnChange[] =>
      is.has(name) ? [] : [{ kind: 'dropped', name, type }],
    ),
  ];
}

/** From what was last published from here, or, for a view that somebody else wrote, from what the catalog has. */
function sqlDiff({ view, reason }: Step, { live }: ReadyPlan): string | undefined {
  const table = live.get(view.name);
  switch (reason) {
    case 'new':
    case 'stale':
    case 'above':
      return undefined;
    case 'changed':
      return patch(view.name, (table && publishedSql(table)) ?? '', view.sql, 'published');
    case 'edited':
      return patch(view.name, (table && storedSql(table)) ?? '', view.sql, 'in the catalog');
  }
}

function patch(name: string, before: string, after: string, from: string): string {
  const [, , ...lines] = createTwoFilesPatch(name, name, before, after, from, 'sql/', { context: 2 }).split(
    '\n',
  );
  return lines.join('\n').trimEnd();
}

/** `gone` says what becomes of views that `sql/` no longer has. */
export function planText(changes: readonly ViewChange[], plan: ReadyPlan, gone: string): string {
  const width = Math.max(0, ...changes.map(({ view }) => view.length));
  const lines = changes.flatMap((change) => changeLines(change, width));
  for (const name of plan.orphans)
    lines.push(`${paint('red', '-')} ${name.padEnd(width)}  is not in sql/ any more: ${gone}`);
  if (plan.unknown.length > 0)
    lines.push(`  The table has columns that no schema names; they pass: ${plan.unknown.join(', ')}.`);
  return lines.join('\n');
}

function changeLines({ view, reason, scans, sql, columns, refused }: ViewChange, width: number): string[] {
  const sign = reason === 'new' ? paint('green', '+') : paint('yellow', '~');
  const reads = paint('dim', `reads the table ${scans === 1 ? 'once' : `${scans} times`}`);
  const lines = [`${sign} ${view.padEnd(width)}  ${REASONS[reason]}; ${reads}`];
  if (refused !== undefined) lines.push(`    ${paint('red', refused)}`);
  if (reason !== 'new') for (const change of columns) lines.push(`    ${columnLine(change)}`);
  if (sql !== undefined) lines.push(...sql.split('\n').map((line) => `    ${painted(line)}`));
  return lines;
}

function columnLine(change: ColumnChange): string {
  switch (change.kind) {
    case 'added':
      return paint('green', `+ ${change.name} ${change.type}`);
    case 'dropped':
      return paint('red', `- ${change.name} ${change.type}`);
    case 'retyped':
      return paint('yellow', `~ ${change.name} ${change.from} → ${change.type}`);
  }
}

function painted(line: string): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return paint('dim', line);
}
