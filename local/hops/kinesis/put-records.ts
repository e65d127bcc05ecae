/**
 * PutRecords: up to 500 records in one call. Some may fail while others stand: a shard without throughput refuses its
 * records one by one, in the answer and not as an error.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import { membersOf, optionalList, refuseViolations, required, violation } from './constraints.ts';
import { type NewRecord, newRecord, type Placed, place, readRecord, recordViolations } from './put.ts';
import { shardOf } from './shards.ts';
import { encryptionMember, parseStreamArn, right, type Streams } from './streams.ts';

const PUT_RECORDS_MAX = 500;
/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const PUT_RECORDS_BYTES_MAX = 10 * 1_048_576;

type Input = { arn: string; records: NewRecord[] };

export function putRecords(streams: Streams, ports: Ports): Operation<Input> {
  return {
    service: 'kinesis',
    name: 'PutRecords',
    kind: 'transaction',
    parse(raw) {
      const members = membersOf(raw);
      const list = optionalList(members, 'Records');
      refuseViolations([required('records', list), listLength(list ?? [null])]);
      const read = (list as unknown[]).map((each) => readRecord(membersOf(each)));
      const arn = parseStreamArn(
        members,
        ports,
        read.flatMap((record, index) => recordViolations(`records.${index + 1}.member.`, record)),
      );
      const records = read.map(newRecord);
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
      if (placed.some(({ ok }) => ok)) tx.signal(stream.arn);
      return {
        FailedRecordCount: placed.filter(({ ok }) => !ok).length,
        Records: placed.map(resultEntry),
        ...encryptionMember(stream),
      };
    },
  };
}

function resultEntry(placed: Placed): Record<string, string> {
  return placed.ok
    ? { SequenceNumber: placed.sequence, ShardId: placed.shardId }
    : { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: placed.reason };
}

function listLength(list: readonly unknown[]): string | undefined {
  if (list.length < 1) return violation('records', '[]', 'have length greater than or equal to 1');
  return list.length > PUT_RECORDS_MAX
    ? violation('records', 'hidden', `have length less than or equal to ${PUT_RECORDS_MAX}`)
    : undefined;
}
