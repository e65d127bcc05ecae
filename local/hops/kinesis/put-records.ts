/**
 * PutRecords: up to 500 records in one call. Some may fail while others stand: a shard without throughput refuses its
 * records one by one, in the answer and not as an error.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, list, structure } from '../../shape.ts';
import { measurePut } from './metrics.ts';
import { hashKeyMember, newRecord, type Placed, place, recordMembers, recordSized } from './put.ts';
import { shardOf } from './shards.ts';
import { arnOf, encryptionMember, right, type Streams, streamMembers } from './streams.ts';

const PUT_RECORDS_MAX = 500;
/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const PUT_RECORDS_BYTES_MAX = 10 * 1_048_576;

const read = inputOf(
  structure(
    { Records: list(recordSized(structure(recordMembers, hashKeyMember)), 1, PUT_RECORDS_MAX) },
    streamMembers,
  ),
);

export function putRecords(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'PutRecords',
    parse(raw) {
      const input = read(raw);
      const arn = arnOf(input, ports);
      const records = input.Records.map(newRecord);
      if (records.reduce((sum, { bytes }) => sum + bytes, 0) > PUT_RECORDS_BYTES_MAX)
        throw new AwsError('InvalidArgumentException', 'Records size exceeds 10 MB limit');
      return { arn, records };
    },
    permissions: ({ arn }) => right('PutRecords', arn),
    run(tx, { arn, records }) {
      const stream = streams.at(arn);
      const at = ports.clock.now();
      const throttled = new Map<number, Placed>();
      const placed = records.map((record) => {
        // Once a shard refused a record of this call it refuses the rest, so that a small late record never
        // overtakes a large early one and what stands is in order.
        const index = shardOf(stream.shards, record.hashKey);
        const refused = throttled.get(index);
        if (refused) stream.passed.throttled++;
        const each = refused ?? place(tx, stream, record, at, ports.account);
        if (!each.ok) throttled.set(index, each);
        return each;
      });
      const stand = records.filter((_, index) => placed[index]?.ok);
      const counts = {
        records: stand.length,
        bytes: stand.reduce((sum, { bytes }) => sum + bytes, 0),
        throttled: records.length - stand.length,
      };
      tx.committed(() => measurePut(stream.measure, 'PutRecords', counts));
      if (counts.records > 0) tx.signal(stream.arn);
      return {
        FailedRecordCount: counts.throttled,
        Records: placed.map(resultEntry),
        ...encryptionMember(stream),
      };
    },
  });
}

function resultEntry(placed: Placed): Record<string, string> {
  return placed.ok
    ? { SequenceNumber: placed.sequence, ShardId: placed.shardId }
    : { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: placed.reason };
}
