/**
 * Brings the live views up to `sql/`: publishes what differs, each view after those that it reads, one at a time. The
 * Lambda and `npm run apply-views` both call it.
 *
 *     plan → [publish] → athena, catalog
 *
 * It keeps no state but the stamps in the catalog, so a run that was interrupted is mended by the next one. A view that
 * Athena refuses stops those that read it and no others. It leaves alone the views that the repository never had.
 */

import type { AthenaClient } from '@aws-sdk/client-athena';
import type { GlueClient } from '@aws-sdk/client-glue';
import { liveTable, nowReplaced, stamp, stampFor } from './catalog.ts';
import { type ContractFault, faultText } from './contract.ts';
import { createStatement, STATEMENT_LINES_BEFORE, withFileLine } from './dependencies.ts';
import { type Missing, missingText, planViews, type ReadyPlan, type Target, tablesBelow } from './plan.ts';
import { type Pause, runStatement } from './run-statement.ts';

export type LogLine = { level: 'info' | 'error'; message: string; [detail: string]: unknown };

export type Means = {
  athena: AthenaClient;
  glue: GlueClient;
  pause: Pause;
  log(line: LogLine): void;
};

export type Published = { published: string[]; unchanged: string[]; missing?: Missing };

/** `why` has Athena's or Glue's own words. */
export type Failure = { view: string; why: string };

/** Some views could not be published: those in `published` are live, those that read a failed one were left as they
 * are. */
export class PublishFailed extends Error {
  readonly failures: readonly Failure[];
  readonly published: readonly string[];
  readonly left: readonly string[];
  readonly nextStep: string;

  constructor(failures: readonly Failure[], published: readonly string[], left: readonly string[]) {
    super(failures.map(({ view, why }) => `The view ${view} was not published: ${why}`).join('\n'));
    this.failures = failures;
    this.published = published;
    this.left = left;
    const files = failures.map(({ view }) => `sql/views/${view}.sql`).join(', ');
    this.nextStep =
      (published.length > 0 ? `Published: ${published.join(', ')}. ` : '') +
      (left.length > 0 ? `Left as they were, since they read it: ${left.join(', ')}. ` : '') +
      `Correct what it says (${files}) and run again; only the rest is published.`;
  }
}

/** The crawled table cannot carry what schemas/ promises; nothing was changed. */
export class ContractBroken extends Error {
  readonly faults: readonly ContractFault[];
  readonly nextStep: string;

  constructor(table: string, faults: readonly ContractFault[]) {
    super(faults.map((fault) => faultText(table, fault)).join('\n'));
    this.faults = faults;
    this.nextStep =
      'The views stay as they are. `npm run apply-views -- --plan` names a file of the lake with such a row: move it ' +
      'away or mend it, and crawl again.';
  }
}

/** Throws ViewsError for views that no run could publish, ContractBroken for a table on which none should stand, and
 * PublishFailed for those that Athena refuses. */
export async function publishViews(means: Means, target: Target): Promise<Published> {
  const plan = await planViews(means.glue, target);
  switch (plan.kind) {
    case 'waiting':
      means.log({ level: 'info', message: 'nothing published', why: missingText(plan.missing) });
      return { published: [], unchanged: [], missing: plan.missing };
    case 'refused': {
      const broken = new ContractBroken(target.table.name, plan.faults);
      means.log({ level: 'error', message: 'contract broken', error: broken.message });
      throw broken;
    }
    case 'ready':
      return carryOut(means, target, plan);
  }
}

/** Publishes what a plan of just now says. */
export async function carryOut(means: Means, target: Target, plan: ReadyPlan): Promise<Published> {
  const { log } = means;
  const published: string[] = [];
  const failures: Failure[] = [];
  const stopped = new Set<string>();
  for (const { view, reason } of plan.steps) {
    const { name } = view;
    if ([...view.reads.keys()].some((each) => stopped.has(each))) {
      stopped.add(name);
      continue;
    }
    try {
      await publishOne(means, target, plan, view);
    } catch (error) {
      const why = withFileLine((error as Error).message, view, STATEMENT_LINES_BEFORE);
      log({ level: 'error', message: 'view failed', view: name, reason, error: why });
      stopped.add(name);
      failures.push({ view: name, why });
      continue;
    }
    log({ level: 'info', message: 'view published', view: name, reason });
    published.push(name);
  }
  const failed = new Set(failures.map(({ view }) => view));
  if (failures.length > 0)
    throw new PublishFailed(
      failures,
      published,
      [...stopped].filter((name) => !failed.has(name)),
    );
  if (plan.unknown.length > 0)
    log({ level: 'info', message: 'columns that no schema names', columns: plan.unknown });
  log({ level: 'info', message: 'views are up to date', published, unchanged: plan.unchanged });
  return { published, unchanged: plan.unchanged };
}

async function publishOne(
  { athena, glue, pause }: Means,
  { database, workGroup, by }: Target,
  { live }: ReadyPlan,
  view: ReadyPlan['steps'][number]['view'],
): Promise<void> {
  const before = live.get(view.name);
  await runStatement(athena, pause, { sql: createStatement(view), workGroup, database });
  const table = await liveTable(glue, database, view.name);
  live.set(view.name, table);
  const value = stampFor(view.sql, table, tablesBelow(view, live));
  await stamp(glue, database, table, {
    value,
    sql: view.sql,
    replaced: nowReplaced(by, before, value.source),
  });
}

/** Drops views of ours that `sql/` no longer has. */
export async function dropOrphans(
  { athena, pause, log }: Means,
  { database, workGroup }: Target,
  { orphans }: ReadyPlan,
): Promise<void> {
  for (const name of orphans) {
    await runStatement(athena, pause, { sql: `DROP VIEW IF EXISTS ${name}`, workGroup, database });
    log({ level: 'info', message: 'view dropped', view: name });
  }
}
