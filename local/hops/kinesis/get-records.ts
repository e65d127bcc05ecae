/** GetRecords: the records from an iterator on, within the shard's read throughput, and the iterator to go on with.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, textOf } from '../../shape.ts';
import { ends, type LogRecord, read } from '../../store/log.ts';
import type { Read } from '../../store/store.ts';
import { type Place, readIterator, refuseExpired, writeIterator } from './iterator.ts';
import { measureRead, measureThrottledRead } from './metrics.ts';
import { rateExceeded } from './put.ts';
import type { Shard } from './shards.ts';
import {
  encryptionMember,
  type OpenStream,
  right,
  type StoredRecord,
  type Streams,
  sequenceOf,
  shardIndex,
} from './streams.ts';

const GET_RECORDS_MAX = 10_000;
const GET_RECORDS_BYTES_MAX = 10 * 1_048_576;
/** How many records are taken out of the store at once; a full page of large ones must not be read to be dropped. */
const PAGE_RECORDS = 500;

const readInput = inputOf(
  structure({ ShardIterator: textOf(1, 512) }, { Limit: numberOf(1, GET_RECORDS_MAX) }),
);

export function getRecords(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'kinesis',
    name: 'GetRecords',
    parse(raw) {
      const { ShardIterator, Limit = GET_RECORDS_MAX } = readInput(raw);
      return { place: readIterator(ShardIterator), limit: Limit };
    },
    permissions: ({ place }) => right('GetRecords', place.arn),
    run(tx, { place, limit }) {
      const stream = streams.at(place.arn);
      const index = shardIndex(stream, place.shardId, ports.account);
      const shard = stream.shards[index] as Shard;
      refuseExpired(place.madeAt, ports.clock.now());
      const capacity = stream.capacity[index];
      if (!capacity?.read()) {
        measureThrottledRead(stream.measure);
        throw new AwsError(
          'ProvisionedThroughputExceededException',
          rateExceeded(shard.id, stream, ports.account),
        );
      }
      const page = readPage(tx, shard.log, place.offset, limit);
      capacity.hasRead(page.bytes);
      const output = answer(tx, stream, index, place, page.records, ports.clock.now());
      const { records, bytes } = page;
      measureRead(stream.measure, { records: records.length, bytes, behindMs: output.MillisBehindLatest });
      return output;
    },
  });
}

function answer(
  tx: Read,
  stream: OpenStream,
  index: number,
  place: Place,
  records: LogRecord<StoredRecord>[],
  now: number,
) {
  const { head } = ends(tx, (stream.shards[index] as Shard).log);
  const newest = records.at(-1);
  const offset = newest ? newest.offset + 1 : Math.min(place.offset, head);
  countRead(stream, index, offset, records.length);
  const encryption = encryptionMember(stream);
  return {
    Records: records.map(({ offset: at, value }) => ({
      SequenceNumber: sequenceOf(at),
      ApproximateArrivalTimestamp: new Date(value.at),
      Data: value.data,
      PartitionKey: value.key,
      ...encryption,
    })),
    NextShardIterator: writeIterator({ ...place, offset }, now),
    MillisBehindLatest: newest && offset < head ? Math.max(0, now - newest.value.at) : 0,
  };
}

function readPage(tx: Read, log: string, from: number, limit: number) {
  const records: LogRecord<StoredRecord>[] = [];
  let bytes = 0;
  for (let offset = from; records.length < limit; ) {
    const wanted = Math.min(PAGE_RECORDS, limit - records.length);
    const page = read<StoredRecord>(tx, log, offset, wanted);
    for (const record of page) {
      const size = record.value.data.length + Buffer.byteLength(record.value.key);
      if (bytes + size > GET_RECORDS_BYTES_MAX) return { records, bytes };
      records.push(record);
      bytes += size;
    }
    const last = page.at(-1);
    if (!last || page.length < wanted) break;
    offset = last.offset + 1;
  }
  return { records, bytes };
}

/** A second reader of the same records, or one that starts over, does not count them again. */
function countRead(stream: OpenStream, index: number, until: number, records: number): void {
  const before = stream.readUntil[index];
  if (before !== undefined && until <= before) return;
  stream.passed.out += Math.min(records, until - (before ?? until - records));
  stream.readUntil[index] = until;
}
