/**
 * Answers questions about orders, in SQL:
 *
 *     lake, crawler → [athena] → whoever asks
 *
 * A workgroup whose settings no query can override: results go to a bucket of their own, encrypted, for a few days,
 * and a query that would read more than a stated amount is stopped before it is paid for. The views live in `sql/`;
 * `publish_views` puts them here after each crawl.
 */

import { AthenaWorkgroup } from '@cdktf/provider-aws/lib/athena-workgroup/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES } from '../names.ts';
import { PrivateBucket } from '../private-bucket.ts';
import { bucketNameOf, nameOf, type Setting } from '../setting.ts';

export type AthenaSettings = {
  scannedBytesMax: number;
  resultsExpireAfterDays: number;
};

export class Athena extends Construct {
  readonly workgroup: AthenaWorkgroup;
  readonly results: S3Bucket;

  constructor(scope: Construct, id: string, setting: Setting) {
    super(scope, id);
    const { athena, deletion } = setting.environment;
    this.results = new PrivateBucket(this, 'results', setting, {
      name: bucketNameOf(setting, BASE_NAMES.results),
      // Results can be had again by asking again.
      deletion: 'allowed',
      versioning: 'Disabled',
      lifecycle: [
        {
          id: 'results',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ days: athena.resultsExpireAfterDays }],
        },
      ],
    }).bucket;
    this.workgroup = new AthenaWorkgroup(this, 'Default', {
      name: nameOf(setting, BASE_NAMES.workgroup),
      description: 'Questions about orders, and the publishing of the views.',
      forceDestroy: deletion === 'allowed',
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: athena.scannedBytesMax,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${this.results.bucket}/`,
          encryptionConfiguration:
            setting.keyArn === undefined
              ? { encryptionOption: 'SSE_S3' }
              : { encryptionOption: 'SSE_KMS', kmsKeyArn: setting.keyArn },
        },
      },
    });
  }
}
