/**
 * The stream: DynamoDB Streams over the change records that the table appends.
 *
 *     table → [stream] → pipe
 *
 * Every item has its shard, by its key's hash, so one item's changes keep their order. Shards never split or close.
 * Records are kept 24 hours. AWS's limit of two readers a shard is not enforced.
 */

import type { Part } from '../../ports.ts';
import { describeStream, listStreams } from './describe.ts';
import { getRecords } from './get-records.ts';
import { getShardIterator } from './get-shard-iterator.ts';
import { returnedMeasure } from './metrics.ts';
import { createReaders } from './readers.ts';
import { retention } from './retention.ts';

export const stream: Part = {
  name: 'stream',
  // A stream is an argument of its table, which declares it in the store.
  kinds: [],
  open(_stack, ports) {
    const readers = createReaders(ports.store);
    const measure = returnedMeasure(ports.measuring);
    return {
      operations: [
        listStreams(),
        describeStream(),
        getShardIterator(ports),
        getRecords(ports, readers, measure),
      ],
      movers: [retention(ports)],
      status: (read) => readers.status(read, ports.clock.now()),
    };
  },
};
