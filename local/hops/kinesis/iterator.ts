/**
 * The shard iterator: an opaque text that holds a place in a shard for five minutes. It carries everything, so an
 * iterator of before a restart still reads.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
 */

import { AwsError } from '../../aws-error.ts';

const ITERATOR_LIFE_MS = 300_000;

/** `offset` is that of the first record to read. */
export type Place = { arn: string; shardId: string; offset: number };

const MARK = 'kinesis-iterator';

export function writeIterator({ arn, shardId, offset }: Place, now: number): string {
  return Buffer.from(JSON.stringify([MARK, arn, shardId, offset, now])).toString('base64');
}

/** Throws when the text is no iterator; whether it has expired is for `refuseExpired`. */
export function readIterator(text: string): Place & { madeAt: number } {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown[];
    const [mark, arn, shardId, offset, madeAt] = parts;
    if (
      mark === MARK &&
      typeof arn === 'string' &&
      typeof shardId === 'string' &&
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(madeAt)
    )
      return { arn, shardId, offset: offset as number, madeAt: madeAt as number };
  } catch {}
  throw new AwsError('InvalidArgumentException', 'Invalid ShardIterator.');
}

export function refuseExpired(madeAt: number, now: number): void {
  if (now - madeAt <= ITERATOR_LIFE_MS) return;
  throw new AwsError(
    'ExpiredIteratorException',
    `Iterator expired. The iterator was created at time ${utcText(madeAt)} while right now it is ${utcText(now)} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
  );
}

/** `Tue Jul 07 00:00:00 UTC 2026`, as AWS's service writes a time in that sentence. */
function utcText(milliseconds: number): string {
  const [weekday, day, month, year, time] = new Date(milliseconds).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
