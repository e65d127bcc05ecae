/**
 * Firehose PutRecord and PutRecordBatch: append to a delivery stream that no Kinesis stream feeds.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 *
 * Not here: the account's throughput quota, so no record of a batch ever fails alone.
 */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { bytesOf, inputOf, list, structure } from '../../shape.ts';
import { append } from '../../store/log.ts';
import type { Tx } from '../../store/store.ts';
import type { DeliveryStreamConfig } from './config.ts';
import { deliveryStreamArn, existing, nameMember } from './describe-delivery-streams.ts';
import { directSequence, type PutRecordEntry } from './source.ts';

type Streams = ReadonlyMap<string, DeliveryStreamConfig>;

/** Before base64: https://docs.aws.amazon.com/firehose/latest/APIReference/API_Record.html */
const RECORD_BYTES_MAX = 1_024_000;
const BATCH_RECORDS_MAX = 500;
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

const record = structure({ Data: bytesOf(0, RECORD_BYTES_MAX) });
const readOne = inputOf(structure({ ...nameMember, Record: record }));

export function putRecord(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'firehose',
    name: 'PutRecord',
    parse(raw) {
      const { DeliveryStreamName, Record } = readOne(raw);
      return { name: DeliveryStreamName, data: Record.Data };
    },
    permissions: ({ name }) => [{ action: 'firehose:PutRecord', resource: deliveryStreamArn(ports, name) }],
    run(tx, { name, data }) {
      requireDirect(existing(streams, ports, name));
      return { RecordId: write(tx, ports, name, data), Encrypted: false };
    },
  });
}

const readBatch = inputOf(structure({ ...nameMember, Records: list(record, 1, BATCH_RECORDS_MAX) }));

export function putRecordBatch(streams: Streams, ports: Ports): Operation {
  return transaction({
    service: 'firehose',
    name: 'PutRecordBatch',
    parse(raw) {
      const { DeliveryStreamName, Records } = readBatch(raw);
      const records = Records.map(({ Data }) => Data);
      if (records.reduce((total, { byteLength }) => total + byteLength, 0) > BATCH_BYTES_MAX)
        throw new AwsError('InvalidArgumentException', 'Records size exceeds 4 MB limit');
      return { name: DeliveryStreamName, records };
    },
    permissions: ({ name }) => [
      { action: 'firehose:PutRecordBatch', resource: deliveryStreamArn(ports, name) },
    ],
    run(tx, { name, records }) {
      requireDirect(existing(streams, ports, name));
      const RequestResponses = records.map((data) => ({ RecordId: write(tx, ports, name, data) }));
      return { FailedPutCount: 0, Encrypted: false, RequestResponses };
    },
  });
}

function write(tx: Tx, ports: Ports, name: string, data: Uint8Array): string {
  const entry: PutRecordEntry = { data, arrivedAt: ports.clock.now() };
  return directSequence(append(tx, deliveryStreamArn(ports, name), entry));
}

function requireDirect({ source }: DeliveryStreamConfig): void {
  if (source.kind !== 'direct-put')
    throw new AwsError(
      'InvalidArgumentException',
      'This operation is not permitted on KinesisStreamAsSource delivery stream type.',
    );
}
