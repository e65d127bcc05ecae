/**
 * Every change that ever was, as newline-delimited JSON, gzipped, by hour of arrival:
 *
 *     firehose → [lake] → crawler, athena
 *
 * `orders/dt=YYYY-MM-DD/hour=HH/` holds rows, `errors/` what could not become one. Files are written once and never
 * changed; old ones move to cheaper storage and in the end expire.
 */

import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import type { S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { PrivateBucket } from '../private-bucket.ts';
import { bucketNameOf, type Setting } from '../setting.ts';

export type LakeSettings = {
  versioning: 'Enabled' | 'Disabled';
  infrequentAccessAfterDays: number;
  expireAfterDays: number;
  errorsExpireAfterDays: number;
  /** What was overwritten or deleted by hand can be brought back until then. */
  noncurrentExpireAfterDays: number;
};

export const ORDERS_PREFIX = 'orders/';
export const ERRORS_PREFIX = 'errors/';

export class Lake extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { lake, deletion } = setting.environment;
    this.bucket = new PrivateBucket(this, 'Default', setting, {
      name: bucketNameOf(setting, BASE_NAMES.lake),
      deletion,
      versioning: lake.versioning,
      lifecycle: lifecycle(lake),
    }).bucket;
  }
}

function lifecycle(lake: LakeSettings): S3BucketLifecycleConfigurationRule[] {
  const noncurrentVersionExpiration = [{ noncurrentDays: lake.noncurrentExpireAfterDays }];
  return [
    {
      id: 'orders',
      status: 'Enabled',
      filter: [{ prefix: ORDERS_PREFIX }],
      transition: [{ days: lake.infrequentAccessAfterDays, storageClass: 'STANDARD_IA' }],
      expiration: [{ days: lake.expireAfterDays }],
      noncurrentVersionExpiration,
    },
    {
      id: 'errors',
      status: 'Enabled',
      filter: [{ prefix: ERRORS_PREFIX }],
      expiration: [{ days: lake.errorsExpireAfterDays }],
      noncurrentVersionExpiration,
    },
  ];
}
