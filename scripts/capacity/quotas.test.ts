/** The planner's quotas beside those by which the engine throttles: what both name is the same number. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INVOCATIONS_A_SHARD_MAX } from '../../local/hops/firehose/delivery.ts';
import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../local/hops/kinesis/capacity.ts';
import { BATCH_RECORDS_MAX } from '../../local/hops/pipe/config.ts';
import { executionsMax } from '../../local/hops/pipe/executions.ts';
import { NEW_ON_DEMAND, PEAK_COUNTS_AFTER_MINUTES } from '../../local/hops/table/growth.ts';
import {
  PARTITION_WRITE_UNITS_PER_SECOND,
  TABLE_UNITS_PER_SECOND_MAX,
} from '../../local/hops/table/throughput.ts';
import { ACCOUNT_EXECUTIONS_MAX } from '../../local/hops/transform/concurrency.ts';
import { QUOTAS, type QuotaName, quota } from './quotas.ts';

const IN_THE_ENGINE: Partial<Record<QuotaName, number>> = {
  'table-write-units': TABLE_UNITS_PER_SECOND_MAX,
  'table-new-write-units': NEW_ON_DEMAND.writeUnits,
  'table-growth-minutes': PEAK_COUNTS_AFTER_MINUTES,
  'partition-write-units': PARTITION_WRITE_UNITS_PER_SECOND,
  'pipe-executions': executionsMax(QUOTAS.region),
  'pipe-batch-records': BATCH_RECORDS_MAX,
  'shard-records': SHARD_WRITE_RECORDS_PER_SECOND,
  'shard-write-bytes': SHARD_WRITE_BYTES_PER_SECOND,
  'shard-read-bytes': SHARD_READ_BYTES_PER_SECOND,
  'transform-calls-a-shard': INVOCATIONS_A_SHARD_MAX,
  'lambda-executions': ACCOUNT_EXECUTIONS_MAX,
};

for (const [name, value] of Object.entries(IN_THE_ENGINE))
  test(`the engine and the planner take ${name} for the same`, () => {
    assert.equal(value, quota(name as QuotaName));
  });
