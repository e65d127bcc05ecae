/**
 * Amazon Data Firehose: batches the changes of a Kinesis stream (or what PutRecord is given) by size or time, has a
 * Lambda turn them into rows, and writes them to the lake.
 *
 *     kinesis → [firehose] ⇄ transform → lake
 *
 * It does not know the stream, the function or the bucket but by their AWS operations.
 */

import type { HopStatus, OpenPart, Part, Ports } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import { deliveryStream } from './config.ts';
import { Delivery } from './delivery.ts';
import {
  deliveryStreamArn,
  describeDeliveryStream,
  listDeliveryStreams,
} from './describe-delivery-streams.ts';
import { createProcessor } from './processor.ts';
import { putRecord, putRecordBatch } from './put-records.ts';
import { directSource, kinesisSource } from './source.ts';

const OWNED_BY_STACK = [
  'CreateDeliveryStream',
  'DeleteDeliveryStream',
  'UpdateDestination',
  'StartDeliveryStreamEncryption',
  'StopDeliveryStreamEncryption',
  'TagDeliveryStream',
  'UntagDeliveryStream',
];

export const firehose: Part = {
  name: 'firehose',
  kinds: [deliveryStream],
  open(stack: Stack, ports: Ports): OpenPart {
    const configs = stack.all(deliveryStream);
    const streams = new Map(configs.map((config) => [config.name, config]));
    const deliveries = configs.map((config) => {
      const arn = deliveryStreamArn(ports, config.name);
      const source =
        config.source.kind === 'kinesis'
          ? kinesisSource(config.source, config.name, ports)
          : directSource(arn, ports);
      return new Delivery(config, source, createProcessor(config, arn, source.kinesisArn, ports), ports);
    });
    return {
      operations: [
        putRecord(streams, ports),
        putRecordBatch(streams, ports),
        describeDeliveryStream(streams, ports),
        listDeliveryStreams(streams),
      ],
      refusals: OWNED_BY_STACK.map((name) => ({
        service: 'firehose',
        name,
        sentence: `${name} is refused: the stack owns its delivery streams. Change stacks/ and start the engine again.`,
      })),
      movers: deliveries,
      status: (read) => together(deliveries.map((delivery) => delivery.status(read))),
    };
  },
};

/** The hop's line of all its delivery streams. */
function together(all: HopStatus[]): HopStatus {
  const sum = (of: 'in' | 'out' | 'waiting' | 'failed') =>
    all.reduce((total, status) => total + status[of], 0);
  const lags = all.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
  const failures = all.flatMap(({ lastFailure }) => (lastFailure === undefined ? [] : [lastFailure]));
  const retrying = all.find((status) => status.retrying !== undefined)?.retrying;
  return {
    in: sum('in'),
    out: sum('out'),
    waiting: sum('waiting'),
    failed: sum('failed'),
    ...(lags.length > 0 ? { lagMs: Math.max(...lags) } : {}),
    ...(failures.length > 0 ? { lastFailure: failures.at(-1) as string } : {}),
    ...(retrying === undefined ? {} : { retrying }),
  };
}
