/**
 * `npm run orders -- --env dev --orders-per-second 50`: writes a Prime Day's orders into the table, on this machine
 * or on AWS, until Ctrl-C or --for, and says what the table acknowledged. Order number i of a seed is always the
 * same, so a run with the same seed goes on where another ended with --first.
 */

import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type OrderModel, placedAt } from '../loadtest/orders.ts';
import { BASE_NAMES, nameIn } from '../stacks/names.ts';
import { type ClientConfig, clientConfig, ENDPOINT_FLAG, ENV_FLAG, reaching } from './clients.ts';
import { flags, paint, run, UsageError } from './command.ts';
import { parseDuration } from './duration.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { type Written, writeOrders } from './write-orders.ts';

const TERMINAL_LINE_MS = 1_000;
const PLAIN_LINE_MS = 10_000;
/** A generator that is later than this says so. */
const BEHIND_MS = 1_000;

function readFlags() {
  return flags("Writes a Prime Day's orders into the table.\n\nUsage: npm run orders -- [flags]")
    .option('env', ENV_FLAG)
    .option('endpoint', ENDPOINT_FLAG)
    .option('orders-per-second', {
      describe: 'mean over a day; the curve spreads it',
      type: 'number',
      default: 20,
    })
    .option('seed', { describe: 'which Prime Day: its orders, buyers and fates', type: 'number', default: 1 })
    .option('first', { describe: 'the number of the first order', type: 'number', default: 0 })
    .option('for', { describe: 'stop after so long, such as 10m', type: 'string' })
    .option('day', {
      describe: 'how long a day of the curve lasts; order 0 opens the first',
      type: 'string',
      default: '24h',
    })
    .option('original-share', {
      describe: 'share of orders with the four original fields alone, 0 to 1',
      type: 'number',
      default: 0.1,
    })
    .option('json', { describe: 'print the summary as JSON', type: 'boolean', default: false })
    .example('npm run orders', 'to the engine on this machine, until Ctrl-C')
    .example('npm run orders -- --env dev --orders-per-second 50 --for 10m', 'ten minutes of load on AWS')
    .example('npm run orders -- --day 2m', 'the whole day’s curve in two minutes')
    .epilogue(
      'Exit codes: 0 every write was acknowledged, 1 some failed, 64 a flag is wrong or nobody answers.',
    )
    .check((argv) => {
      if (!(argv['orders-per-second'] > 0))
        throw new UsageError('--orders-per-second must be more than 0.', 'Give a number, such as 50.');
      for (const name of ['seed', 'first'] as const)
        if (!Number.isSafeInteger(argv[name]) || argv[name] < 0)
          throw new UsageError(`--${name} must be a whole number, 0 or more.`, 'Give a number, such as 0.');
      if (!(argv['original-share'] >= 0 && argv['original-share'] <= 1))
        throw new UsageError('--original-share must be between 0 and 1.', 'Give a share, such as 0.2.');
      for (const text of [argv.day, argv.for]) if (text !== undefined) parseDuration(text);
      return true;
    })
    .parseAsync();
}

type Flags = Awaited<ReturnType<typeof readFlags>>;

async function main(): Promise<number> {
  const options = await readFlags();
  const config = clientConfig(options.env, options.endpoint);
  const client = new DynamoDBClient(config);
  const tableName = nameIn(options.env, BASE_NAMES.table);
  try {
    await checkTable(client, config, tableName);
    return await write(client, tableName, options);
  } finally {
    client.destroy();
  }
}

/** Said once here, rather than by every order that finds no table. */
async function checkTable(client: DynamoDBClient, config: ClientConfig, TableName: string): Promise<void> {
  try {
    await reaching(config, () => client.send(new DescribeTableCommand({ TableName })));
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw new UsageError(
      `There is no table ${TableName} here.`,
      'Deploy the environment first, or name another one with --env.',
    );
  }
}

async function write(client: DynamoDBClient, tableName: string, options: Flags): Promise<number> {
  const model = modelOf(options, Date.now());
  const began = Date.now();
  let next = options.first;
  const { written, done } = writeOrders({
    client,
    tableName,
    model,
    from: options.first,
    signal: stopSignal(options.for === undefined ? undefined : parseDuration(options.for)),
    onTurn: (i) => {
      next = i + 1;
    },
  });
  const hide = showProgress(() => progressLine(written, Date.now() - began, behind(model, next)));
  await done;
  hide();
  const seconds = (Date.now() - began) / 1000;
  if (options.json) console.log(JSON.stringify({ tableName, ...written, seconds, next }, null, 2));
  else console.log(summary(tableName, written, seconds, next));
  return written.failed === 0 ? EXIT_OK : EXIT_FAILED;
}

/** A model whose order `first` is placed now, whatever hour of its day that is. */
function modelOf(options: Flags, now: number): OrderModel {
  const model = {
    seed: options.seed,
    startsAt: 0,
    ordersPerSecond: options['orders-per-second'],
    dayMs: parseDuration(options.day),
    originalShare: options['original-share'],
  };
  return { ...model, startsAt: now - placedAt(model, options.first) };
}

function behind(model: OrderModel, next: number): number {
  return Math.max(0, Date.now() - placedAt(model, next));
}

function progressLine(written: Written, elapsedMs: number, behindMs: number): string {
  const changes = written.placed + written.advanced + written.deleted;
  const rate = elapsedMs > 0 ? (written.placed / elapsedMs) * 1000 : 0;
  return [
    `${number(written.placed)} orders, ${number(changes)} changes, ${rate.toFixed(1)} orders/s`,
    ...(behindMs > BEHIND_MS ? [paint('yellow', `${(behindMs / 1000).toFixed(0)} s behind`)] : []),
    ...(written.failed > 0 ? [paint('red', `${number(written.failed)} failed: ${written.lastFailure}`)] : []),
  ].join('  ');
}

function summary(tableName: string, written: Written, seconds: number, next: number): string {
  const { placed, advanced, deleted, skipped, failed, lastFailure } = written;
  return [
    `${tableName}: ${number(placed)} orders placed, ${number(advanced)} advanced, ${number(deleted)} deleted in ${seconds.toFixed(1)} s`,
    ...(skipped > 0
      ? [`${number(skipped)} writes had nothing to do: an earlier run did them, or never began them`]
      : []),
    ...(failed > 0 ? [paint('red', `${number(failed)} writes failed; the last: ${lastFailure}`)] : []),
    paint('dim', `to go on after it: --first ${next}`),
  ].join('\n');
}

/** On standard error, so that the summary alone can be piped on: redrawn on a terminal, plain lines elsewhere. */
function showProgress(line: () => string): () => void {
  const out = process.stderr;
  const timer = setInterval(
    () => out.write(out.isTTY ? `\r\u001b[2K${line()}` : `${line()}\n`),
    out.isTTY ? TERMINAL_LINE_MS : PLAIN_LINE_MS,
  );
  return () => {
    clearInterval(timer);
    if (out.isTTY) out.write('\r\u001b[2K');
  };
}

/** Ctrl-C lets the writes in flight end; a second one leaves at once. */
function stopSignal(milliseconds: number | undefined): AbortSignal {
  const controller = new AbortController();
  const stop = () => (controller.signal.aborted ? process.exit(130) : controller.abort());
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (milliseconds !== undefined) setTimeout(() => controller.abort(), milliseconds).unref();
  return controller.signal;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

await run(main);
