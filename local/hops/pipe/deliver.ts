/** Puts records into the target stream as the pipe's role and tells which did not get in, and whether it was their own
 * fault. The records stand in the caller's unit of work, together with the checkpoint that says so. */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import { BATCH_RECORDS_MAX, type PipeConfig } from './config.ts';
import { type Entry, entryOf, pipedRecord } from './record.ts';
import type { StreamRecord } from './source.ts';

export type Failure = {
  record: StreamRecord;
  reason: string;
  /** `later` for want of throughput: such a retry is not counted against the record. */
  cause: 'later' | 'record';
};

type Prepared = { record: StreamRecord; entry: Entry };
type Answer = { Records: { ErrorCode?: string; ErrorMessage?: string }[] };

/** Half of what one PutRecords takes, so that a call is never refused for its size alone. */
const CALL_BYTES_MAX = 5 * 1_048_576;

export function createDelivery(config: PipeConfig, role: Principal, ports: Ports) {
  function put(tx: Tx, prepared: readonly Prepared[]): Failure[] {
    let answer: Answer;
    try {
      answer = ports.callIn<Answer>(tx, role, 'kinesis', 'PutRecords', {
        StreamARN: config.targetArn,
        Records: prepared.map(({ entry }) => ({ Data: entry.data, PartitionKey: entry.partitionKey })),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return bisectOrFail(tx, prepared, error);
    }
    return prepared.flatMap(({ record }, index) => {
      const { ErrorCode, ErrorMessage } = answer.Records[index] ?? {};
      if (ErrorCode === undefined) return [];
      return [{ record, reason: ErrorMessage ?? ErrorCode, cause: causeOf(ErrorCode) }];
    });
  }

  /** A call that one record spoils is halved until that record stands alone; halving costs no attempt. */
  function bisectOrFail(tx: Tx, prepared: readonly Prepared[], error: AwsError): Failure[] {
    if (config.source.bisect && prepared.length > 1 && SPOILED_BY_A_RECORD.has(error.code)) {
      const middle = prepared.length >> 1;
      return [...put(tx, prepared.slice(0, middle)), ...put(tx, prepared.slice(middle))];
    }
    const reason = `${error.code}: ${error.message}`;
    return prepared.map(({ record }) => ({ record, reason, cause: causeOf(error.code) }));
  }

  /** Delivers in order. What stands behind a chunk with failures is not tried, so that it does not overtake. */
  return (tx: Tx, records: readonly StreamRecord[]): Failure[] => {
    const failures: Failure[] = [];
    const prepared: Prepared[] = [];
    for (const record of records) {
      const entry = entryOf(pipedRecord(record, config), config);
      if (typeof entry === 'string') failures.push({ record, reason: entry, cause: 'record' });
      else prepared.push({ record, entry });
    }
    const chunks = chunked(prepared);
    while (chunks.length > 0) {
      const failed = put(tx, chunks.shift() as Prepared[]);
      failures.push(...failed);
      const [first] = failed;
      if (!first) continue;
      const reason = `waits behind a record that failed: ${first.reason}`;
      for (const { record } of chunks.flat()) failures.push({ record, reason, cause: 'later' });
      break;
    }
    return failures;
  };
}

const SPOILED_BY_A_RECORD = new Set([
  'InvalidArgumentException',
  'SerializationException',
  'ValidationException',
]);
const PASSING = new Set([
  'InternalFailure',
  'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ServiceUnavailable',
  'ThrottlingException',
]);

function causeOf(code: string): Failure['cause'] {
  return PASSING.has(code) ? 'later' : 'record';
}

function chunked(prepared: readonly Prepared[]): Prepared[][] {
  const chunks: Prepared[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const each of prepared) {
    const size = each.entry.data.length + Buffer.byteLength(each.entry.partitionKey);
    const last = chunks.at(-1);
    if (!last || last.length === BATCH_RECORDS_MAX || bytes + size > CALL_BYTES_MAX) {
      chunks.push([each]);
      bytes = size;
    } else {
      last.push(each);
      bytes += size;
    }
  }
  return chunks;
}
