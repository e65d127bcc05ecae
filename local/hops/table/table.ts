/**
 * The table: DynamoDB's items and the change record of each write, which stands in the same unit of work.
 *
 *     clients → [table] → stream
 *
 * Requests are checked and items computed by dynalite (its expression parsers, conditions and sentences); the items,
 * indexes, transactions, throughput and change records are ours, over the engine's store. No table is created here:
 * the stack declares them. No backups, no replicas, no expiry by time to live.
 */

import type { Operation, Part, Refusal } from '../../ports.ts';
import { batchGetItem } from './batch-get-item.ts';
import { batchWriteItem } from './batch-write-item.ts';
import { tableKind } from './config.ts';
import { deleteItem } from './delete-item.ts';
import { describeContinuousBackups, describeTable, describeTimeToLive, listTables } from './describe.ts';
import { getItem } from './get-item.ts';
import { measuredOperation } from './metrics.ts';
import { putItem } from './put-item.ts';
import { query } from './query.ts';
import type { Room } from './room.ts';
import { scan } from './scan.ts';
import { openTables } from './tables.ts';
import { transactGetItems } from './transact-get-items.ts';
import { transactWriteItems } from './transact-write-items.ts';
import { updateItem } from './update-item.ts';
import { createWriter, type WriteCounts } from './write.ts';

const OWNED_BY_THE_STACK = [
  'CreateTable',
  'UpdateTable',
  'DeleteTable',
  'UpdateTimeToLive',
  'UpdateContinuousBackups',
  'TagResource',
  'UntagResource',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
];

export const table: Part = {
  name: 'table',
  kinds: [tableKind],
  open(stack, ports) {
    const counts: WriteCounts = { writes: 0, changes: 0 };
    const room: Room = {
      ports,
      tables: openTables(stack.all(tableKind), ports),
      write: createWriter(ports.clock, counts),
    };
    const data: Operation[] = [
      putItem(room),
      updateItem(room),
      deleteItem(room),
      getItem(room),
      batchWriteItem(room),
      batchGetItem(room),
      query(room),
      scan(room),
      transactWriteItems(room),
      transactGetItems(room),
    ];
    return {
      operations: [
        ...data.map((each) => measuredOperation(each, ports.measuring, ports.clock)),
        describeTable(room),
        listTables(room),
        describeTimeToLive(room),
        describeContinuousBackups(room),
      ],
      refusals: OWNED_BY_THE_STACK.map(refusal),
      status: () => ({ in: counts.writes, out: counts.changes, waiting: 0, failed: 0 }),
    };
  },
};

function refusal(name: string): Refusal {
  return {
    service: 'dynamodb',
    name,
    sentence: `${name} is not available here because the stack owns its tables: change stacks/ and start again.`,
  };
}
