/** PutEvents: up to ten events; each stands or fails by itself.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports, Principal } from '../../ports.ts';
import type { Bus } from './bus.ts';
import { DEFAULT_BUS } from './config.ts';

const PUT_EVENTS_MAX = 10;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
const PUT_EVENTS_BYTES_MAX = 262_144;
const TIME_BYTES = 14;

type Entry = Record<string, unknown>;
type Refused = { ErrorCode: string; ErrorMessage: string };

export function putEvents(bus: Bus, ports: Ports): Operation<Entry[]> {
  return {
    service: 'events',
    name: 'PutEvents',
    kind: 'transaction',
    parse(raw) {
      const entries = (raw as { Entries?: unknown } | undefined)?.Entries;
      if (!Array.isArray(entries)) throw invalidEntries('not be null');
      if (entries.length === 0) throw invalidEntries('have length greater than or equal to 1');
      if (entries.length > PUT_EVENTS_MAX)
        throw invalidEntries(`have length less than or equal to ${PUT_EVENTS_MAX}`);
      if (entries.reduce((sum: number, entry: Entry) => sum + entryBytes(entry), 0) > PUT_EVENTS_BYTES_MAX)
        throw new AwsError(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        );
      return entries as Entry[];
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
        const id = ports.chance.uuid();
        bus.publish(tx, {
          id,
          source: entry['Source'] as string,
          detailType: entry['DetailType'] as string,
          detail: entry['Detail'] as string,
          resources: Array.isArray(entry['Resources']) ? entry['Resources'].map(String) : [],
          time: timeOf(entry['Time']) ?? ports.clock.now(),
        });
        return { EventId: id };
      });
      return { FailedEntryCount: results.filter((each) => 'ErrorCode' in each).length, Entries: results };
    },
  };
}

function refusal(entry: Entry, principal: Principal, { account, region }: Ports): Refused | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'])
    if (typeof entry[name] !== 'string' || entry[name] === '')
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (!isJsonObject(entry['Detail'] as string))
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const source = entry['Source'] as string;
  if (source.startsWith('aws.') && principal.kind !== 'aws')
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const bus = entry['EventBusName'] ?? DEFAULT_BUS;
  if (bus !== DEFAULT_BUS && bus !== `arn:aws:events:${region}:${account}:event-bus/${DEFAULT_BUS}`)
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `Event bus ${String(bus)} does not exist.` };
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
function entryBytes(entry: Entry): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail'], ...[entry['Resources'] ?? []].flat()];
  const bytes = texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text ?? '')), 0);
  return bytes + (entry['Time'] === undefined ? 0 : TIME_BYTES);
}

function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'number' ? value * 1000 : undefined;
}

function invalidEntries(constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must ${constraint}`,
  );
}
