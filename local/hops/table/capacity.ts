/** ConsumedCapacity: what dynalite counts for the table, and what the table's indexes cost on top. */

import type { Table } from './tables.ts';

/** Write units of one request, by index. */
export type IndexUnits = Record<string, number>;

export type ConsumedCapacity = {
  TableName: string;
  CapacityUnits: number;
  Table?: { CapacityUnits: number };
};

export function addUnits(to: IndexUnits, more: IndexUnits): void {
  for (const [index, units] of Object.entries(more)) to[index] = (to[index] ?? 0) + units;
}

export function unitsTotal(units: IndexUnits): number {
  return Object.values(units).reduce((total, each) => total + each, 0);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html */
export function withIndexUnits(consumed: ConsumedCapacity, table: Table, units: IndexUnits): object {
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
