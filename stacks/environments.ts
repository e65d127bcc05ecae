/**
 * The environments and every number in which they differ. Nothing hides in a default: what is not stated here is the
 * same everywhere and stands in the hop's construct. `local` is one more environment, the one that `npm start` runs.
 * Each number's limit on AWS stands in limits.ts.
 */

import type { EncryptionSettings } from './encryption.ts';
import type { AthenaSettings } from './hops/athena.ts';
import type { CrawlerSettings } from './hops/crawler.ts';
import type { FirehoseSettings } from './hops/firehose.ts';
import type { KinesisSettings } from './hops/kinesis.ts';
import type { LakeSettings } from './hops/lake.ts';
import type { PipeSettings } from './hops/pipe.ts';
import type { TableSettings } from './hops/table.ts';
import type { TransformSettings } from './hops/transform.ts';
import type { EnvironmentName } from './names.ts';
import type { AlarmSettings } from './observability.ts';

export type EventName = 'regional-shop' | 'amazon-average' | 'amazon-peak' | 'ceiling';

export type Environment = {
  name: EnvironmentName;
  region: string;
  /** The event whose peak these numbers must carry, by its name in scripts/capacity/profiles.ts; `npm run synth` refuses
   * them otherwise. */
  carries: EventName | 'nothing in particular';
  /** Whether Terraform may delete what holds orders: the table, the stream's buffer, the lake. */
  deletion: 'allowed' | 'protected';
  /** Whether what a role may do at most is bounded by the policy that `npm run bootstrap` makes in the account. */
  roles: 'unbounded' | 'bounded';
  encryption: EncryptionSettings;
  logRetentionDays: number;
  alarms: AlarmSettings | 'none';
  table: TableSettings;
  pipe: PipeSettings;
  kinesis: KinesisSettings;
  firehose: FirehoseSettings;
  transform: TransformSettings;
  lake: LakeSettings;
  crawler: CrawlerSettings;
  athena: AthenaSettings;
};

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GIBIBYTE = 1024 ** 3;

const local: Environment = {
  name: 'local',
  region: 'us-east-2',
  carries: 'regional-shop',
  deletion: 'allowed',
  roles: 'unbounded',
  encryption: { kind: 'aws-owned' },
  logRetentionDays: 1,
  alarms: 'none',
  table: { writeUnitsPerSecondMax: 20_000, readUnitsPerSecondMax: 20_000, pointInTimeRecovery: 'off' },
  pipe: {
    batchRecords: 500,
    batchWindowSeconds: 0,
    parallelBatches: 1,
    retries: 20,
    // As long as the stream keeps a record: a laptop sleeps, and what it slept through is not lost.
    recordAgeSeconds: DAY,
    deadLetterRetentionSeconds: 14 * DAY,
  },
  // 10,000 changes a second of up to 2 kB each are 20 shards' worth; a fifth more, as hashing is never quite even.
  kinesis: { shards: 24, retentionHours: 24 },
  firehose: {
    bufferSeconds: 5,
    bufferMegabytes: 5,
    // Nothing waits for the transform, so the way to the lake takes the five seconds above and no more.
    transformBufferSeconds: 0,
    transformBufferMegabytes: 3,
    transformRetries: 3,
  },
  transform: { memoryMegabytes: 512, timeoutSeconds: 60 },
  lake: {
    versioning: 'Disabled',
    infrequentAccessAfterDays: 30,
    expireAfterDays: 90,
    errorsExpireAfterDays: 30,
    noncurrentExpireAfterDays: 7,
  },
  // AWS crawls every five minutes at most; a laptop is looked at by someone who waits.
  crawler: { schedule: 'cron(* * * * ? *)' },
  athena: { scannedBytesMax: 10 * GIBIBYTE, resultsExpireAfterDays: 1 },
};

