/**
 * `npm run views -- lineage | profile`: what the views of sql/ read, as text and as a picture; and how the sales of a
 * day were spread, as rows for sql/seeds/event_profiles.csv. It publishes nothing; `npm run apply-views` does.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { AthenaClient } from '@aws-sdk/client-athena';
import { ViewsError } from '../lambdas/publish-views/dependencies.ts';
import { BASE_NAMES, type EnvironmentName, nameIn } from '../stacks/names.ts';
import { ask, QueryFailed } from './athena.ts';
import { clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { complain, flags, paint, run, UsageError } from './command.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { currentLineage, lineageText } from './views/lineage.ts';
import { lineagePicture } from './views/picture.ts';
import { measureProfile, type Profile, profileRows, withProfile } from './views/profile.ts';

const PROFILES = new URL('../sql/seeds/event_profiles.csv', import.meta.url);

type LineageFlags = { json: boolean; svg: string | undefined };
type ProfileFlags = {
  env: EnvironmentName;
  endpoint: string | undefined;
  day: string[];
  name: string | undefined;
  write: boolean;
  json: boolean;
};

async function main(): Promise<number> {
  let code: number = EXIT_OK;
  const json = { describe: 'print JSON', type: 'boolean', default: false } as const;
  await flags('What the views of sql/ read, and what their seeds are made of.')
    .command(
      'lineage',
      'what each view reads, and how often it scans the table',
      (command) =>
        command
          .option('json', json)
          .option('svg', { describe: 'write the picture into this file', type: 'string' })
          .example('npm run views -- lineage', 'the graph as text')
          .example('npm run views -- lineage --svg views.svg', 'as a picture; docs/views.svg is it'),
      async (given) => {
        code = await showLineage(given);
      },
    )
    .command(
      'profile',
      "how a day's sales were spread: rows for sql/seeds/event_profiles.csv",
      (command) =>
        command
          .option('day', {
            describe: "the shop's date of a whole day; may be given again, and the days are added up",
            type: 'string',
            array: true,
            demandOption: true,
          })
          .option('name', {
            describe: "the profile's name (default: from the day's event)",
            type: 'string',
          })
          .option('write', {
            describe: 'write the rows into sql/seeds/event_profiles.csv, in place of the same profile',
            type: 'boolean',
            default: false,
          })
          .option('env', ENV_FLAG)
          .option('endpoint', ENDPOINT_FLAG)
          .option('json', json)
          .example(
            'npm run views -- profile --env prod --day 2026-11-27 --name black-friday-2026 --write',
            'the last event becomes the profile of the next',
          )
          .example(
            'npm run views -- profile --day 2026-11-23 --day 2026-11-24 --name normal-day',
            'from two days together, printed',
          ),
      async (given) => {
        code = await showProfile(given);
      },
    )
    .demandCommand(1, 'Say what: lineage or profile.')
    .epilogue(
      'Exit codes: 0 done, 1 the views cannot be published as they are or the query failed, 64 a flag is wrong, ' +
        'nobody answers, or the day is not whole.',
    )
    .parseAsync();
  return code;
}

async function showLineage({ json, svg }: LineageFlags): Promise<number> {
  try {
    const nodes = await currentLineage();
    if (svg !== undefined) writeTo(svg, lineagePicture(nodes));
    console.log(json ? JSON.stringify(nodes, null, 2) : lineageText(nodes));
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof ViewsError)) throw error;
    complain(error);
    return EXIT_FAILED;
  }
}

async function showProfile({ env, endpoint, day, name, write, json }: ProfileFlags): Promise<number> {
  const config = clientConfig(env, endpoint);
  const client = new AthenaClient(config);
  const where = { workGroup: nameIn(env, BASE_NAMES.workgroup), database: nameIn(env, BASE_NAMES.database) };
  try {
    const profile = await reaching(config, () =>
      measureProfile(
        async (sql) => {
          const { columns, rows } = await ask(client, { ...where, sql });
          return rows.map((row) =>
            Object.fromEntries(columns.map(({ name: column }, at) => [column, row[at] ?? null])),
          );
        },
        day,
        name,
      ),
    );
    if (write) writeFileSync(PROFILES, withProfile(readFileSync(PROFILES, 'utf8'), profile));
    if (json) console.log(JSON.stringify(jsonOf(profile), null, 2));
    else if (!write) console.log(profileRows(profile).join('\n'));
    for (const line of notes(profile, write)) console.error(paint('dim', line, process.stderr));
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof QueryFailed)) throw error;
    complain(error.message.includes('TABLE_NOT_FOUND') ? notPublished(env, error.message) : error);
    return EXIT_FAILED;
  } finally {
    client.destroy();
  }
}

function notPublished(env: EnvironmentName, message: string): { message: string; nextStep: string } {
  const command = `npm run apply-views${env === 'local' ? '' : ` -- --env ${env}`}`;
  return {
    message,
    nextStep: `Publish the views first: ${command}. They wait for the first crawl of orders.`,
  };
}

function jsonOf({ name, days, orders, units }: Profile): unknown {
  return { profile: name, days, orders, shares: units.map((share) => Number(share) / 1e8) };
}

function notes({ name, days, orders, cents }: Profile, written: boolean): string[] {
  const empty = cents.filter((each) => each === 0n).length;
  return [
    `${name}: ${orders.toLocaleString('en-US')} orders of ${days.join(', ')}`,
    ...(empty > 0
      ? [
          `${empty} of its ${cents.length} quarters of an hour sold nothing: is that the shop, or were orders lost?`,
        ]
      : []),
    written
      ? 'Written into sql/seeds/event_profiles.csv; name it in sql/seeds/event_calendar.csv, and publish.'
      : 'Put the rows into sql/seeds/event_profiles.csv (--write does), and name the profile in event_calendar.csv.',
  ];
}

function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${(error as Error).message}`,
      'Give --svg a file in a directory that is there.',
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
