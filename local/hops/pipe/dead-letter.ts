/**
 * What the pipe leaves of records that it gives up on: a message in the dead-letter queue that says where in the
 * stream they are (AWS's form), not what they were. One message names one run of neighbours, so that nothing that was
 * delivered lies within it.
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import { offsetOf, STREAM_SEQUENCE_DIGITS } from '../../store/sequence.ts';
import type { Tx } from '../../store/store.ts';
import type { PipeConfig } from './config.ts';
import type { StreamRecord } from './source.ts';

export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** Sends within the caller's unit of work. A run whose letter the queue does not take is answered, with the reason: the
 * letters of the others are sent all the same, so its records alone must stay. */
export function leaveDeadLetters(
  tx: Tx,
  config: PipeConfig,
  role: Principal,
  ports: Ports,
  shardId: string,
  records: readonly StreamRecord[],
  condition: Condition,
): { run: StreamRecord[]; reason: string }[] {
  const arn = config.source.deadLetterArn;
  if (arn === undefined) return [];
  const [, , , , account, name] = arn.split(':');
  return runs(records).flatMap((run) => {
    try {
      ports.callIn(tx, role, 'sqs', 'SendMessage', {
        QueueUrl: `${ports.endpoint()}/${account}/${name}`,
        MessageBody: JSON.stringify(letter(config, ports, shardId, run, condition)),
      });
      return [];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const reason = `the dead-letter queue does not take it (${error.code}: ${error.message})`;
      return [{ run, reason }];
    }
  });
}

function letter(
  config: PipeConfig,
  { account, region, clock }: Ports,
  shardId: string,
  run: readonly StreamRecord[],
  condition: Condition,
) {
  const first = (run[0] as StreamRecord).dynamodb;
  const last = (run.at(-1) as StreamRecord).dynamodb;
  return {
    context: {
      partnerResourceArn: `arn:aws:pipes:${region}:${account}:pipe/${config.name}`,
      condition,
    },
    version: '1.0',
    timestamp: new Date(clock.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first.SequenceNumber,
      endSequenceNumber: last.SequenceNumber,
      approximateArrivalOfFirstRecord: secondsText(first.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: secondsText(last.ApproximateCreationDateTime),
      batchSize: run.length,
      streamArn: config.sourceArn,
    },
  };
}

function runs(records: readonly StreamRecord[]): StreamRecord[][] {
  const found: StreamRecord[][] = [];
  let previous: number | undefined;
  for (const record of records) {
    const offset = offsetOf(record.dynamodb.SequenceNumber, STREAM_SEQUENCE_DIGITS);
    const follows = offset !== undefined && previous !== undefined && offset === previous + 1;
    if (follows) found.at(-1)?.push(record);
    else found.push([record]);
    previous = offset;
  }
  return found;
}

function secondsText(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
