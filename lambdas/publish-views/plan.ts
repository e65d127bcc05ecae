/**
 * What would be published, and why. It reads the Glue catalog and changes nothing.
 *
 *     sql/views, catalog → [plan] → publish
 */

import type { GlueClient, Table } from '@aws-sdk/client-glue';
import { columnsOf, isView, liveTables, stampFor, stampOf } from './catalog.ts';
import { inOrder, type PlacedView, type View, ViewsError } from './dependencies.ts';

export type Target = {
  database: string;
  workGroup: string;
  views: readonly View[];
  /** The crawled table, and the columns without which the views cannot stand. */
  table: { name: string; columns: readonly string[] };
};

export const REASONS = {
  new: 'is not there yet',
  changed: 'its SQL has changed',
  edited: 'is not as it was last published from here',
  stale: 'the columns of what it reads have changed',
  above: 'reads a view that is published anew',
} as const;
export type Reason = keyof typeof REASONS;

type Step = { view: PlacedView; reason: Reason };

/** What the first crawl of orders has not brought yet: the table, or some of its columns. */
export type Missing = { table: string; columns?: string[] };

export type Plan =
  | { kind: 'waiting'; missing: Missing }
  /** `live` are the database's tables by name, as they stood when the plan was made. */
  | { kind: 'ready'; steps: Step[]; unchanged: string[]; live: Map<string, Table> };

/** Throws ViewsError when the views cannot be published as they are written. */
export async function planViews(glue: GlueClient, target: Target): Promise<Plan> {
  const views = inOrder(target.views, [target.table.name]);
  const live = await liveTables(glue, target.database);
  const missing = missingFrom(live.get(target.table.name), target.table);
  if (missing) return { kind: 'waiting', missing };
  const steps: Step[] = [];
  for (const view of views) {
    const reason = reasonFor(view, live, steps);
    if (reason) steps.push({ view, reason });
  }
  const anew = new Set(steps.map(({ view }) => view.name));
  const unchanged = views.map(({ name }) => name).filter((name) => !anew.has(name));
  return { kind: 'ready', steps, unchanged, live };
}

export function missingText({ table, columns }: Missing): string {
  if (!columns) return `There is no table ${table} yet: the first crawl after the first order makes it.`;
  return (
    `The table ${table} has no column ${columns.join(', ')}: it holds rows that did not come through the ` +
    'pipeline, and the crawl after the first order adds the rest.'
  );
}

function missingFrom(table: Table | undefined, wanted: Target['table']): Missing | undefined {
  if (!table) return { table: wanted.name };
  const found = new Set(columnsOf(table).map(({ name }) => name));
  const columns = wanted.columns.filter((column) => !found.has(column));
  return columns.length > 0 ? { table: wanted.name, columns } : undefined;
}

function reasonFor(
  view: PlacedView,
  live: ReadonlyMap<string, Table>,
  steps: readonly Step[],
): Reason | undefined {
  const table = live.get(view.name);
  if (!table) return 'new';
  if (!isView(table))
    throw new ViewsError(
      `${view.name} is a table in the catalog, so no view can have its name.`,
      `Rename sql/views/${view.name}.sql, or delete the table if nobody needs it.`,
    );
  const found = stampOf(table);
  const below = view.reads.flatMap((name) => live.get(name) ?? []);
  const wanted = stampFor(view.sql, table, below);
  if (!found || found.stored !== wanted.stored) return 'edited';
  if (found.source !== wanted.source) return 'changed';
  if (steps.some((step) => view.reads.includes(step.view.name))) return 'above';
  return found.below === wanted.below ? undefined : 'stale';
}
