/**
 * What would be published, and why. It reads the Glue catalog and changes nothing.
 *
 *     sql/, catalog → [plan] → publish
 */

import type { GlueClient, Table } from '@aws-sdk/client-glue';
import { columnsOf, isView, liveTables, type Publisher, replacedBy, stampFor, stampOf } from './catalog.ts';
import { type ContractFault, type ContractField, contractFaults, unknownColumns } from './contract.ts';
import { inOrder, type PlacedView, type View, ViewsError } from './dependencies.ts';

export type Target = {
  database: string;
  workGroup: string;
  views: readonly View[];
  /** The crawled table, and the columns without which the views cannot stand. */
  table: { name: string; contract: readonly ContractField[] };
  /** These views alone, with all that they read and all that reads them; not given, every view. */
  only?: readonly string[];
  /** The Lambda does not undo what a person published over its own version: its next version does. */
  by: Publisher;
};

export const REASONS = {
  new: 'is not there yet',
  changed: 'its SQL has changed',
  edited: 'is not as it was last published from here',
  stale: 'the columns of what it reads have changed',
  above: 'reads a view that is published anew',
} as const;
export type Reason = keyof typeof REASONS;

export type Step = { view: PlacedView; reason: Reason };

/** What the first crawl of orders has not brought yet: the table, or some of its columns. */
export type Missing = { table: string; columns?: string[] };

export type ReadyPlan = {
  kind: 'ready';
  steps: Step[];
  unchanged: string[];
  /** Published from here once, and no longer in `sql/`: only a person drops them. */
  orphans: string[];
  /** Columns of the crawled table that no schema names. */
  unknown: string[];
  /** The database's tables by name, as they stood when the plan was made. */
  live: Map<string, Table>;
};

export type Plan =
  | { kind: 'waiting'; missing: Missing }
  | { kind: 'refused'; table: Table; faults: ContractFault[] }
  | ReadyPlan;

/** Throws ViewsError when the views cannot be published as they are written. */
export async function planViews(glue: GlueClient, target: Target): Promise<Plan> {
  const views = chosen(inOrder(target.views, target.table.name), target.only);
  const live = await liveTables(glue, target.database);
  const table = live.get(target.table.name);
  const missing = missingFrom(table, target.table);
  if (missing || !table) return { kind: 'waiting', missing: missing ?? { table: target.table.name } };
  const faults = contractFaults(table, target.table.contract);
  if (faults.length > 0) return { kind: 'refused', table, faults };
  const steps: Step[] = [];
  for (const view of views) {
    const reason = reasonFor(view, live, steps, target.by);
    if (reason) steps.push({ view, reason });
  }
  const anew = new Set(steps.map(({ view }) => view.name));
  const ours = new Set(target.views.map(({ name }) => name));
  const orphans = [...live.values()].filter((each) => stampOf(each) && !ours.has(each.Name ?? ''));
  return {
    kind: 'ready',
    steps,
    unchanged: views.map(({ name }) => name).filter((name) => !anew.has(name)),
    orphans: target.only ? [] : orphans.map(({ Name }) => Name ?? '').sort(),
    unknown: unknownColumns(table, target.table.contract),
    live,
  };
}

export function missingText({ table, columns }: Missing): string {
  if (!columns) return `There is no table ${table} yet: the first crawl after the first order makes it.`;
  return (
    `The table ${table} has no column ${columns.join(', ')}: it holds rows that did not come through the ` +
    'pipeline, and the crawl after the first order adds the rest.'
  );
}

/** The named views, all that they read, and all that reads them, in the same order. */
function chosen(views: readonly PlacedView[], only: readonly string[] | undefined): readonly PlacedView[] {
  if (!only) return views;
  for (const name of only)
    if (!views.some((view) => view.name === name))
      throw new ViewsError(
        `There is no view ${name}.`,
        `Name one of ${views.map((each) => each.name).join(', ')}.`,
      );
  const wanted = new Set(only);
  // Above, in order; then below all of these, in the opposite order.
  for (const view of views)
    if ([...view.reads.keys()].some((name) => wanted.has(name))) wanted.add(view.name);
  for (const view of [...views].reverse())
    if (wanted.has(view.name)) for (const name of view.reads.keys()) wanted.add(name);
  return views.filter(({ name }) => wanted.has(name));
}

function missingFrom(table: Table | undefined, wanted: Target['table']): Missing | undefined {
  if (!table) return { table: wanted.name };
  const found = new Set(columnsOf(table).map(({ name }) => name));
  const columns = wanted.contract.map(({ name }) => name).filter((column) => !found.has(column));
  return columns.length > 0 ? { table: wanted.name, columns } : undefined;
}

function reasonFor(
  view: PlacedView,
  live: ReadonlyMap<string, Table>,
  steps: readonly Step[],
  by: Publisher,
): Reason | undefined {
  const table = live.get(view.name);
  if (!table) return 'new';
  if (!isView(table))
    throw new ViewsError(
      `${view.name} is a table in the catalog, so no view can have its name.`,
      `Rename sql/views/${view.name}.sql, or delete the table if nobody needs it.`,
    );
  const found = stampOf(table);
  const below = tablesBelow(view, live);
  const wanted = stampFor(view.sql, table, below);
  if (!found || found.stored !== wanted.stored) return 'edited';
  if (by === 'deployed' && replacedBy(table).includes(wanted.source)) return undefined;
  if (found.source !== wanted.source) return 'changed';
  if (steps.some((step) => view.reads.has(step.view.name))) return 'above';
  return found.below === wanted.below ? undefined : 'stale';
}

/** What a view reads, as the catalog has it. */
export function tablesBelow(view: View, live: ReadonlyMap<string, Table>): Table[] {
  return [...view.reads.keys()].sort().flatMap((name) => live.get(name) ?? []);
}