const dev: Environment = {
  name: 'dev',
  region: 'us-east-2',
  carries: 'nothing in particular',
  deletion: 'allowed',
  roles: 'bounded',
  encryption: { kind: 'customer-key', rotationDays: 365, deletionWindowDays: 7 },
  logRetentionDays: 7,
  alarms: {
    periodSeconds: 5 * MINUTE,
    freshnessSecondsMax: 15 * MINUTE,
    iteratorAgeSecondsMax: 5 * MINUTE,
  },
  table: { writeUnitsPerSecondMax: 2_000, readUnitsPerSecondMax: 1_000, pointInTimeRecovery: { days: 1 } },
  pipe: {
    batchRecords: 100,
    batchWindowSeconds: 1,
    parallelBatches: 1,
    retries: 10,
    recordAgeSeconds: HOUR,
    deadLetterRetentionSeconds: 4 * DAY,
  },
  kinesis: { shards: 1, retentionHours: 24 },
  firehose: {
    bufferSeconds: MINUTE,
    bufferMegabytes: 5,
    transformBufferSeconds: 10,
    transformBufferMegabytes: 3,
    transformRetries: 3,
  },
  transform: { memoryMegabytes: 256, timeoutSeconds: 60 },
  lake: {
    versioning: 'Disabled',
    infrequentAccessAfterDays: 30,
    expireAfterDays: 60,
    errorsExpireAfterDays: 30,
    noncurrentExpireAfterDays: 7,
  },
  crawler: { schedule: 'cron(5 * * * ? *)' },
  athena: { scannedBytesMax: 1 * GIBIBYTE, resultsExpireAfterDays: 7 },
};

const staging: Environment = {
  name: 'staging',
  region: 'us-east-2',
  carries: 'regional-shop',
  deletion: 'allowed',
  roles: 'bounded',
  encryption: { kind: 'customer-key', rotationDays: 365, deletionWindowDays: 14 },
  logRetentionDays: 30,
  alarms: {
    periodSeconds: MINUTE,
    freshnessSecondsMax: 10 * MINUTE,
    iteratorAgeSecondsMax: 2 * MINUTE,
  },
  table: { writeUnitsPerSecondMax: 20_000, readUnitsPerSecondMax: 10_000, pointInTimeRecovery: { days: 7 } },
  pipe: {
    batchRecords: 500,
    batchWindowSeconds: 1,
    parallelBatches: 4,
    retries: 50,
    recordAgeSeconds: 4 * HOUR,
    deadLetterRetentionSeconds: 14 * DAY,
  },
  kinesis: { shards: 8, retentionHours: 48 },
  firehose: {
    bufferSeconds: MINUTE,
    bufferMegabytes: 64,
    transformBufferSeconds: 10,
    transformBufferMegabytes: 3,
    transformRetries: 3,
  },
  transform: { memoryMegabytes: 1024, timeoutSeconds: 60 },
  lake: {
    versioning: 'Enabled',
    infrequentAccessAfterDays: 30,
    expireAfterDays: 90,
    errorsExpireAfterDays: 60,
    noncurrentExpireAfterDays: 7,
  },
  crawler: { schedule: 'cron(0/15 * * * ? *)' },
  athena: { scannedBytesMax: 10 * GIBIBYTE, resultsExpireAfterDays: 14 },
};

const prod: Environment = {
  name: 'prod',
  region: 'us-east-2',
  carries: 'amazon-peak',
  deletion: 'protected',
  roles: 'bounded',
  encryption: { kind: 'customer-key', rotationDays: 365, deletionWindowDays: 30 },
  logRetentionDays: 90,
  alarms: {
    periodSeconds: MINUTE,
    freshnessSecondsMax: 10 * MINUTE,
    iteratorAgeSecondsMax: 2 * MINUTE,
  },
  table: { writeUnitsPerSecondMax: 40_000, readUnitsPerSecondMax: 40_000, pointInTimeRecovery: { days: 35 } },
  pipe: {
    batchRecords: 500,
    batchWindowSeconds: 1,
    parallelBatches: 10,
    retries: 100,
    // Leaves twenty hours to read a dead letter's records out of the stream, which keeps them for 24.
    recordAgeSeconds: 4 * HOUR,
    deadLetterRetentionSeconds: 14 * DAY,
  },
  // 10,000 changes a second, as for `local`.
  kinesis: { shards: 24, retentionHours: 7 * 24 },
  firehose: {
    bufferSeconds: MINUTE,
    bufferMegabytes: 128,
    transformBufferSeconds: 10,
    transformBufferMegabytes: 3,
    transformRetries: 3,
  },
  transform: { memoryMegabytes: 1024, timeoutSeconds: 60 },
  lake: {
    versioning: 'Enabled',
    infrequentAccessAfterDays: 90,
    expireAfterDays: 3 * 365,
    errorsExpireAfterDays: 365,
    noncurrentExpireAfterDays: 30,
  },
  crawler: { schedule: 'cron(0/15 * * * ? *)' },
  athena: { scannedBytesMax: 100 * GIBIBYTE, resultsExpireAfterDays: 30 },
};

export const ENVIRONMENTS: Readonly<Record<EnvironmentName, Environment>> = { local, dev, staging, prod };
