/**
 * Every rule of the pipeline review, in the order of the data: what loses orders at the source comes first, what opens
 * doors last. A rule that is not named here judges nothing; rules.test.ts holds the list to the files and the pages.
 */

import type { Rule } from './rule.ts';
import { ALARM_LOOSENED } from './rules/alarm-loosened.ts';
import { ALARM_REMOVED } from './rules/alarm-removed.ts';
import { ALARM_TOPIC } from './rules/alarm-topic.ts';
import { ATHENA_LIMITS } from './rules/athena-limits.ts';
import { BUCKET_EXPOSED } from './rules/bucket-exposed.ts';
import { CATALOG_NAMES } from './rules/catalog-names.ts';
import { CRAWLER_DELETES } from './rules/crawler-deletes.ts';
import { CRAWLER_SCHEDULE } from './rules/crawler-schedule.ts';
import { CRAWLER_UPDATES } from './rules/crawler-updates.ts';
import { DELETION_PROTECTION } from './rules/deletion-protection.ts';
import { ENCRYPTION_WEAKENED } from './rules/encryption-weakened.ts';
import { EVENT_ROUTE } from './rules/event-route.ts';
import { FIREHOSE_BUFFER } from './rules/firehose-buffer.ts';
import { FIREHOSE_FORMAT } from './rules/firehose-format.ts';
import { FIREHOSE_PREFIX } from './rules/firehose-prefix.ts';
import { FIREHOSE_REPLACED } from './rules/firehose-replaced.ts';
import { GLUE_TYPES } from './rules/glue-types.ts';
import { KEY_DELETED } from './rules/key-deleted.ts';
import { KEY_POLICY } from './rules/key-policy.ts';
import { KINESIS_MODE } from './rules/kinesis-mode.ts';
import { KINESIS_REPLACED } from './rules/kinesis-replaced.ts';
import { KINESIS_RETENTION } from './rules/kinesis-retention.ts';
import { KINESIS_SHARDS } from './rules/kinesis-shards.ts';
import { LAKE_EXPIRY } from './rules/lake-expiry.ts';
import { LAKE_REPLACED } from './rules/lake-replaced.ts';
import { LAKE_VERSIONING } from './rules/lake-versioning.ts';
import { LOG_RETENTION } from './rules/log-retention.ts';
import { PIPE_AT_LATEST } from './rules/pipe-at-latest.ts';
import { PIPE_CAPACITY } from './rules/pipe-capacity.ts';
import { PIPE_DEAD_LETTERS } from './rules/pipe-dead-letters.ts';
import { PIPE_FILTER } from './rules/pipe-filter.ts';
import { PIPE_PARTITION_KEY } from './rules/pipe-partition-key.ts';
import { PIPE_RESHAPES } from './rules/pipe-reshapes.ts';
import { PIPE_RETRIES } from './rules/pipe-retries.ts';
import { PIPE_STARTS_OVER } from './rules/pipe-starts-over.ts';
import { PIPE_STOPPED } from './rules/pipe-stopped.ts';
import { RESOURCE_OPENED } from './rules/resource-opened.ts';
import { ROLE_NARROWED } from './rules/role-narrowed.ts';
import { ROLE_TRUST } from './rules/role-trust.ts';
import { ROLE_WIDENED } from './rules/role-widened.ts';
import { STREAM_LOST } from './rules/stream-lost.ts';
import { STREAM_VIEW_TYPE } from './rules/stream-view-type.ts';
import { TABLE_RECOVERY } from './rules/table-recovery.ts';
import { TABLE_THROUGHPUT } from './rules/table-throughput.ts';
import { TABLE_TTL } from './rules/table-ttl.ts';
import { TRANSFORM_BUFFER } from './rules/transform-buffer.ts';
import { TRANSFORM_CODE } from './rules/transform-code.ts';
import { TRANSFORM_LIMITS } from './rules/transform-limits.ts';
import { TRANSFORM_REMOVED } from './rules/transform-removed.ts';
import { UPDATE_INTERRUPTS } from './rules/update-interrupts.ts';

export const RULES: readonly Rule[] = [
  STREAM_VIEW_TYPE,
  STREAM_LOST,
  TABLE_RECOVERY,
  TABLE_TTL,
  TABLE_THROUGHPUT,
  DELETION_PROTECTION,
  PIPE_AT_LATEST,
  PIPE_STARTS_OVER,
  PIPE_STOPPED,
  PIPE_RETRIES,
  PIPE_DEAD_LETTERS,
  PIPE_PARTITION_KEY,
  PIPE_FILTER,
  PIPE_RESHAPES,
  PIPE_CAPACITY,
  KINESIS_REPLACED,
  KINESIS_RETENTION,
  KINESIS_SHARDS,
  KINESIS_MODE,
  FIREHOSE_REPLACED,
  FIREHOSE_PREFIX,
  FIREHOSE_FORMAT,
  FIREHOSE_BUFFER,
  TRANSFORM_REMOVED,
  TRANSFORM_BUFFER,
  TRANSFORM_LIMITS,
  TRANSFORM_CODE,
  LAKE_REPLACED,
  LAKE_EXPIRY,
  LAKE_VERSIONING,
  BUCKET_EXPOSED,
  CRAWLER_DELETES,
  CRAWLER_UPDATES,
  CRAWLER_SCHEDULE,
  CATALOG_NAMES,
  GLUE_TYPES,
  EVENT_ROUTE,
  ATHENA_LIMITS,
  ALARM_REMOVED,
  ALARM_LOOSENED,
  ALARM_TOPIC,
  LOG_RETENTION,
  KEY_DELETED,
  KEY_POLICY,
  ENCRYPTION_WEAKENED,
  ROLE_WIDENED,
  ROLE_NARROWED,
  ROLE_TRUST,
  RESOURCE_OPENED,
  UPDATE_INTERRUPTS,
];
