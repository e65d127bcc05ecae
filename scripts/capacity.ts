/**
 * `npm run capacity -- --profile amazon-average --env prod`: what an event asks of each hop, which one gives way first,
 * what to set and to request, and what it costs; with --simulate also the event, played. It reads stacks/environments.ts, the quotas and the prices, and calls
 * nobody: no account is needed.
 */

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ENVIRONMENTS, type Environment } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import { type CapacityPlan, capacityPlan } from './capacity/plan.ts';
import { PROFILES, type Profile } from './capacity/profiles.ts';
import { quota } from './capacity/quotas.ts';
import { simulationSvg } from './capacity/simulate/plot.ts';
import { type Simulation, simulate } from './capacity/simulate/simulate.ts';
import { simulationText } from './capacity/simulate/text.ts';
import { planText } from './capacity/text.ts';
import { flags, run, UsageError } from './command.ts';
import { parseDuration } from './duration.ts';
import { EXIT_CHANGES, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const ITEM_BYTES_MAX = 400 * 1024;

function readFlags() {
  return flags('Says what an event asks of each hop, what gives way first, and what it costs.')
    .option('profile', {
      describe: 'the event',
      choices: PROFILES.map(({ name }) => name),
      default: 'amazon-average',
    })
    .option('env', {
      describe: 'the environment, as stacks/environments.ts has it',
      choices: ENVIRONMENT_NAMES,
      default: 'prod' as const,
    })
    .option('average', { describe: 'orders a second, in place of the profile’s', type: 'number' })
    .option('peak', { describe: 'orders a second at the peak, in place of the profile’s', type: 'number' })
    .option('duration', { describe: 'how long the event lasts, such as 48h', type: 'string' })
    .option('item-bytes', { describe: 'the size of an order in the table', type: 'number' })
    .option('shards', {
      describe: 'shards of the stream, in place of the environment’s',
      type: 'number',
    })
    .option('warm', {
      describe: 'write units a second that the table was warmed to, or grew to',
      type: 'number',
      default: quota('table-new-write-units'),
    })
    .option('test', { describe: 'how long a load test holds the peak', type: 'string', default: '15m' })
    .option('simulate', {
      describe: 'play the whole event, and say lag, backlog and throttles',
      type: 'boolean',
      default: false,
    })
    .option('svg', { describe: 'with --simulate: where to draw it', type: 'string', requiresArg: true })
    .option('seed', { describe: 'of the simulation', type: 'number', default: 1 })
    .option('hot', {
      describe: 'share of the changes that falls to one shard, 0 to 1',
      type: 'number',
      default: 0,
    })
    .option('json', { describe: 'print the plan as JSON', type: 'boolean', default: false })
    .example('npm run capacity -- --profile amazon-peak --env prod', 'before the day')
    .example(
      'npm run capacity -- --env staging --peak 2000 --warm 20000',
      'a rate of your own, a warmed table',
    )
    .example('npm run capacity -- --env local --peak 300 --shards 1', 'another number of shards')
    .example(
      'npm run capacity -- --profile ceiling --warm 40000 --simulate --svg ceiling.svg',
      'two days in half a minute',
    )
    .epilogue(
      `Exit code 0: the environment carries the peak. ${EXIT_CHANGES}: it does not; what to set is printed. ` +
        `${EXIT_USAGE}: a flag is wrong.`,
    )
    .parseAsync();
}

type Flags = Awaited<ReturnType<typeof readFlags>>;

function profileOf({ profile: name, average, peak, duration, itemBytes }: Flags): Profile {
  const named = PROFILES.find((each) => each.name === name) as Profile;
  const changed = [average, peak, duration, itemBytes].some((each) => each !== undefined);
  if (!changed) return named;
  positive('average', average);
  positive('peak', peak);
  positive('item-bytes', itemBytes);
  if (itemBytes !== undefined && itemBytes > ITEM_BYTES_MAX)
    throw new UsageError(
      `--item-bytes ${itemBytes} is more than DynamoDB keeps.`,
      `Give at most ${ITEM_BYTES_MAX}.`,
    );
  const mean = average ?? Math.min(named.ordersPerSecondAverage, peak ?? Number.POSITIVE_INFINITY);
  const highest = peak ?? Math.max(named.ordersPerSecondPeak, mean);
  if (highest < mean)
    throw new UsageError(
      `--peak ${highest} is below the average of ${mean}.`,
      'Give --average a lower rate, or --peak a higher one.',
    );
  return {
    ...named,
    name: `${name}, changed`,
    ordersPerSecondAverage: mean,
    ordersPerSecondPeak: highest,
    hours: duration === undefined ? named.hours : parseDuration(duration) / 3_600_000,
    ...(itemBytes === undefined ? {} : { itemBytes }),
    derivation: `As given on the command line, the rest from ${name}.`,
    sources: [],
  };
}

function positive(flag: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0 && Number.isFinite(value)))
    throw new UsageError(`--${flag} must be more than 0.`, 'Give a number, such as 2000.');
}

/** The environment's numbers, with those that were given in their place. */
function environmentOf({ env, shards }: Flags): Environment {
  const environment = ENVIRONMENTS[env];
  if (shards === undefined) return environment;
  if (!(Number.isInteger(shards) && shards > 0))
    throw new UsageError('--shards must be a whole number above 0.', 'Give a number, such as 1.');
  return { ...environment, kinesis: { ...environment.kinesis, shards } };
}

function simulationFlags({ simulate, svg, seed, hot }: Flags): void {
  if (svg !== undefined && !simulate)
    throw new UsageError('--svg draws a simulation, and none was asked for.', 'Give --simulate as well.');
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError('--seed must be a whole number, 0 or more.', 'Give a number, such as 1.');
  if (!(hot >= 0 && hot < 1))
    throw new UsageError('--hot must be a share, 0 or more and below 1.', 'Give a share, such as 0.2.');
}

function play(given: Flags, environment: Environment, { profile, life }: CapacityPlan): Simulation {
  const { warm, seed, hot, svg } = given;
  const simulation = simulate({
    ...{ environment, profile, life, seed },
    ...{ warmWriteUnits: warm, hotShare: hot },
    progress: (share) => {
      if (process.stderr.isTTY) process.stderr.write(`\rsimulating ${Math.round(share * 100)} % `);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (svg !== undefined) write(svg, simulationSvg(simulation));
  return simulation;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${(error as Error).message}.`,
      'Name a file in a folder that is there.',
    );
  }
}

async function main(): Promise<number> {
  const given = await readFlags();
  positive('warm', given.warm);
  simulationFlags(given);
  const environment = environmentOf(given);
  const plan = capacityPlan(environment, profileOf(given), {
    warmWriteUnits: given.warm,
    testSeconds: parseDuration(given.test) / 1_000,
  });
  const simulation = given.simulate ? play(given, environment, plan) : undefined;
  if (given.json)
    console.log(JSON.stringify({ ...plan, ...(simulation ? { simulation } : {}) }, undefined, 2));
  else console.log([planText(plan), ...(simulation ? [simulationText(simulation)] : [])].join('\n\n'));
  return plan.carries ? EXIT_OK : EXIT_CHANGES;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
