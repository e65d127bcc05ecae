/** A shard iterator: a place in a shard, as text that a client hands back. AWS keeps one good for 15 minutes. */

import { AwsError } from '../../aws-error.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html */
const ITERATOR_MS = 900_000;

export type ShardIterator = {
  streamArn: string;
  shardId: string;
  /** The next record's offset; `oldest` stays valid while records are trimmed. */
  at: number | 'oldest';
  /** Milliseconds since the epoch. */
  issuedAt: number;
};

/** `<stream arn>|1|<opaque>`, which is how AWS's look. */
export function encodeIterator({ streamArn, shardId, at, issuedAt }: ShardIterator): string {
  return `${streamArn}|1|${Buffer.from(JSON.stringify([shardId, at, issuedAt])).toString('base64')}`;
}

export function decodeIterator(text: string): ShardIterator {
  const [streamArn, version, opaque, ...more] = text.split('|');
  if (streamArn === undefined || version !== '1' || opaque === undefined || more.length > 0) throw invalid();
  try {
    const [shardId, at, issuedAt] = JSON.parse(Buffer.from(opaque, 'base64').toString()) as unknown[];
    const placed = at === 'oldest' || Number.isSafeInteger(at);
    if (typeof shardId !== 'string' || typeof issuedAt !== 'number' || !placed) throw invalid();
    return { streamArn, shardId, at: at as number | 'oldest', issuedAt };
  } catch {
    throw invalid();
  }
}

export function checkFresh({ issuedAt }: ShardIterator, now: number): void {
  if (now - issuedAt > ITERATOR_MS)
    throw new AwsError(
      'ExpiredIteratorException',
      'Shard iterator has expired. Shard iterators are only valid for 15 minutes',
    );
}

function invalid(): AwsError {
  return new AwsError('ValidationException', 'Invalid ShardIterator');
}
