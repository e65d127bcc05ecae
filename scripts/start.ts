/**
 * `npm start`: the whole pipeline on this machine. Synthesizes the `local` environment, runs it in the embedded
 * engine, writes orders like any client would, shows a line a hop, and ends with a report that holds what was written
 * against what the views say.
 */

import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ORIGINAL_SHARE } from '../loadtest/orders.ts';
import { type Engine, startEngine } from '../local/engine.ts';
import { closingReport, type Report } from './closing-report.ts';
import { flags, paint, run, UsageError } from './command.ts';
import { crawlOnceThereIsData, crawlToTheEnd, drain } from './crawl.ts';
import {
  type ClientSettings,
  type Clients,
  closeClients,
  createClients,
  discover,
  type Pipeline,
} from './discover.ts';
import { parseDuration } from './duration.ts';
import { engineLog } from './engine-log.ts';
import { EXIT_FAILED, EXIT_OK } from './exit-codes.ts';
import { count, showLiveLines } from './live-lines.ts';
import { openOrderBook } from './order-book.ts';
import { QUOTAS_LIFTED, reportText } from './report-text.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { synthesize } from './synth.ts';
import { type Written, writeOrders } from './write-orders.ts';

/** The key of the laptop's administrator; it opens nothing but an engine on loopback. */
const LOCAL_KEY = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Latencies are measured over so many orders at most: the newest. */
const LATENCY_ORDERS_MAX = 20_000;

