/**
 * `npm run query -- "SELECT …"`: asks Athena, on this machine or on AWS, and prints the answer. What it costs (bytes
 * scanned, time) goes to standard error, so that the answer alone can be piped on.
 */

import { AthenaClient } from '@aws-sdk/client-athena';
import { BASE_NAMES, nameIn } from '../stacks/names.ts';
import { type Answer, ask, QueryFailed } from './athena.ts';
import { clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { complain, flags, paint, run } from './command.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { textTable } from './text-table.ts';

function readFlags() {
  return flags('Asks Athena a question.\n\nUsage: npm run query -- "SELECT …" [flags]')
    .command('$0 <sql>', false, (command) =>
      command.positional('sql', { describe: 'one statement', type: 'string', demandOption: true }),
    )
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('json', { describe: 'print an array of rows as JSON; values are text', type: 'boolean' })
    .option('csv', { describe: 'print CSV; NULL is empty, an empty text is ""', type: 'boolean' })
    .conflicts('json', 'csv')
    .example('npm run query -- "SHOW VIEWS"', 'what can be asked')
    .example('npm run query -- "SELECT * FROM top_products ORDER BY sales_rank LIMIT 10"', 'on this machine')
    .example('npm run query -- --env dev --csv "SELECT * FROM sales_by_minute ORDER BY minute"', 'on AWS')
    .epilogue('Exit codes: 0 answered, 1 the query failed, 64 a flag is wrong or nobody answers.')
    .parseAsync();
}

async function main(): Promise<number> {
  const { env, endpoint, sql, json, csv } = await readFlags();
  const config = clientConfig(env, endpoint);
  const client = new AthenaClient(config);
  const question = {
    sql: String(sql),
    workGroup: nameIn(env, BASE_NAMES.workgroup),
    database: nameIn(env, BASE_NAMES.database),
  };
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    const answer = await reaching(config, () => ask(client, question, interrupted.signal));
    console.log(json ? jsonText(answer) : csv ? csvText(answer) : textTable(answer.columns, answer.rows));
    console.error(paint('dim', costText(answer)));
    return EXIT_OK;
  } catch (error) {
    if (error instanceof QueryFailed) complain(error);
    else if ((error as Error).name === 'InvalidRequestException')
      complain({ message: `Athena: ${(error as Error).message}`, nextStep: 'Correct the SQL.' });
    else throw error;
    return EXIT_FAILED;
  } finally {
    client.destroy();
  }
}

function jsonText({ columns, rows }: Answer): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  return JSON.stringify(objects, null, 2);
}

function csvText({ columns, rows }: Answer): string {
  const line = (values: readonly (string | null)[]) => values.map(csvValue).join(',');
  return [line(columns.map(({ name }) => name)), ...rows.map(line)].join('\n');
}

function csvValue(value: string | null): string {
  if (value === null) return '';
  return value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function costText({ rows, scannedBytes, milliseconds }: Answer): string {
  const count = rows.length.toLocaleString('en-US');
  const scanned = scannedBytes.toLocaleString('en-US');
  return `${count} ${rows.length === 1 ? 'row' : 'rows'}, ${scanned} bytes scanned, ${milliseconds} ms`;
}

await run(main);
