/**
 * What can be known of the views before anything is sent to Athena: their names, the order in which they can be
 * published (each after those that it reads), and how often each reads the crawled table. What is wrong is a
 * ViewsError, before any view is changed.
 */

/** How often a query reads each table or view that it names. */
export type Reads = ReadonlyMap<string, number>;

export type View = { name: string; sql: string; reads: Reads };

/** A view in its place. `scans` is how often it reads the crawled table, through all that it reads: Athena puts a
 * view's query in wherever its name is used, and bills each reading. */
export type PlacedView = View & { scans: number };

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
/** https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html (Glue's own limit) */
const NAME_CHARACTERS_MAX = 255;
/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const QUERY_BYTES_MAX = 262_144;
/** How often a view may read the crawled table where its head does not say (`-- scans: 1`). */
const SCANS_MAX = 2;

/** How many lines of the statement stand before the view's SQL. */
export const STATEMENT_LINES_BEFORE = 1;

export function createStatement({ name, sql }: { name: string; sql: string }): string {
  return `CREATE OR REPLACE VIEW ${name} AS\n${sql}`;
}

/**
 * Athena's words with the line of the view's own file in the place of the statement's: `linesBefore` of the statement
 * stand before the view's SQL. A line that is not the view's is left as it is.
 */
export function withFileLine(why: string, { sql }: Pick<View, 'sql'>, linesBefore: number): string {
  return why.replace(/\bline (\d+):(\d+)/, (place, line: string, column: string) => {
    const own = Number(line) - linesBefore;
    return own >= 1 && own <= sql.split('\n').length ? `line ${own}:${column}` : place;
  });
}

/** Views in the order in which they can be published; `table` is the crawled one. */
export function inOrder(views: readonly View[], table: string): PlacedView[] {
  const placed = new Map<string, PlacedView>();
  const byName = new Map<string, View>();
  for (const view of views) {
    if (byName.has(view.name)) throw twice(view.name);
    byName.set(view.name, view);
    checkForm(view);
  }

  function place(view: View, path: readonly string[]): PlacedView {
    const already = placed.get(view.name);
    if (already) return already;
    if (path.includes(view.name)) {
      const circle = [...path.slice(path.indexOf(view.name)), view.name].join(' → ');
      throw new ViewsError(
        `Views read one another in a circle: ${circle}.`,
        'Let one of them read the table instead.',
      );
    }
    let scans = 0;
    for (const [name, times] of view.reads) {
      const other = byName.get(name);
      if (other) scans += times * place(other, [...path, view.name]).scans;
      else if (name === table) scans += times;
      else throw unknownTable(view.name, name, table);
    }
    checkBudget(view, scans, table);
    const answer = { ...view, scans };
    placed.set(view.name, answer);
    return answer;
  }

  for (const view of [...views].sort((a, b) => (a.name < b.name ? -1 : 1))) place(view, []);
  return [...placed.values()];
}

function checkForm({ name, sql }: View): void {
  if (!NAME.test(name) || name.length > NAME_CHARACTERS_MAX)
    throw new ViewsError(
      `"${name}" is no name for a view.`,
      `Rename sql/views/${name}.sql: a lower-case letter, then lower-case letters, digits and _, 255 at most.`,
    );
  const bytes = new TextEncoder().encode(createStatement({ name, sql })).length;
  if (bytes > QUERY_BYTES_MAX)
    throw new ViewsError(
      `The statement of ${name} has ${bytes} bytes; Athena takes ${QUERY_BYTES_MAX}.`,
      'Split it: a view may read another, a seed may be two.',
    );
}

function checkBudget({ name, sql }: View, scans: number, table: string): void {
  const stated = /^-- scans: (\d+)$/m.exec(sql)?.[1];
  const budget = Number(stated ?? SCANS_MAX);
  if (scans <= budget) return;
  throw new ViewsError(
    `${name} reads ${table} ${scans} times; ${stated ? `its head allows ${budget}` : `${SCANS_MAX} are allowed where its head does not say`}.`,
    'Athena puts views in wherever they are named and bills each reading: read a view once and use windows or ' +
      `FILTER, or state \`-- scans: ${scans}\` in the head of sql/views/${name}.sql.`,
  );
}

function twice(name: string): ViewsError {
  return new ViewsError(
    `There are two files of the view ${name}.`,
    `Keep one of sql/views/${name}.sql and sql/seeds/${name}.csv: both would be published under that name.`,
  );
}

function unknownTable(view: string, name: string, table: string): ViewsError {
  if (name.includes('.'))
    return new ViewsError(
      `${view} reads ${name}, a table of a database that it names.`,
      'Write the name without a database: it differs between environments.',
    );
  return new ViewsError(
    `${view} reads ${name}, which is neither a view in sql/views, nor a seed, nor ${table}.`,
    `Correct the name in sql/views/${view}.sql, or add sql/views/${name}.sql.`,
  );
}
