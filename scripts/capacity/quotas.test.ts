/** The planner's quotas beside those by which the engine throttles: what both name is the same number. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../local/hops/kinesis/capacity.ts';
import { NEW_ON_DEMAND, PEAK_COUNTS_AFTER_MINUTES } from '../../local/hops/table/growth.ts';
import {
  PARTITION_WRITE_UNITS_PER_SECOND,
  TABLE_UNITS_PER_SECOND_MAX,
} from '../../local/hops/table/throughput.ts';
import { type QuotaName, quota } from './quotas.ts';

const IN_THE_ENGINE: Partial<Record<QuotaName, number>> = {
  'table-write-units': TABLE_UNITS_PER_SECOND_MAX,
  'table-new-write-units': NEW_ON_DEMAND.writeUnits,
  'table-growth-minutes': PEAK_COUNTS_AFTER_MINUTES,
  'partition-write-units': PARTITION_WRITE_UNITS_PER_SECOND,
  'shard-records': SHARD_WRITE_RECORDS_PER_SECOND,
  'shard-write-bytes': SHARD_WRITE_BYTES_PER_SECOND,
  'shard-read-bytes': SHARD_READ_BYTES_PER_SECOND,
};

for (const [name, value] of Object.entries(IN_THE_ENGINE))
  test(`the engine and the planner take ${name} for the same`, () => {
    assert.equal(value, quota(name as QuotaName));
  });
