/**
 * `npm run apply-views -- --env dev`: brings the live views up to `sql/`, as the Lambda does after each crawl
 * (lambdas/publish-views), but at once and from this working copy. `--plan` says what would change, and why, and
 * changes nothing.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { CONTRACT, faultText } from '../lambdas/publish-views/contract.ts';
import { ViewsError } from '../lambdas/publish-views/dependencies.ts';
import {
  missingText,
  type Plan,
  planViews,
  REASONS,
  type ReadyPlan,
  type Reason,
  type Target,
} from '../lambdas/publish-views/plan.ts';
import { carryOut, dropOrphans, type LogLine, PublishFailed } from '../lambdas/publish-views/publish.ts';
import { BASE_NAMES, type EnvironmentName, nameIn, ORDERS_TABLE } from '../stacks/names.ts';
import { clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_CHANGES, EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { deriveColumns } from './views/derive-columns.ts';
import { findCulprit } from './views/find-culprit.ts';
import { readViews } from './views/read-views.ts';
import { planText, viewChanges } from './views/show-plan.ts';

/** Throttling is waited out by the SDK, with jitter. */
const ATTEMPTS_MAX = 8;

function readFlags() {
  return flags('Publishes the views of sql/ to Athena.\n\nUsage: npm run apply-views -- [flags]')
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('plan', {
      describe: 'only say what would be published, and why',
      type: 'boolean',
      default: false,
    })
    .option('only', {
      describe: 'this view, what it reads and what reads it; may be given again',
      type: 'string',
      array: true,
    })
    .option('prune', {
      describe: 'drop views that were published from here and are not in sql/ any more',
      // No default: yargs takes one for a given flag, and it would be in conflict with --only.
      type: 'boolean',
    })
    .conflicts('only', 'prune')
    .option('json', { describe: 'print the plan or the result as JSON', type: 'boolean', default: false })
    .example('npm run apply-views', 'to the engine on this machine')
    .example('npm run apply-views -- --env dev --plan', 'what would change on AWS')
    .example('npm run apply-views -- --env dev', 'change it; a second run changes nothing')
    .example('npm run apply-views -- --only top_products', 'that view, those below it and those above it')
    .epilogue(
      'Exit codes: 0 the views are as in sql/, 1 they could not be published or the crawled table breaks the ' +
        'contract, 2 --plan found something to publish or to drop, 64 a flag is wrong or nobody answers.',
    )
    .parseAsync();
}

type Flags = Awaited<ReturnType<typeof readFlags>>;
type Clients = { athena: AthenaClient; glue: GlueClient; s3: S3Client };