function readFlags() {
  return flags('Runs the whole order pipeline on this machine, until Ctrl-C.\n\nUsage: npm start -- [flags]')
    .option('port', { type: 'number', default: 4566, describe: 'port on 127.0.0.1 (0: any free one)' })
    .option('data', { type: 'string', default: '.local', describe: 'where everything is kept between runs' })
    .option('fresh', { type: 'boolean', default: false, describe: 'empty the data directory first' })
    .option('orders-per-second', {
      type: 'number',
      default: 20,
      describe: 'mean rate of the generator; 0: none',
    })
    .option('for', {
      type: 'string',
      describe: 'stop after so long, such as 30s or 10m',
      coerce: parseDuration,
    })
    .option('seed', { type: 'number', default: 1, describe: 'which Prime Day the generator plays' })
    .option('original-share', {
      type: 'number',
      default: ORIGINAL_SHARE,
      describe: 'share of orders with the four original fields alone, 0 to 1',
    })
    .option('stack', {
      type: 'string',
      describe: 'another synthesized cdk.tf.json (default: the local environment)',
    })
    .option('quotas', {
      type: 'boolean',
      default: true,
      describe:
        'hold rates and concurrency to AWS’s quotas; --no-quotas lifts them, to find the engine’s own limit',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print the closing report as JSON' })
    .example('npm start', 'until Ctrl-C, 20 orders a second')
    .example('npm start -- --fresh --for 30s', 'thirty seconds from nothing, then the report')
    .example('npm start -- --orders-per-second 0', 'the engine alone, for your own client')
    .example('npm start -- --no-quotas', 'as fast as this machine can, and faster than AWS would allow')
    .epilogue('Exit codes: 0 the numbers agree, 1 they do not, 64 something must be changed first.')
    .check((argv) => {
      if (!(argv['orders-per-second'] >= 0))
        throw new UsageError('--orders-per-second must be 0 or more.', 'Give a number, such as 20.');
      if (!(argv['original-share'] >= 0 && argv['original-share'] <= 1))
        throw new UsageError('--original-share must be between 0 and 1.', 'Give a share, such as 0.1.');
      if (!Number.isInteger(argv.port) || argv.port < 0 || argv.port > 65_535)
        throw new UsageError('--port must be a port number.', 'Give a number between 0 and 65535.');
      if (!Number.isSafeInteger(argv.seed) || argv.seed < 0)
        throw new UsageError('--seed must be a whole number.', 'Give a number, such as 1.');
      return true;
    })
    .parseAsync();
}

type Flags = Awaited<ReturnType<typeof readFlags>>;

async function main(): Promise<number> {
  const options = await readFlags();
  // With --json the report has standard output to itself.
  const voice = options.json ? process.stderr : process.stdout;
  const say = (line: string) => void voice.write(`${line}\n`);
  const stop = stopSignal(options.for as number | undefined);
  const stackFile = options.stack ?? (await synthesizeLocal(say));
  const engine = await startEngine({
    stackFile,
    dataDirectory: options.data,
    fresh: options.fresh,
    port: options.port,
    quotas: options.quotas ? 'enforced' : 'lifted',
    log: engineLog(options.data),
  });
  try {
    tellInert(engine, say);
    tellReady(engine, say);
    return await runPipeline(engine, options, stop, say);
  } finally {
    await engine.close();
  }
}

async function synthesizeLocal(say: (line: string) => void): Promise<string> {
  const { stackFile, cached } = await synthesize('local');
  if (!cached) say(paint('dim', 'synthesized the local environment (kept until a source changes)'));
  return stackFile;
}

async function runPipeline(
  engine: Engine,
  options: Flags,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<number> {
  const settings: ClientSettings = {
    endpoint: engine.endpoint,
    region: engine.region,
    credentials: LOCAL_KEY,
  };
  const clients = createClients(settings);
  const acknowledgedAt = new Map<string, number>();
  try {
    const pipeline = await discover(clients);
    const orders = beginOrders(engine, options, clients, pipeline, stop, acknowledgedAt, say);
    const lifted = engine.quotas === 'lifted' ? `${paint('red', 'QUOTAS LIFTED')}  ` : '';
    const headline = () =>
      `${paint('bold', engine.endpoint)}  ${lifted}${orders ? progress(orders.written) : 'no generator'}`;
    const lines = showLiveLines(
      () => engine.status(),
      headline,
      options.json ? process.stderr : process.stdout,
    );
    const crawl = crawlOnceThereIsData(engine, clients, pipeline, stop);
    await aborted(stop);
    const written = await orders?.done;
    lines.say(
      paint('dim', 'letting every acknowledged order reach its view (Ctrl-C again to leave at once)'),
    );
    await crawl;
    const stuck = await drain(engine);
    if (stuck) lines.say(paint('red', `no longer waiting: ${stuck}`));
    await crawlToTheEnd(engine, clients, pipeline);
    lines.end();
    return await close({ engine, settings, clients, pipeline, written, acknowledgedAt, options, say });
  } finally {
    closeClients(clients);
  }
}

type Closing = {
  engine: Engine;
  settings: ClientSettings;
  clients: Clients;
  pipeline: Pipeline;
  written: Written | undefined;
  acknowledgedAt: ReadonlyMap<string, number>;
  options: Flags;
  say(line: string): void;
};

async function close(closing: Closing): Promise<number> {
  const { engine, settings, clients, pipeline, written, acknowledgedAt, options, say } = closing;
  const { table, crawler, workGroup } = pipeline;
  if (!table || !crawler || !workGroup) {
    say(
      'No closing report: this stack has no table keyed by orderid, or no crawler or workgroup that leads to views.',
    );
    return EXIT_OK;
  }
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const sqs = new SQSClient(settings);
  const firehose = new FirehoseClient(settings);
  const report: Report = await closingReport({
    clients: { ...clients, s3, sqs, firehose },
    pipeline: { table, crawler, workGroup },
    written,
    quotas: engine.quotas,
    captured: engine.status().stream.ever ?? 0,
    acknowledgedAt,
    viewsPromised: options.stack === undefined,
  });
  for (const client of [s3, sqs, firehose]) client.destroy();
  process.stdout.write(
    `${options.json ? JSON.stringify(report, null, 2) : reportText(report, engine.dataDirectory)}\n`,
  );
  return report.disagreements.length === 0 ? EXIT_OK : EXIT_FAILED;
}

function beginOrders(
  engine: Engine,
  options: Flags,
  { dynamodb }: Clients,
  { table }: Pipeline,
  signal: AbortSignal,
  acknowledgedAt: Map<string, number>,
  say: (line: string) => void,
): { written: Written; done: Promise<Written> } | undefined {
  const rate = options['orders-per-second'];
  if (rate === 0) return undefined;
  if (!table) {
    say('The stack has no table with the key orderid (a string), so the generator has nowhere to write.');
    return undefined;
  }
  const book = openOrderBook(engine.dataDirectory, options.seed);
  return writeOrders({
    client: dynamodb,
    tableName: table,
    model: book.model(rate, options['original-share'], Date.now()),
    from: book.first,
    signal,
    onTurn: book.reserve,
    onAcknowledged(write, at) {
      if (write.kind !== 'place') return;
      acknowledgedAt.set(write.orderid, at);
      const oldest =
        acknowledgedAt.size > LATENCY_ORDERS_MAX ? acknowledgedAt.keys().next().value : undefined;
      if (oldest !== undefined) acknowledgedAt.delete(oldest);
    },
  });
}

function progress(written: Written): string {
  const changes = written.placed + written.advanced + written.deleted;
  const failed =
    written.failed > 0
      ? paint('red', `  ${count(written.failed)} writes failed: ${written.lastFailure}`)
      : '';
  return `${count(written.placed)} orders placed, ${count(changes)} changes acknowledged${failed}`;
}

function tellReady(engine: Engine, say: (line: string) => void): void {
  say(`ready ${engine.endpoint}`);
  say('');
  say(`  export AWS_ENDPOINT_URL=${engine.endpoint}`);
  say(`  export AWS_REGION=${engine.region}`);
  say(`  export AWS_ACCESS_KEY_ID=${LOCAL_KEY.accessKeyId}`);
  say(`  export AWS_SECRET_ACCESS_KEY=${LOCAL_KEY.secretAccessKey}`);
  say(
    `  export AWS_DEFAULT_REGION=${engine.region}   # boto3 and the aws CLI read this one instead of AWS_REGION`,
  );
  say('');
  if (engine.quotas === 'lifted') say(`${paint('red', QUOTAS_LIFTED)}\n`);
}

/** One line a type: a stack has many log groups and one reason for all of them. */
function tellInert({ inert }: Engine, say: (line: string) => void): void {
  const byType = new Map<string, { why: string; number: number }>();
  for (const { address, argument, why } of inert) {
    const type = [address.split('.')[0], ...(argument === undefined ? [] : [argument])].join('.');
    byType.set(type, { why, number: (byType.get(type)?.number ?? 0) + 1 });
  }
  for (const [type, { why, number }] of byType)
    say(paint('dim', `no behaviour here: ${number} ${type} (${why})`));
}

await run(main);
