/**
 * What a table measures, under AWS's names: units and throttles where its meter counts them, latencies and throttled
 * requests around its operations. What is zero is not measured, as DynamoDB does.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */

import type { Clock } from '../../clock.ts';
import type { Measure, Measuring } from '../../metrics/metrics.ts';
import type { CallContext, Operation } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import { isThrottling, type Meter } from './throughput.ts';

const NAMESPACE = 'AWS/DynamoDB';
const TABLE_UNITS = {
  ConsumedReadCapacityUnits: 'Count',
  ConsumedWriteCapacityUnits: 'Count',
  ReadThrottleEvents: 'Count',
  WriteThrottleEvents: 'Count',
} as const;
const OPERATION_UNITS = { SuccessfulRequestLatency: 'Milliseconds', ThrottledRequests: 'Count' } as const;

/** The meter, whose answers are measured. */
export function measuredMeter(meter: Meter, measuring: Measuring, TableName: string): Meter {
  const measure = measuring({ namespace: NAMESPACE, dimensions: { TableName } }, TABLE_UNITS);
  return {
    ...meter,
    admit(direction, key) {
      try {
        meter.admit(direction, key);
      } catch (error) {
        measure(direction === 'read' ? 'ReadThrottleEvents' : 'WriteThrottleEvents', 1);
        throw error;
      }
    },
    charge(direction, key, units) {
      meter.charge(direction, key, units);
      measure(direction === 'read' ? 'ConsumedReadCapacityUnits' : 'ConsumedWriteCapacityUnits', units);
    },
  };
}

/** The operation, each call of which is measured for every table that it names. */
export function measuredOperation(operation: Operation, measuring: Measuring, clock: Clock): Operation {
  const byTable = new Map<string, Measure<keyof typeof OPERATION_UNITS>>();

  function measureOf(TableName: string): Measure<keyof typeof OPERATION_UNITS> {
    const dimensions = { TableName, Operation: operation.name };
    const measure =
      byTable.get(TableName) ?? measuring({ namespace: NAMESPACE, dimensions }, OPERATION_UNITS);
    byTable.set(TableName, measure);
    return measure;
  }

  function succeeded(input: unknown, begunAt: number): void {
    for (const table of tablesIn(input)) measureOf(table)('SuccessfulRequestLatency', clock.now() - begunAt);
  }

  function failed(input: unknown, error: unknown): void {
    if (isThrottling(error)) for (const table of tablesIn(input)) measureOf(table)('ThrottledRequests', 1);
  }

  if (operation.kind === 'transaction')
    return {
      ...operation,
      run(tx: Tx, input: unknown, context: CallContext) {
        const begunAt = clock.now();
        tx.committed(() => succeeded(input, begunAt));
        try {
          return operation.run(tx, input, context);
        } catch (error) {
          failed(input, error);
          throw error;
        }
      },
    };
  return {
    ...operation,
    async run(input: unknown, context: CallContext) {
      const begunAt = clock.now();
      try {
        const output = await operation.run(input, context);
        succeeded(input, begunAt);
        return output;
      } catch (error) {
        failed(input, error);
        throw error;
      }
    },
  };
}

type Named = { TableName: string };
/** How the inputs of the operations name tables: one, a batch by name, or those of a transaction. */
type Input = Partial<Named> & {
  RequestItems?: Record<string, unknown>;
  steps?: { request: Named }[];
  gets?: Named[];
};

function tablesIn(input: unknown): Iterable<string> {
  const { TableName, RequestItems, steps, gets } = input as Input;
  if (TableName !== undefined) return [TableName];
  if (RequestItems) return Object.keys(RequestItems);
  return new Set(
    [...(steps ?? []).map(({ request }) => request), ...(gets ?? [])].map((each) => each.TableName),
  );
}
