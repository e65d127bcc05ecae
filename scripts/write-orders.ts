/**
 * Writes the model's orders into a table as they fall due, over the AWS API, like any client: on the laptop and on
 * AWS alike. An open model: a slow table does not slow the day down, it only lets more requests be in flight, up to
 * a bound; past it orders are written late, in their order.
 *
 *     loadtest/orders → [write-orders] → DynamoDB
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type OrderModel, placedAt, type Write, writesAt } from '../loadtest/orders.ts';
import { sha256Bytes } from '../loadtest/sha256-in-node.ts';

/** What the table acknowledged. `placed`, `advanced` and `deleted` each made one change record. */
export type Written = {
  placed: number;
  advanced: number;
  deleted: number;
  /** Steps of an order that is not there, such as one that an interrupted run never placed. They change nothing. */
  skipped: number;
  failed: number;
  /** Why the last failed write failed. */
  lastFailure?: string;
};

export type OrderRun = {
  client: DynamoDBClient;
  tableName: string;
  model: OrderModel;
  /** The first order's number. */
  from: number;
  signal: AbortSignal;
  /** Called once an order's number is about to be used, so that a later run can go on after it. */
  onTurn?(i: number): void;
  /** Called for each acknowledged write, `at` milliseconds since the epoch. */
  onAcknowledged?(write: Write, at: number): void;
};

/** Enough for 3,000 writes a second at 80 ms each; more would only queue in the client. */
export const IN_FLIGHT_MAX = 256;
/** A pause shorter than this is not worth a timer. */
const DUE_SLACK_MS = 2;

/** Runs until `signal` aborts, lets the writes in flight end, and answers what was written so far as it grows. */
export function writeOrders(run: OrderRun): { written: Written; done: Promise<Written> } {
  const written: Written = { placed: 0, advanced: 0, deleted: 0, skipped: 0, failed: 0 };
  return { written, done: writeUntilAborted(run, written) };
}

async function writeUntilAborted(run: OrderRun, written: Written): Promise<Written> {
  const { model, from, signal } = run;
  const lastOf = new Map<string, Promise<void>>();
  const inFlight = new Set<Promise<void>>();

  /** Steps of one order follow one another, or SHIPPED could overtake PAID. */
  function begin(write: Write): void {
    const after = lastOf.get(write.orderid) ?? Promise.resolve();
    const work = after.then(() => perform(run, write, written));
    lastOf.set(write.orderid, work);
    const settled = work.finally(() => {
      inFlight.delete(settled);
      if (lastOf.get(write.orderid) === work) lastOf.delete(write.orderid);
    });
    inFlight.add(settled);
  }

  for (let i = from; !signal.aborted; i++) {
    const due = placedAt(model, i) - Date.now();
    if (due > DUE_SLACK_MS) await pause(due, undefined, { signal }).catch(() => {});
    while (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
    if (signal.aborted) break;
    run.onTurn?.(i);
    for (const write of writesAt(model, i, sha256Bytes)) begin(write);
  }
  await Promise.all(inFlight);
  return written;
}

async function perform(run: OrderRun, write: Write, written: Written): Promise<void> {
  try {
    await send(run, write);
    count(written, write);
    run.onAcknowledged?.(write, Date.now());
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) written.skipped++;
    else {
      written.failed++;
      written.lastFailure = `${write.kind} ${write.orderid}: ${(error as Error).name}: ${(error as Error).message}`;
    }
  }
}

/** Conditions make each write safe to repeat: the SDK's own retry of a lost answer changes nothing twice. */
async function send({ client, tableName: TableName }: OrderRun, write: Write): Promise<void> {
  switch (write.kind) {
    case 'place':
      await client.send(
        new PutItemCommand({
          TableName,
          Item: write.item,
          ConditionExpression: 'attribute_not_exists(orderid)',
        }),
      );
      return;
    case 'advance':
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: { orderid: { S: write.orderid } },
          UpdateExpression: 'SET #status = :status',
          ConditionExpression: 'attribute_exists(orderid) AND #status <> :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': { S: write.status } },
        }),
      );
      return;
    case 'delete':
      await client.send(
        new DeleteItemCommand({
          TableName,
          Key: { orderid: { S: write.orderid } },
          ConditionExpression: 'attribute_exists(orderid)',
        }),
      );
      return;
  }
}

function count(written: Written, write: Write): void {
  switch (write.kind) {
    case 'place':
      written.placed++;
      return;
    case 'advance':
      written.advanced++;
      return;
    case 'delete':
      written.deleted++;
      return;
  }
}
