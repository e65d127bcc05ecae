/** ConsumedCapacity: what dynalite counts for the table, and what the table's indexes cost on top. */

import type { Table } from './tables.ts';

/** Write units of one request, by index. */
export type IndexUnits = Record<string, number>;

export type ConsumedCapacity = {
  TableName: string;
  CapacityUnits: number;
  Table?: Units;
  GlobalSecondaryIndexes?: Record<string, Units>;
  LocalSecondaryIndexes?: Record<string, Units>;
};
type Units = { CapacityUnits: number };

export function unitsTotal(units: IndexUnits): number {
  return Object.values(units).reduce((total, each) => total + each, 0);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html */
export function withIndexUnits(
  consumed: ConsumedCapacity,
  table: Table,
  units: IndexUnits,
): ConsumedCapacity {
  const { Table, ...rest } = consumed;
  const total = { ...rest, CapacityUnits: consumed.CapacityUnits + unitsTotal(units) };
  if (!Table) return total;
  return {
    ...total,
    Table,
    ...byIndex('GlobalSecondaryIndexes', table.config.globalIndexes, units),
    ...byIndex('LocalSecondaryIndexes', table.config.localIndexes, units),
  };
}

function byIndex(member: string, indexes: readonly { IndexName: string }[], units: IndexUnits): object {
  const touched = indexes.filter(({ IndexName }) => (units[IndexName] ?? 0) > 0);
  if (touched.length === 0) return {};
  return {
    [member]: Object.fromEntries(
      touched.map(({ IndexName }) => [IndexName, { CapacityUnits: units[IndexName] }]),
    ),
  };
}

/** What several requests to one table consumed together. */
export function summed(all: readonly ConsumedCapacity[]): ConsumedCapacity {
  return all.reduce((a, b) => ({
    TableName: a.TableName,
    CapacityUnits: a.CapacityUnits + b.CapacityUnits,
    ...(a.Table && b.Table
      ? { Table: { CapacityUnits: a.Table.CapacityUnits + b.Table.CapacityUnits } }
      : {}),
    ...summedIndexes('GlobalSecondaryIndexes', a, b),
    ...summedIndexes('LocalSecondaryIndexes', a, b),
  }));
}

function summedIndexes(
  member: 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes',
  a: ConsumedCapacity,
  b: ConsumedCapacity,
): object {
  if (!a[member] && !b[member]) return {};
  const total: Record<string, Units> = { ...a[member] };
  for (const [index, { CapacityUnits }] of Object.entries(b[member] ?? {}))
    total[index] = { CapacityUnits: (total[index]?.CapacityUnits ?? 0) + CapacityUnits };
  return { [member]: total };
}
