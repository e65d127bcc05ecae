/** PutEvents: up to ten events; each stands or fails by itself.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports, Principal } from '../../ports.ts';
import { inputOf, list, structure, text, timestamp } from '../../shape.ts';
import type { Bus } from './bus.ts';
import { DEFAULT_BUS } from './config.ts';

const PUT_EVENTS_MAX = 10;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const PUT_EVENTS_BYTES_MAX = 262_144;
const TIME_BYTES = 14;

const read = inputOf(
  structure({
    Entries: list(
      structure(
        {},
        {
          Detail: text,
          DetailType: text,
          EventBusName: text,
          Resources: list(text),
          Source: text,
          Time: timestamp,
        },
      ),
      1,
      PUT_EVENTS_MAX,
    ),
  }),
);
type Entry = ReturnType<typeof read>['Entries'][number];
type Event = Entry & { Source: string; DetailType: string; Detail: string };
type Refused = { ErrorCode: string; ErrorMessage: string };

export function putEvents(bus: Bus, ports: Ports): Operation {
  return transaction({
    service: 'events',
    name: 'PutEvents',
    parse(raw) {
      const { Entries } = read(raw);
      if (Entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > PUT_EVENTS_BYTES_MAX)
        throw new AwsError(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        );
      return Entries;
    },
    permissions: () => [
      {
        action: 'events:PutEvents',
        resource: `arn:aws:events:${ports.region}:${ports.account}:event-bus/${DEFAULT_BUS}`,
      },
    ],
    run(tx, entries, { principal }) {
      const results = entries.map((entry) => {
        const refused = refusal(entry, principal, ports);
        if (refused) return refused;
        const { Source, DetailType, Detail, Resources = [], Time = ports.clock.now() } = entry as Event;
        const id = ports.chance.uuid();
        bus.publish(tx, {
          id,
          source: Source,
          detailType: DetailType,
          detail: Detail,
          resources: Resources,
          time: Time,
        });
        return { EventId: id };
      });
      return { FailedEntryCount: results.filter((each) => 'ErrorCode' in each).length, Entries: results };
    },
  });
}

function refusal(entry: Entry, principal: Principal, { account, region }: Ports): Refused | undefined {
  const { Source: source = '', Detail = '', EventBusName: bus = DEFAULT_BUS } = entry;
  for (const name of ['Source', 'DetailType', 'Detail'] as const)
    if (!entry[name])
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (!isJsonObject(Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (source.startsWith('aws.') && principal.kind !== 'aws')
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  if (bus !== DEFAULT_BUS && bus !== `arn:aws:events:${region}:${account}:event-bus/${DEFAULT_BUS}`)
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `Event bus ${bus} does not exist.` };
  return undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** As AWS counts: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function entryBytes({ Source = '', DetailType = '', Detail = '', Resources = [], Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  const bytes = texts.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  return bytes + (Time === undefined ? 0 : TIME_BYTES);
}
