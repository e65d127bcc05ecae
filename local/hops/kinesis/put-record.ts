/** PutRecord: one record into the shard of its partition key.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, structure } from '../../shape.ts';
import { measurePut } from './metrics.ts';
import { hashKeyMember, newRecord, place, recordMembers, recordSized } from './put.ts';
import { arnOf, encryptionMember, right, type Streams, streamMembers } from './streams.ts';

const read = inputOf(recordSized(structure(recordMembers, { ...hashKeyMember, ...streamMembers })));

/** SequenceNumberForOrdering is accepted: within one engine a later put already has the greater number. */
export function putRecord(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'PutRecord',
    parse(raw) {
      const input = read(raw);
      return { arn: arnOf(input, ports), record: newRecord(input) };
    },
    permissions: ({ arn }) => right('PutRecord', arn),
    run(tx, { arn, record }) {
      const stream = streams.at(arn);
      const placed = place(tx, stream, record, ports.clock.now(), ports.account);
      if (!placed.ok) {
        measurePut(stream.measure, 'PutRecord', { records: 0, bytes: 0, throttled: 1 });
        throw new AwsError('ProvisionedThroughputExceededException', placed.reason);
      }
      const counts = { records: 1, bytes: record.bytes, throttled: 0 };
      tx.committed(() => measurePut(stream.measure, 'PutRecord', counts));
      tx.signal(stream.arn);
      return { ShardId: placed.shardId, SequenceNumber: placed.sequence, ...encryptionMember(stream) };
    },
  });
}
