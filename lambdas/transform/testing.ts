/**
 * Changes and Firehose events for the transform's tests and benchmark, in the shapes that AWS delivers. It checks nothing.
 */

import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Image, KinesisChange, StreamChange } from '../../schemas/change.ts';

/** 2026-07-08T09:30:00Z, a Prime Day. */
export const SECOND = 1_783_503_000;

/** The original generator's order: the four required fields alone. */
export const SMALL_ORDER: Image = {
  orderid: { S: '2f7c9b52' },
  product_name: { S: 'Headphones' },
  quantity: { N: '2' },
  price: { N: '27' },
};

export const FULL_ORDER: Image = {
  ...SMALL_ORDER,
  price: { N: '249.99' },
  category: { S: 'audio' },
  customer_id: { S: 'c-00018274' },
  status: { S: 'PLACED' },
  created_at: { S: '2026-07-08T09:29:59.750Z' },
  currency: { S: 'USD' },
  region: { S: 'us-east' },
  deal_id: { S: 'deal-0042' },
  channel: { S: 'app' },
};

/** As the pipe passes a DynamoDB Streams record on. */
export function streamChange(image: Image, overrides: Partial<StreamChange> = {}): StreamChange {
  const { orderid = { S: '' } } = image;
  const removed = overrides.eventName === 'REMOVE';
  return {
    eventID: '9f0e5c4e5d1a4f3c8b7a6d5e4f3c2b1a',
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    eventSourceARN: 'arn:aws:dynamodb:us-east-2:000000000000:table/ordertable/stream/2026-07-08T00:00:00.000',
    awsRegion: 'us-east-2',
    dynamodb: {
      ApproximateCreationDateTime: SECOND,
      Keys: { orderid },
      ...(removed ? { OldImage: image } : { NewImage: image }),
      SequenceNumber: '400000000000000000000000001',
      SizeBytes: 182,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    ...overrides,
  };
}

/** As Kinesis Data Streams for DynamoDB writes it, with microseconds. */
export function kinesisChange(image: Image, createdUs = SECOND * 1e6 + 123_456): KinesisChange {
  const { orderid = { S: '' } } = image;
  return {
    awsRegion: 'us-east-2',
    eventID: '0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d',
    eventName: 'INSERT',
    userIdentity: null,
    recordFormat: 'application/json',
    tableName: 'ordertable',
    dynamodb: {
      ApproximateCreationDateTime: createdUs,
      ApproximateCreationDateTimePrecision: 'MICROSECOND',
      Keys: { orderid },
      NewImage: image,
      SizeBytes: 182,
    },
    eventSource: 'aws:dynamodb',
  };
}

/** A record's data: text as it is, anything else as JSON. */
function firehoseRecord(content: unknown, index = 0): FirehoseTransformationEventRecord {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const arrivedMs = SECOND * 1000 + 900;
  return {
    recordId: `4962138412312312312312312312312312312312312${String(index).padStart(8, '0')}000000`,
    approximateArrivalTimestamp: arrivedMs,
    data: Buffer.from(text).toString('base64'),
    kinesisRecordMetadata: {
      sequenceNumber: '49546986683135544286507457936321625675700192471156785154',
      subsequenceNumber: '0',
      partitionKey: '9f0e5c4e5d1a4f3c8b7a6d5e4f3c2b1a',
      shardId: 'shardId-000000000000',
      approximateArrivalTimestamp: arrivedMs,
    },
  };
}

export function firehoseEvent(contents: unknown[]): FirehoseTransformationEvent {
  return {
    invocationId: '2b4d1ad9-2f48-94bd-a088-767c317e994a',
    sourceKinesisStreamArn: 'arn:aws:kinesis:us-east-2:000000000000:stream/kinesis-sales-order-stream',
    deliveryStreamArn: 'arn:aws:firehose:us-east-2:000000000000:deliverystream/kinesis-to-s3-delivery',
    region: 'us-east-2',
    records: contents.map(firehoseRecord),
  };
}
