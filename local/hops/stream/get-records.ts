/**
 * GetRecords: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 * At most 1,000 records or 1 MB a call; a single record that is larger comes alone.
 */

import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, textOf } from '../../shape.ts';
import { type Change, shardLog } from '../../store/changes.ts';
import { ends, type LogRecord, read } from '../../store/log.ts';
import type { Read } from '../../store/store.ts';
import { trimmed } from './get-shard-iterator.ts';
import type { MeasureReturned } from './metrics.ts';
import type { Readers } from './readers.ts';
import { recordOf } from './records.ts';
import { checkFresh, decodeIterator, encodeIterator } from './shard-iterator.ts';
import { streamNamed } from './stream-named.ts';

const RECORDS_MAX = 1_000;
const ANSWER_BYTES_MAX = 1_048_576;
/** Records read at once; an image may have 400 KB, so not all thousand are fetched before they are counted. */
const PAGE_RECORDS = 100;

const readInput = inputOf(structure({ ShardIterator: textOf(1) }, { Limit: numberOf(1, RECORDS_MAX) }));

export function getRecords({ clock, region }: Ports, readers: Readers, measure: MeasureReturned): Operation {
  return transaction({
    service: 'dynamodbstreams',
    name: 'GetRecords',
    parse(raw) {
      const { ShardIterator, Limit = RECORDS_MAX } = readInput(raw);
      return { iterator: decodeIterator(ShardIterator), limit: Limit };
    },
    permissions: ({ iterator }) => [{ action: 'dynamodb:GetRecords', resource: iterator.streamArn }],
    run(tx, { iterator, limit: most }) {
      checkFresh(iterator, clock.now());
      const stream = streamNamed(tx, iterator.streamArn);
      const { shardId } = iterator;
      const log = shardLog(stream.arn, shardId);
      const { tail } = ends(tx, log);
      const from = iterator.at === 'oldest' ? tail : iterator.at;
      if (from < tail) throw trimmed();
      const found = readUpTo(tx, log, from, most);
      const next = (found.at(-1)?.offset ?? from - 1) + 1;
      readers.passed(log, next, found.length);
      const bytes = found.reduce((sum, { value }) => sum + value.bytes, 0);
      measure(stream, found.length, bytes);
      return {
        Records: found.map(({ offset, value }) => recordOf(stream, region, shardId, offset, value)),
        NextShardIterator: encodeIterator({ ...iterator, at: next, issuedAt: clock.now() }),
      };
    },
  });
}

function readUpTo(tx: Read, log: string, from: number, most: number): LogRecord<Change>[] {
  const found: LogRecord<Change>[] = [];
  let bytes = 0;
  for (;;) {
    const wanted = Math.min(PAGE_RECORDS, most - found.length);
    const page = read<Change>(tx, log, from + found.length, wanted);
    for (const record of page) {
      bytes += record.value.bytes;
      if (bytes > ANSWER_BYTES_MAX && found.length > 0) return found;
      found.push(record);
    }
    if (page.length < wanted || found.length === most) return found;
  }
}
