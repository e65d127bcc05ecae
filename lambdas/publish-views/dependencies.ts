/**
 * The order in which views can be published: each after those that it reads. Known before anything is sent to
 * Athena, so that a view that cannot be is named before another one is changed.
 */

import { tablesIn } from './tables-in.ts';

export type View = { name: string; sql: string };

/** A view and what it reads directly: other views of ours, or the crawled table. */
export type PlacedView = View & { reads: readonly string[] };

/** The views as they are written cannot be published; nothing was changed. */
export class ViewsError extends Error {
  readonly nextStep: string;

  constructor(problem: string, nextStep: string) {
    super(problem);
    this.nextStep = nextStep;
  }
}

/** What Athena takes without quotes, in every place where a view's name is written. */
const NAME = /^[a-z][a-z0-9_]*$/;

/** `tables` are the names that may be read beside the views themselves. */
export function inOrder(views: readonly View[], tables: readonly string[]): PlacedView[] {
  const placed = new Map<string, PlacedView>();
  const byName = new Map(views.map((view) => [view.name, view]));
  for (const { name } of views) {
    if (!NAME.test(name))
      throw new ViewsError(
        `"${name}" is no name for a view.`,
        `Rename sql/views/${name}.sql: lower-case letters, digits and _ only.`,
      );
  }

  function place(view: View, path: readonly string[]): void {
    if (placed.has(view.name)) return;
    if (path.includes(view.name)) {
      const circle = [...path.slice(path.indexOf(view.name)), view.name].join(' → ');
      throw new ViewsError(
        `Views read one another in a circle: ${circle}.`,
        'Let one of them read the table instead.',
      );
    }
    const reads = tablesIn(view.sql);
    for (const name of reads) {
      const other = byName.get(name);
      if (other) place(other, [...path, view.name]);
      else if (!tables.includes(name)) throw unknownTable(view.name, name, tables);
    }
    placed.set(view.name, { ...view, reads });
  }

  for (const view of [...views].sort((a, b) => (a.name < b.name ? -1 : 1))) place(view, []);
  return [...placed.values()];
}

function unknownTable(view: string, name: string, tables: readonly string[]): ViewsError {
  if (name.includes('.'))
    return new ViewsError(
      `${view} reads ${name}, a table of a database that it names.`,
      'Write the name without a database: it differs between environments.',
    );
  return new ViewsError(
    `${view} reads ${name}, which is neither a view in sql/views nor ${tables.join(' or ')}.`,
    `Correct the name in sql/views/${view}.sql, or add sql/views/${name}.sql.`,
  );
}
