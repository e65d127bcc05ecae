/**
 * `npm run capacity -- --profile amazon-average --env prod`: what an event asks of each hop, which one gives way first,
 * what to set and to request, and what it costs. It reads stacks/environments.ts, the quotas and the prices, and calls
 * nobody: no account is needed.
 */

import { pathToFileURL } from 'node:url';
import { ENVIRONMENTS } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES } from '../stacks/names.ts';
import { capacityPlan } from './capacity/plan.ts';
import { PROFILES, type Profile } from './capacity/profiles.ts';
import { quota } from './capacity/quotas.ts';
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
    .option('warm', {
      describe: 'write units a second that the table was warmed to, or grew to',
      type: 'number',
      default: quota('table-new-write-units'),
    })
    .option('test', { describe: 'how long a load test holds the peak', type: 'string', default: '15m' })
    .option('json', { describe: 'print the plan as JSON', type: 'boolean', default: false })
    .example('npm run capacity -- --profile amazon-peak --env prod', 'before the day')
    .example(
      'npm run capacity -- --env staging --peak 2000 --warm 20000',
      'a rate of your own, a warmed table',
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

async function main(): Promise<number> {
  const given = await readFlags();
  positive('warm', given.warm);
  const plan = capacityPlan(ENVIRONMENTS[given.env], profileOf(given), {
    warmWriteUnits: given.warm,
    testSeconds: parseDuration(given.test) / 1_000,
  });
  console.log(given.json ? JSON.stringify(plan, undefined, 2) : planText(plan));
  return plan.carries ? EXIT_OK : EXIT_CHANGES;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
