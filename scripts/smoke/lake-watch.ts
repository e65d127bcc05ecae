/**
 * Looks for an order among the objects that came into the lake since the watch began, rows and errors alike. What lay
 * there before is passed over by name, so that no clock has to agree with another. A busy lake's objects are large:
 * each is read once, line by line, and nothing of it is kept.
 */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { objectsUnder } from '../objects.ts';

/** A change of the order, and the object that holds it. */
export type Sighting = { event: string; address: string };

/** What Firehose gave up on. */
export type Refusal = { address: string; reason: string };

export type LakeWatch = {
  /** All that was found until now. */
  look(): Promise<{ sightings: readonly Sighting[]; refusals: readonly Refusal[] }>;
};

const HOUR_MS = 3_600_000;
/** Firehose names an object after its first record, which may have come this long before the order's. */
const EARLIER_MS = HOUR_MS / 2;

export async function watchLake(
  s3: S3Client,
  bucket: string,
  orderid: string,
  now: () => number,
): Promise<LakeWatch> {
  const began = now();
  const seen = new Set(await addresses());
  const sightings: Sighting[] = [];
  const refusals: Refusal[] = [];

  async function addresses(): Promise<string[]> {
    const found = await Promise.all(
      prefixes(began - EARLIER_MS, now()).map((prefix) => objectsUnder(s3, `s3://${bucket}/${prefix}`)),
    );
    return found.flatMap((objects) => [...objects.keys()]);
  }

  return {
    async look() {
      for (const address of await addresses()) {
        if (seen.has(address)) continue;
        for await (const line of lines(s3, address)) {
          const refusal = address.includes('/errors/') ? refusalOf(line, orderid) : undefined;
          if (refusal !== undefined) refusals.push({ address, reason: refusal });
          const event = line.includes(orderid) ? eventOf(line, orderid) : undefined;
          if (event !== undefined) sightings.push({ event, address });
        }
        seen.add(address);
      }
      return { sightings, refusals };
    },
  };
}

/** The hours in which the order may lie, as Firehose writes them (stacks/hops/firehose.ts). */
export function prefixes(from: number, until: number): string[] {
  const hours: string[] = [];
  const days = new Set<string>();
  for (let hour = Math.floor(from / HOUR_MS) * HOUR_MS; hour <= until; hour += HOUR_MS) {
    const [day = '', time = ''] = new Date(hour).toISOString().split('T');
    hours.push(`orders/dt=${day}/hour=${time.slice(0, 2)}/`);
    days.add(`errors/processing-failed/dt=${day}/`);
  }
  return [...hours, ...days];
}

async function* lines(s3: S3Client, address: string): AsyncGenerator<string> {
  const [, , Bucket = '', ...key] = address.split('/');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key.join('/') }));
  const body = Body as Readable;
  const text = address.endsWith('.gz') ? body.pipe(createGunzip()) : body;
  yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
}

/** Of this order's row; another's may speak of it. */
function eventOf(line: string, orderid: string): string | undefined {
  const row = JSON.parse(line) as { orderid?: string; event_name?: string };
  return row.orderid === orderid ? row.event_name : undefined;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
function refusalOf(line: string, orderid: string): string | undefined {
  const { rawData = '', errorCode = '', errorMessage = '' } = JSON.parse(line) as Record<string, string>;
  const raw = Buffer.from(rawData, 'base64').toString('utf8');
  return raw.includes(orderid) ? `${errorCode}: ${errorMessage}` : undefined;
}
