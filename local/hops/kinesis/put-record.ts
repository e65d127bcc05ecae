/** PutRecord: one record into the shard of its partition key.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import { membersOf } from './constraints.ts';
import { type NewRecord, newRecord, place, readRecord, recordViolations } from './put.ts';
import { encryptionMember, parseStreamArn, right, type Streams } from './streams.ts';

type Input = { arn: string; record: NewRecord };

/** SequenceNumberForOrdering is accepted: within one engine a later put already has the greater number. */
export function putRecord(streams: Streams, ports: Ports): Operation<Input> {
  return {
    service: 'kinesis',
    name: 'PutRecord',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const record = readRecord(members);
      const arn = parseStreamArn(members, ports, recordViolations('', record));
      return { arn, record: newRecord(record) };
    },
    permissions: ({ arn }) => right('PutRecord', arn),
    run(tx, { arn, record }) {
      const stream = streams.at(arn);
      const placed = place(tx, stream, record, ports.clock.now(), ports.account);
      if (!placed.ok) throw new AwsError('ProvisionedThroughputExceededException', placed.reason);
      tx.signal(stream.arn);
      return { ShardId: placed.shardId, SequenceNumber: placed.sequence, ...encryptionMember(stream) };
    },
  };
}
