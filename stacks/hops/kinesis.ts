/**
 * Keeps the changes where they can be read again, from any point of the retention:
 *
 *     pipe → [kinesis] → firehose
 *
 * A stated number of shards, each 1 MB or 1,000 records a second
 * (https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html): on-demand mode starts at 4 MB a
 * second and needs a quarter of an hour to double, which a flash sale does not give it.
 */

import { KinesisStream } from '@cdktf/provider-aws/lib/kinesis-stream/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { nameOf, type Setting } from '../setting.ts';

export type KinesisSettings = {
  shards: number;
  retentionHours: number;
};

export class Kinesis extends Construct {
  readonly stream: KinesisStream;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { kinesis } = setting.environment;
    this.stream = new KinesisStream(this, 'Default', {
      name: nameOf(setting, BASE_NAMES.stream),
      streamModeDetails: { streamMode: 'PROVISIONED' },
      shardCount: kinesis.shards,
      retentionPeriod: kinesis.retentionHours,
      ...(setting.keyArn === undefined
        ? { encryptionType: 'NONE' }
        : { encryptionType: 'KMS', kmsKeyId: setting.keyArn }),
    });
  }
}
