/**
 * Brings the live views up to `sql/views`: publishes what differs, each view after those that it reads, one at a
 * time. The Lambda and `npm run apply-views` both call it.
 *
 *     plan → [publish] → athena, catalog
 *
 * It keeps no state but the stamps in the catalog, so a run that was interrupted is mended by the next one. It never
 * drops a view, and leaves alone those that the repository does not have.
 */

import type { AthenaClient } from '@aws-sdk/client-athena';
import type { GlueClient } from '@aws-sdk/client-glue';
import { liveTable, stamp, stampFor } from './catalog.ts';
import { type Missing, missingText, type Plan, planViews, type Target } from './plan.ts';
import { type Pause, runStatement } from './run-statement.ts';

export type LogLine = { level: 'info' | 'error'; message: string; [detail: string]: unknown };

export type Means = {
  athena: AthenaClient;
  glue: GlueClient;
  pause: Pause;
  log(line: LogLine): void;
};

export type Published = { published: string[]; unchanged: string[]; missing?: Missing };

/** A view that Athena refused. Those in `published` are live; those after it wait for the next run. */
export class PublishFailed extends Error {
  readonly view: string;
  readonly published: readonly string[];
  readonly nextStep: string;

  constructor(view: string, published: readonly string[], cause: unknown) {
    super(`The view ${view} was not published: ${(cause as Error).message}`, { cause });
    this.view = view;
    this.published = published;
    const before = published.length > 0 ? `Published before it: ${published.join(', ')}. ` : '';
    this.nextStep = `${before}Correct what it says (sql/views/${view}.sql) and run again; only the rest is published.`;
  }
}

/** Throws ViewsError for views that no run could publish, PublishFailed for one that Athena refuses. */
export async function publishViews(means: Means, target: Target): Promise<Published> {
  return carryOut(means, target, await planViews(means.glue, target));
}

/** Publishes what a plan of just now says. */
export async function carryOut(means: Means, target: Target, plan: Plan): Promise<Published> {
  const { log } = means;
  if (plan.kind === 'waiting') {
    log({ level: 'info', message: 'nothing published', why: missingText(plan.missing) });
    return { published: [], unchanged: [], missing: plan.missing };
  }
  const { steps, unchanged, live } = plan;
  const published: string[] = [];
  for (const { view, reason } of steps) {
    const { name } = view;
    try {
      await runStatement(means.athena, means.pause, {
        sql: `CREATE OR REPLACE VIEW ${name} AS\n${view.sql}`,
        workGroup: target.workGroup,
        database: target.database,
      });
      const table = await liveTable(means.glue, target.database, name);
      live.set(name, table);
      const below = view.reads.flatMap((each) => live.get(each) ?? []);
      await stamp(means.glue, target.database, table, stampFor(view.sql, table, below));
    } catch (error) {
      const failed = new PublishFailed(name, published, error);
      log({ level: 'error', message: 'view failed', view: name, reason, error: failed.message });
      throw failed;
    }
    log({ level: 'info', message: 'view published', view: name, reason });
    published.push(name);
  }
  log({ level: 'info', message: 'views are up to date', published, unchanged });
  return { published, unchanged };
}
