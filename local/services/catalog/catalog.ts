/**
 * The Glue data catalog: what the lake's files mean. Databases and classifiers are the stack's; tables, views and
 * partitions are written by the crawler and by Athena, kept in the store, and read by Athena.
 *
 *     crawler → [catalog] ← athena
 *
 * It does not look into the lake and knows nothing of SQL: a view is text that Athena gave it.
 */

import type { Part } from '../../ports.ts';
import { catalogDatabase, classifier } from './config.ts';
import { batchCreatePartition, createPartition } from './create-partition.ts';
import { createTable } from './create-table.ts';
import { batchDeletePartition, deletePartition } from './delete-partition.ts';
import { batchDeleteTable, deleteTable } from './delete-table.ts';
import { getClassifier, getClassifiers } from './get-classifier.ts';
import { getDatabase, getDatabases } from './get-database.ts';
import { getPartition } from './get-partition.ts';
import { getPartitions } from './get-partitions.ts';
import { getTable } from './get-table.ts';
import { getTableVersions } from './get-table-versions.ts';
import { getTables } from './get-tables.ts';
import type { Catalog } from './model.ts';
import { batchUpdatePartition, updatePartition } from './update-partition.ts';
import { updateTable } from './update-table.ts';

const OF_THE_STACK = [
  'CreateDatabase',
  'UpdateDatabase',
  'DeleteDatabase',
  'CreateClassifier',
  'UpdateClassifier',
  'DeleteClassifier',
];

export const catalog: Part = {
  name: 'catalog',
  kinds: [catalogDatabase, classifier],
  open(stack, ports) {
    const context: Catalog = {
      account: ports.account,
      region: ports.region,
      now: () => ports.clock.now(),
      databases: new Map(stack.all(catalogDatabase).map((each) => [each.name, each])),
      createdAt: ports.clock.now(),
    };
    const classifiers = new Map(stack.all(classifier).map((each) => [each.name, each]));
    return {
      operations: [
        getDatabase(context),
        getDatabases(context),
        getTable(context),
        getTables(context),
        getTableVersions(context),
        createTable(context),
        updateTable(context),
        deleteTable(context),
        batchDeleteTable(context),
        getPartition(context),
        getPartitions(context),
        createPartition(context),
        batchCreatePartition(context),
        updatePartition(context),
        batchUpdatePartition(context),
        deletePartition(context),
        batchDeletePartition(context),
        getClassifier(context, classifiers),
        getClassifiers(context, classifiers),
      ],
      refusals: OF_THE_STACK.map((name) => ({
        service: 'glue',
        name,
        sentence: `${name} is not allowed here: the stack owns databases and classifiers. Change the stack and start again.`,
      })),
    };
  },
};
