/**
 * `npm run apply-views -- --env dev`: brings the live views up to `sql/views`, as the Lambda does after each crawl
 * (lambdas/publish-views), but at once and from this working copy. `--plan` says what would change and changes nothing.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { ViewsError } from '../lambdas/publish-views/dependencies.ts';
import { LAKE_COLUMNS } from '../lambdas/publish-views/lake-columns.ts';
import {
  type Missing,
  missingText,
  type Plan,
  planViews,
  REASONS,
  type Reason,
  type Target,
} from '../lambdas/publish-views/plan.ts';
import { carryOut, type LogLine, PublishFailed } from '../lambdas/publish-views/publish.ts';
import { BASE_NAMES, type EnvironmentName, nameIn, ORDERS_TABLE } from '../stacks/names.ts';
import { clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_CHANGES, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { readViews } from './views.ts';

function readFlags() {
  return flags('Publishes the views of sql/views to Athena.\n\nUsage: npm run apply-views -- [flags]')
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('plan', {
      describe: 'only say what would be published, and why',
      type: 'boolean',
      default: false,
    })
    .option('json', { describe: 'print the plan or the result as JSON', type: 'boolean', default: false })
    .example('npm run apply-views', 'to the engine on this machine')
    .example('npm run apply-views -- --env dev --plan', 'what would change on AWS')
    .example('npm run apply-views -- --env dev', 'change it; a second run changes nothing')
    .epilogue(
      'Exit codes: 0 the views are as in sql/views, 1 they could not be published, ' +
        '2 --plan found something to publish (or a flag is wrong, or nobody answers: said on standard error).',
    )
    .parseAsync();
}

async function main(): Promise<number> {
  const { env, endpoint, plan: planOnly, json } = await readFlags();
  const config = clientConfig(env, endpoint);
  const means = {
    athena: new AthenaClient(config),
    glue: new GlueClient(config),
    pause,
    log: json ? () => {} : tell,
  };
  const target: Target = {
    database: nameIn(env, BASE_NAMES.database),
    workGroup: nameIn(env, BASE_NAMES.workgroup),
    views: readViews(),
    table: { name: ORDERS_TABLE, columns: LAKE_COLUMNS },
  };
  try {
    return await reaching(config, async () => {
      const plan = await planned(means.glue, target);
      if (plan.kind === 'waiting') return wait(plan.missing, env, json);
      if (planOnly) return show(plan, target, json);
      const result = await carryOut(means, target, plan);
      if (json) console.log(JSON.stringify(result, null, 2));
      else
        console.log(
          `${target.database}: ${counted(result.published.length)} published, ${result.unchanged.length} unchanged`,
        );
      return EXIT_OK;
    });
  } catch (error) {
    if (!(error instanceof ViewsError || error instanceof PublishFailed)) throw error;
    complain(error);
    return EXIT_FAILED;
  } finally {
    means.athena.destroy();
    means.glue.destroy();
  }
}

async function planned(glue: GlueClient, target: Target): Promise<Plan> {
  try {
    return await planViews(glue, target);
  } catch (error) {
    if ((error as Error).name !== 'EntityNotFoundException') throw error;
    throw new UsageError(
      `There is no database ${target.database} here.`,
      'Deploy the environment first, or name another one with --env.',
    );
  }
}

/** What a person at a terminal wants of the publisher's log. */
function tell({ message, view, reason }: LogLine): void {
  if (message !== 'view published') return;
  console.log(`${paint('green', 'published')} ${view}  ${paint('dim', REASONS[reason as Reason])}`);
}

function wait(missing: Missing, env: EnvironmentName, json: boolean): number {
  if (json) console.log(JSON.stringify({ published: [], unchanged: [], missing }, null, 2));
  complain({
    message: missingText(missing),
    nextStep: `To crawl now: aws glue start-crawler --name ${nameIn(env, BASE_NAMES.crawler)}`,
  });
  return EXIT_FAILED;
}

function show({ steps, unchanged }: Extract<Plan, { kind: 'ready' }>, target: Target, json: boolean): number {
  const changes = steps.map(({ view, reason }) => ({ view: view.name, reason }));
  if (json) console.log(JSON.stringify({ publish: changes, unchanged }, null, 2));
  else {
    const width = Math.max(0, ...changes.map(({ view }) => view.length));
    for (const { view, reason } of changes)
      console.log(
        `${reason === 'new' ? paint('green', '+') : paint('yellow', '~')} ${view.padEnd(width)}  ${REASONS[reason]}`,
      );
    console.log(`${target.database}: ${counted(changes.length)} to publish, ${unchanged.length} unchanged`);
  }
  return changes.length > 0 ? EXIT_CHANGES : EXIT_OK;
}

function counted(views: number): string {
  return views === 1 ? '1 view' : `${views} views`;
}

await run(main);