async function main(): Promise<number> {
  const given = await readFlags();
  const { env, endpoint, only } = given;
  const config = { ...clientConfig(env, endpoint), maxAttempts: ATTEMPTS_MAX };
  const clients: Clients = {
    athena: new AthenaClient(config),
    glue: new GlueClient(config),
    s3: new S3Client({ ...config, forcePathStyle: env === 'local' }),
  };
  try {
    const target: Target = {
      database: nameIn(env, BASE_NAMES.database),
      workGroup: nameIn(env, BASE_NAMES.workgroup),
      views: await readViews(),
      table: { name: ORDERS_TABLE, contract: CONTRACT },
      by: 'person',
      ...(only && only.length > 0 ? { only } : {}),
    };
    return await reaching(config, async () =>
      answer(clients, target, await planned(clients.glue, target), given),
    );
  } catch (error) {
    if (!(error instanceof ViewsError || error instanceof PublishFailed)) throw error;
    complain(error);
    return EXIT_FAILED;
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function planned(glue: GlueClient, target: Target): Promise<Plan> {
  try {
    return await planViews(glue, target);
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'EntityNotFoundException')
      throw new UsageError(
        `There is no database ${target.database} here.`,
        'Deploy the environment first, or name another one with --env.',
      );
    if (name === 'AccessDeniedException')
      throw new UsageError(
        `Glue refused: ${message}`,
        `Whoever publishes views needs glue:GetTables, CreateTable, UpdateTable and DeleteTable on ${target.database}.`,
      );
    throw error;
  }
}

async function answer(clients: Clients, target: Target, plan: Plan, given: Flags): Promise<number> {
  switch (plan.kind) {
    case 'waiting':
      return wait(plan, given);
    case 'refused':
      return refuse(clients.s3, target, plan, given.json);
    case 'ready':
      return given.plan ? show(clients, target, plan, given) : publish(clients, target, plan, given);
  }
}

function wait({ missing }: Extract<Plan, { kind: 'waiting' }>, { env, json }: Flags): number {
  if (json) console.log(JSON.stringify({ published: [], unchanged: [], missing }, null, 2));
  complain({
    message: missingText(missing),
    nextStep: `To crawl now: aws glue start-crawler --name ${nameIn(env as EnvironmentName, BASE_NAMES.crawler)}`,
  });
  return EXIT_FAILED;
}

/** The contract is broken: which columns, and which file of the lake made the crawler say so. */
async function refuse(
  s3: S3Client,
  target: Target,
  { table, faults }: Extract<Plan, { kind: 'refused' }>,
  json: boolean,
): Promise<number> {
  const told = [];
  for (const fault of faults) told.push({ ...fault, culprit: await findCulprit(s3, table, fault.column) });
  if (json) console.log(JSON.stringify({ contract: told }, null, 2));
  for (const { culprit, ...fault } of told)
    complain({
      message: faultText(target.table.name, fault),
      nextStep: culprit
        ? `${culprit.address}, line ${culprit.line}, has ${culprit.value}. Move it away or mend it, and crawl again.`
        : 'None of the newest objects has such a row: the column was retyped by hand, or an older object has it.',
    });
  console.error('      Nothing was published: the views stay as they are.');
  return EXIT_FAILED;
}

async function show(clients: Clients, target: Target, plan: ReadyPlan, { json }: Flags): Promise<number> {
  const derived = await deriveColumns(
    clients.athena,
    target,
    plan.steps.map(({ view }) => view),
  );
  const changes = viewChanges(plan, derived);
  const { unchanged, orphans, unknown } = plan;
  if (json) console.log(JSON.stringify({ publish: changes, unchanged, drop: orphans, unknown }, null, 2));
  else {
    const text = planText(changes, plan, '--prune drops it');
    if (text !== '') console.log(text);
    console.log(
      `${target.database}: ${counted(changes.length)} to publish, ${unchanged.length} unchanged` +
        (orphans.length > 0 ? `, ${orphans.length} left over` : ''),
    );
  }
  if (changes.some(({ refused }) => refused !== undefined)) return EXIT_FAILED;
  return changes.length + orphans.length > 0 ? EXIT_CHANGES : EXIT_OK;
}

async function publish(
  clients: Clients,
  target: Target,
  plan: ReadyPlan,
  { json, prune }: Flags,
): Promise<number> {
  const means = { ...clients, pause, log: json ? () => {} : tell };
  const result = await carryOut(means, target, plan);
  if (prune) await dropOrphans(means, target, plan);
  const dropped = prune ? plan.orphans : [];
  const left = prune ? [] : plan.orphans;
  if (json) console.log(JSON.stringify({ ...result, dropped, left }, null, 2));
  else {
    if (left.length > 0)
      console.log(`  not in sql/ any more, and left: ${left.join(', ')} (--prune drops them)`);
    console.log(
      `${target.database}: ${counted(result.published.length)} published, ${result.unchanged.length} unchanged` +
        (dropped.length > 0 ? `, ${dropped.length} dropped` : ''),
    );
  }
  return EXIT_OK;
}

/** What a person at a terminal wants of the publisher's log. */
function tell({ message, view, reason, columns }: LogLine): void {
  if (message === 'view published')
    console.log(`${paint('green', 'published')} ${view}  ${paint('dim', REASONS[reason as Reason])}`);
  if (message === 'view dropped') console.log(`${paint('red', 'dropped')} ${view}`);
  if (message === 'columns that no schema names')
    console.log(paint('dim', `  columns that no schema names: ${(columns as string[]).join(', ')}`));
}

function counted(views: number): string {
  return views === 1 ? '1 view' : `${views} views`;
}

await run(main);
