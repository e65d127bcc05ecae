/**
 * Firehose PutRecord and PutRecordBatch: append to a delivery stream that no Kinesis stream feeds.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 *
 * Not here: the account's throughput quota, so no record of a batch ever fails alone.
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import { append } from '../../store/log.ts';
import type { Tx } from '../../store/store.ts';
import type { DeliveryStreamConfig } from './config.ts';
import { deliveryStreamArn, existing, nameIn } from './describe-delivery-streams.ts';
import { directSequence, type PutRecordEntry } from './source.ts';

type Streams = ReadonlyMap<string, DeliveryStreamConfig>;
type PutRecordInput = { name: string; data: Uint8Array };
type PutRecordBatchInput = { name: string; records: Uint8Array[] };

/** Before base64: https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html */
const RECORD_BYTES_MAX = 1_024_000;
const BATCH_RECORDS_MAX = 500;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

export function putRecord(streams: Streams, ports: Ports): Operation {
  const operation: Operation<PutRecordInput> = {
    service: 'firehose',
    name: 'PutRecord',
    kind: 'transaction',
    parse(raw) {
      const { Record } = raw as { Record?: unknown };
      return { name: nameIn(raw), data: dataOf(Record, 'record') };
    },
    permissions: ({ name }) => [{ action: 'firehose:PutRecord', resource: deliveryStreamArn(ports, name) }],
    run(tx, { name, data }) {
      requireDirect(existing(streams, ports, name));
      return { RecordId: write(tx, ports, name, data), Encrypted: false };
    },
  };
  return operation as Operation;
}

export function putRecordBatch(streams: Streams, ports: Ports): Operation {
  const operation: Operation<PutRecordBatchInput> = {
    service: 'firehose',
    name: 'PutRecordBatch',
    kind: 'transaction',
    parse(raw) {
      const { Records } = raw as { Records?: unknown };
      const list = Array.isArray(Records) ? Records : [];
      if (list.length < 1 || list.length > BATCH_RECORDS_MAX)
        throw validation(
          `Value at 'records' failed to satisfy constraint: Member must have length ${list.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${BATCH_RECORDS_MAX}`}`,
        );
      const records = list.map((record, index) => dataOf(record, `records.${index + 1}.member`));
      if (records.reduce((total, { byteLength }) => total + byteLength, 0) > BATCH_BYTES_MAX)
        throw new AwsError('InvalidArgumentException', 'Records size exceeds 4 MB limit');
      return { name: nameIn(raw), records };
    },
    permissions: ({ name }) => [
      { action: 'firehose:PutRecordBatch', resource: deliveryStreamArn(ports, name) },
    ],
    run(tx, { name, records }) {
      requireDirect(existing(streams, ports, name));
      const RequestResponses = records.map((data) => ({ RecordId: write(tx, ports, name, data) }));
      return { FailedPutCount: 0, Encrypted: false, RequestResponses };
    },
  };
  return operation as Operation;
}

function write(tx: Tx, ports: Ports, name: string, data: Uint8Array): string {
  const entry: PutRecordEntry = { data, arrivedAt: ports.clock.now() };
  return directSequence(append(tx, deliveryStreamArn(ports, name), entry));
}

function dataOf(record: unknown, where: string): Uint8Array {
  const data = (record as { Data?: unknown } | undefined)?.Data;
  if (typeof data !== 'string' && !(data instanceof Uint8Array))
    throw validation(`Value null at '${where}.data' failed to satisfy constraint: Member must not be null`);
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
  if (bytes.byteLength > RECORD_BYTES_MAX)
    throw validation(
      `Value at '${where}.data' failed to satisfy constraint: Member must have length less than or equal to ${RECORD_BYTES_MAX}`,
    );
  return bytes;
}

function validation(detail: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${detail}`);
}

function requireDirect({ source }: DeliveryStreamConfig): void {
  if (source.kind !== 'direct-put')
    throw new AwsError(
      'InvalidArgumentException',
      'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
    );
}
