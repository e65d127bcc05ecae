/**
 * A bucket that only its account can reach, only by TLS, encrypted, its objects owned by the bucket's owner. What is
 * kept in it, and for how long, its user says.
 */

import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js';
import { Construct } from 'constructs';
import { policyDocument } from './service-role.ts';
import type { Setting } from './setting.ts';

export type PrivateBucketConfig = {
  name: string;
  deletion: 'allowed' | 'protected';
  versioning: 'Enabled' | 'Disabled';
  /** Parts of an upload that was never completed are paid for until something removes them. */
  lifecycle: S3BucketLifecycleConfigurationRule[];
};

const INCOMPLETE_UPLOADS_DAYS = 7;

export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, setting: Setting, config: PrivateBucketConfig) {
    super(scope, id);
    this.bucket = new S3Bucket(this, 'Default', {
      bucket: config.name,
      forceDestroy: config.deletion === 'allowed',
      ...(config.deletion === 'protected' ? { lifecycle: { preventDestroy: true } } : {}),
    });
    const bucket = this.bucket.bucket;
    const access = new S3BucketPublicAccessBlock(this, 'public_access_block', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: config.versioning },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [encryption(setting.keyArn)],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      rule: [
        ...config.lifecycle,
        {
          id: 'incomplete-uploads',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: INCOMPLETE_UPLOADS_DAYS }],
        },
      ],
    });
    new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyDocument([onlyByTls(this.bucket.arn)]),
      // S3 refuses two changes of a new bucket at once.
      dependsOn: [access],
    });
  }
}

/** A bucket key spares a call to KMS for every object. */
function encryption(keyArn: string | undefined) {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  return {
    bucketKeyEnabled: true,
    applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
  };
}

function onlyByTls(arn: string) {
  return {
    Sid: 'OnlyByTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
