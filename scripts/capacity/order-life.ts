/**
 * What one order weighs on its way, measured and not guessed: a stretch of the generator's orders is written, changed
 * and deleted in memory, each change is encoded as the pipe passes it on, and the real transform makes its line.
 *
 *     loadtest/orders → changes → [order life] → bytes and counts for an order
 *
 * It writes nothing and calls nobody.
 */

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { transform } from '../../lambdas/transform/transform.ts';
import {
  type Attribute,
  changesAnOrder,
  ORIGINAL_SHARE,
  type OrderModel,
  type Write,
  writesAt,
} from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';
import type { Image, StreamChange } from '../../schemas/change.ts';

export type OrderLife = {
  changesAnOrder: number;
  /** Write units that an order takes over its life. */
  writeUnitsAnOrder: number;
  itemBytes: number;
  /** A change as it lies in Kinesis, with its partition key. */
  changeBytes: number;
  /** How many bytes of the transform's request one byte of a change becomes. */
  requestBlowUp: number;
  rowBytes: number;
  rowGzipBytes: number;
  /** Share of the changes that the transform could not make a line of; more than none is a fault of the model. */
  failed: number;
};

/** Steps of an order's life come up to 160 orders after it: before that the mix is not the usual one. */
const WARM_UP_ORDERS = 200;
const MEASURED_ORDERS = 2_000;
const WRITE_UNIT_BYTES = 1_024;
const MODEL: OrderModel = {
  seed: 1,
  startsAt: Date.UTC(2026, 6, 8),
  ordersPerSecond: 1_150,
  dayMs: 86_400_000,
  originalShare: ORIGINAL_SHARE,
};

type Item = Record<string, Attribute>;
type Change = { text: string; key: string; unitBytes: number };

export function measureOrderLife({ itemBytes }: { itemBytes?: number } = {}): OrderLife {
  const items = new Map<string, Item>();
  const changes: Change[] = [];
  let placedBytes = 0;
  for (let i = 0; i < WARM_UP_ORDERS + MEASURED_ORDERS; i++)
    for (const write of writesAt(MODEL, i, sha256Bytes)) {
      const change = apply(write, items, itemBytes, changes.length);
      if (i < WARM_UP_ORDERS) continue;
      if (write.kind === 'place') placedBytes += change.unitBytes;
      changes.push(change);
    }
  const request = JSON.stringify(requestOf(changes));
  const rows = rowsOf(changes);
  const count = changes.length;
  const bytes = total(changes, ({ text }) => Buffer.byteLength(text));
  const units = total(changes, ({ unitBytes }) => Math.ceil(unitBytes / WRITE_UNIT_BYTES));
  const each = changesAnOrder(MODEL.originalShare);
  return {
    changesAnOrder: each,
    writeUnitsAnOrder: (units / count) * each,
    itemBytes: placedBytes / MEASURED_ORDERS,
    changeBytes: (bytes + total(changes, ({ key }) => key.length)) / count,
    requestBlowUp: request.length / bytes,
    rowBytes: rows.text.length / rows.count,
    rowGzipBytes: gzipSync(rows.text).length / rows.count,
    failed: 1 - rows.count / count,
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const total = <T>(list: readonly T[], of: (each: T) => number): number =>
  list.reduce((sum, each) => sum + of(each), 0);

function apply(
  write: Write,
  items: Map<string, Item>,
  itemBytes: number | undefined,
  number: number,
): Change {
  const before = items.get(write.orderid);
  const after = afterOf(write, before, itemBytes);
  if (after) items.set(write.orderid, after);
  else items.delete(write.orderid);
  const change = changeOf(write.orderid, before, after, number);
  return {
    text: JSON.stringify(change),
    key: change.eventID,
    unitBytes: Math.max(bytesOf(before), bytesOf(after)),
  };
}

function afterOf(write: Write, before: Item | undefined, itemBytes: number | undefined): Item | undefined {
  switch (write.kind) {
    case 'place':
      return padded(write.item, itemBytes);
    case 'advance':
      return { ...before, status: { S: write.status } };
    case 'delete':
      return undefined;
  }
}

/** Filled up with what does not compress away, in an attribute that the transform carries on as it is. */
function padded(item: Item, itemBytes: number | undefined): Item {
  const missing = (itemBytes ?? 0) - bytesOf(item) - 'note'.length;
  if (missing <= 0) return item;
  let note = '';
  for (let i = 0; note.length < missing; i++) note += sha256(`${bytesOf(item)}/${i}`);
  return { ...item, note: { S: note.slice(0, missing) } };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function bytesOf(item: Item | undefined): number {
  return total(Object.entries(item ?? {}), ([name, value]) =>
    'S' in value ? name.length + Buffer.byteLength(value.S) : name.length + Math.ceil(value.N.length / 2) + 1,
  );
}

function changeOf(
  orderid: string,
  before: Item | undefined,
  after: Item | undefined,
  number: number,
): StreamChange {
  const id = sha256(`${orderid}/${number}`).slice(0, 32);
  const images: { NewImage?: Image; OldImage?: Image } = {
    ...(after ? { NewImage: after } : {}),
    ...(before ? { OldImage: before } : {}),
  };
  return {
    eventID: id,
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-2',
    dynamodb: {
      ApproximateCreationDateTime: MODEL.startsAt / 1_000,
      Keys: { orderid: { S: orderid } },
      ...images,
      SequenceNumber: `4000000000000000${String(number).padStart(11, '0')}`,
      SizeBytes: bytesOf(before) + bytesOf(after),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:us-east-2:000000000000:table/ordertable/stream/2026-07-08T00:00:00.000',
  };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html */
function requestOf(changes: readonly Change[]): Parameters<typeof transform>[0] {
  return {
    invocationId: '2b4d1ad9-2f48-94bd-a088-767c317e994a',
    sourceKinesisStreamArn: 'arn:aws:kinesis:us-east-2:000000000000:stream/kinesis-sales-order-stream',
    deliveryStreamArn: 'arn:aws:firehose:us-east-2:000000000000:deliverystream/kinesis-to-s3-delivery',
    region: 'us-east-2',
    records: changes.map(({ text, key }, number) => ({
      recordId: `4962138412312312312312312312312312312312312312${String(number).padStart(8, '0')}000000`,
      approximateArrivalTimestamp: MODEL.startsAt,
      data: Buffer.from(text).toString('base64'),
      kinesisRecordMetadata: {
        sequenceNumber: '49546986683135544286507457936321625675700192471156785154',
        subsequenceNumber: '0',
        partitionKey: key,
        shardId: 'shardId-000000000000',
        approximateArrivalTimestamp: MODEL.startsAt,
      },
    })),
  };
}

/** By a few hundred at once, as Firehose calls: one answer may not grow beyond Lambda's payload. */
function rowsOf(changes: readonly Change[]): { text: string; count: number } {
  const CALL_RECORDS = 500;
  let text = '';
  let count = 0;
  for (let from = 0; from < changes.length; from += CALL_RECORDS) {
    const { records } = transform(requestOf(changes.slice(from, from + CALL_RECORDS)), () => undefined);
    for (const { result, data } of records)
      if (result === 'Ok' && data) {
        text += Buffer.from(data, 'base64').toString();
        count++;
      }
  }
  return { text, count };
}
