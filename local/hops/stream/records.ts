/** A change as GetRecords answers it. */

import { createHash } from 'node:crypto';
import { withBytes } from '../../store/attributes.ts';
import type { Change, StreamDescription } from '../../store/changes.ts';
import { STREAM_SEQUENCE_DIGITS, sequenceNumber } from '../../store/sequence.ts';

const SECOND_MS = 1_000;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export function recordOf(
  stream: StreamDescription,
  region: string,
  shard: string,
  offset: number,
  change: Change,
) {
  return {
    eventID: eventId(stream.arn, shard, offset),
    eventName: change.name,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      // AWS rounds down to the second (API_streams_StreamRecord).
      ApproximateCreationDateTime: new Date(Math.floor(change.at / SECOND_MS) * SECOND_MS),
      Keys: withBytes(change.keys),
      ...(change.newImage ? { NewImage: withBytes(change.newImage) } : {}),
      ...(change.oldImage ? { OldImage: withBytes(change.oldImage) } : {}),
      SequenceNumber: sequenceNumber(offset, STREAM_SEQUENCE_DIGITS),
      SizeBytes: change.bytes,
      StreamViewType: stream.viewType,
    },
  };
}

/** The same for the same change on every read, as AWS's is; repeats are dropped by it downstream. */
function eventId(streamArn: string, shard: string, offset: number): string {
  return createHash('md5').update(`${streamArn}/${shard}/${offset}`).digest('hex');
}
