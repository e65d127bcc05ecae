/**
 * What AWS allows for each number of environments.ts, with the page that says so. A test holds every environment to
 * it, and every number to have an entry: a limit met at deploy time is met too late.
 */

export type Limit = { min: number; max: number; page: string } | { among: readonly number[]; page: string };

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

const PIPE =
  'https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeSourceDynamoDBStreamParameters.html';
const PUT_RECORDS = 'https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html';
const QUEUE =
  'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html';
const KINESIS = 'https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html';
const BUFFERING = 'https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html';
const PROCESSOR = 'https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const LIFECYCLE =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html';
const KEY = 'https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html';
const KEY_DELETION = 'https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html';
const TABLE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html';
const RECOVERY =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html';
const LOGS =
  'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html';
const ALARM = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html';
const WORKGROUP = 'https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html';

/** AWS deletes an object that has been kept for so long only when told; this is our own bound against a slip. */
const KEPT_DAYS_MAX = 10 * 365;

export const LIMITS: Readonly<Record<string, Limit>> = {
  'encryption.rotationDays': { min: 90, max: 2560, page: KEY },
  'encryption.deletionWindowDays': { min: 7, max: 30, page: KEY_DELETION },
  logRetentionDays: {
    among: [
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ],
    page: LOGS,
  },
  'alarms.periodSeconds': { among: [10, 20, 30, 60, 120, 180, 240, 300, 600, 900, 3600], page: ALARM },
  'alarms.freshnessSecondsMax': { min: MINUTE, max: DAY, page: ALARM },
  'alarms.iteratorAgeSecondsMax': { min: MINUTE, max: DAY, page: ALARM },
  // 40,000 a table in us-east-2 before one asks for more.
  'table.writeUnitsPerSecondMax': { min: 1, max: 40_000, page: TABLE },
  'table.readUnitsPerSecondMax': { min: 1, max: 40_000, page: TABLE },
  'table.pointInTimeRecovery.days': { min: 1, max: 35, page: RECOVERY },
  // The source would give 10,000, but the target takes 500 at once.
  'pipe.batchRecords': { min: 1, max: 500, page: PUT_RECORDS },
  'pipe.batchWindowSeconds': { min: 0, max: 300, page: PIPE },
  'pipe.parallelBatches': { min: 1, max: 10, page: PIPE },
  // AWS would take -1, for ever; here a change is given up on in the end.
  'pipe.retries': { min: 0, max: 10_000, page: PIPE },
  // AWS would take a week, but the stream keeps a change for one day.
  'pipe.recordAgeSeconds': { min: MINUTE, max: DAY, page: PIPE },
  'pipe.deadLetterRetentionSeconds': { min: MINUTE, max: 14 * DAY, page: QUEUE },
  // 500 in us-east-2 before one asks for more.
  'kinesis.shards': { min: 1, max: 500, page: KINESIS },
  'kinesis.retentionHours': { min: 24, max: 8760, page: KINESIS },
  'firehose.bufferSeconds': { min: 0, max: 900, page: BUFFERING },
  'firehose.bufferMegabytes': { min: 1, max: 128, page: BUFFERING },
  'firehose.transformBufferSeconds': { min: 0, max: 900, page: PROCESSOR },
  // Base64 makes 4 MB of it, and a Lambda payload ends at 6 MB.
  'firehose.transformBufferMegabytes': { min: 0.2, max: 3, page: PROCESSOR },
  'firehose.transformRetries': { min: 0, max: 300, page: PROCESSOR },
  'transform.memoryMegabytes': { min: 128, max: 10_240, page: LAMBDA },
  // Firehose waits five minutes for an answer, whatever the function may take.
  'transform.timeoutSeconds': { min: 60, max: 300, page: PROCESSOR },
  'lake.infrequentAccessAfterDays': { min: 30, max: KEPT_DAYS_MAX, page: LIFECYCLE },
  'lake.expireAfterDays': { min: 1, max: KEPT_DAYS_MAX, page: LIFECYCLE },
  'lake.errorsExpireAfterDays': { min: 1, max: KEPT_DAYS_MAX, page: LIFECYCLE },
  'lake.noncurrentExpireAfterDays': { min: 1, max: KEPT_DAYS_MAX, page: LIFECYCLE },
  'athena.scannedBytesMax': { min: 10 * 1024 ** 2, max: 1024 ** 5, page: WORKGROUP },
  'athena.resultsExpireAfterDays': { min: 1, max: KEPT_DAYS_MAX, page: LIFECYCLE },
};
