/**
 * The columns that views would have if they were published now, asked of Athena without publishing anything: views that
 * are about to change stand as WITH queries before the question, and `LIMIT 0` reads no file.
 *
 *     plan → [derive-columns] → athena
 */

import type { AthenaClient } from '@aws-sdk/client-athena';
import { type PlacedView, withFileLine } from '../../lambdas/publish-views/dependencies.ts';
import { ask, QueryFailed } from '../athena.ts';

export type Columns = readonly { name: string; type: string }[];
/** `refused` has Athena's own words: the view could not be published. */
export type Derived = { kind: 'columns'; columns: Columns } | { kind: 'refused'; why: string };

/** For each view in `views`, which stand in the order of publishing. */
export async function deriveColumns(
  athena: AthenaClient,
  where: { database: string; workGroup: string },
  views: readonly PlacedView[],
): Promise<Map<string, Derived>> {
  const derived = new Map<string, Derived>();
  for (const view of views) {
    const below = neededBy(view, views);
    const broken = below.find(({ name }) => derived.get(name)?.kind === 'refused');
    derived.set(
      view.name,
      broken
        ? { kind: 'refused', why: `${broken.name}, which it reads, is refused` }
        : await derive(athena, where, view, below),
    );
  }
  return derived;
}

async function derive(
  athena: AthenaClient,
  where: { database: string; workGroup: string },
  view: PlacedView,
  below: readonly PlacedView[],
): Promise<Derived> {
  const named = below.map(({ name, sql }) => `${name} AS (\n${sql}\n),\n`).join('');
  const before = `WITH ${named}${view.name} AS (\n`;
  try {
    const { columns } = await ask(athena, {
      ...where,
      sql: `${before}${view.sql}\n)\nSELECT * FROM ${view.name} LIMIT 0`,
    });
    return {
      kind: 'columns',
      columns: columns.map(({ name, type }) => ({ name, type: catalogType(type) })),
    };
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error;
    return { kind: 'refused', why: withFileLine(error.message, view, before.split('\n').length - 1) };
  }
}

/** Of the changing views, those that `view` reads, directly or not, in their order. */
function neededBy(view: PlacedView, views: readonly PlacedView[]): PlacedView[] {
  const needed = new Set(view.reads.keys());
  for (const other of [...views].reverse())
    if (needed.has(other.name)) for (const name of other.reads.keys()) needed.add(name);
  return views.filter(({ name }) => name !== view.name && needed.has(name));
}

/** A type of a query's result as Glue's catalog has it for a view: Hive's names. */
function catalogType(type: string): string {
  if (/^(varchar|char|json)/.test(type)) return 'string';
  if (type === 'integer') return 'int';
  if (type === 'varbinary') return 'binary';
  return type.replace(/ with time zone$/, '').replace(/\(3\)$/, '');
}
