/**
 * What each role may do with the state bucket and its key, which the bootstrap made: the plan role reads the state and
 * leaves sealed bundles, the apply role opens bundles and writes the state. Neither reaches `bootstrap.tfstate`: whoever
 * could write that would decide what an administrator applies next.
 *
 * The key encrypts the bucket's objects, through S3, and wraps the bundles' data keys, asked of KMS itself with the
 * environment as encryption context. So the plan role, which may read every object's plain bytes but unwrap no data
 * key, cannot open a bundle.
 */

import { BASE_NAMES } from '../names.ts';
import type { Statement } from '../service-role.ts';
import { bucketArn, type Place } from './place.ts';

/** What the backend of pipeline.ts names, and the lock file that Terraform keeps beside it. */
const STATE = 'pipeline.tfstate';
const LOCK = `${STATE}.tflock`;

export function planStateRights(place: Place, keyArn: string): Statement[] {
  const bucket = bucketArn(place, BASE_NAMES.state);
  return [
    find(bucket),
    allow('ReadState', ['s3:GetObject'], [`${bucket}/${STATE}`, `${bucket}/${LOCK}`, record(place, bucket)]),
    allow('KeepBundles', ['s3:GetObject', 's3:PutObject'], [bundles(place, bucket)]),
    findKey(keyArn),
    throughS3(place, keyArn, bucket),
    wrap('SealBundles', place, ['kms:GenerateDataKey'], keyArn),
  ];
}

export function applyStateRights(place: Place, keyArn: string): Statement[] {
  const bucket = bucketArn(place, BASE_NAMES.state);
  return [
    find(bucket),
    allow('KeepState', ['s3:GetObject', 's3:PutObject'], [`${bucket}/${STATE}`, record(place, bucket)]),
    allow('LockState', ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], [`${bucket}/${LOCK}`]),
    allow('ReadBundles', ['s3:GetObject'], [bundles(place, bucket)]),
    findKey(keyArn),
    throughS3(place, keyArn, bucket),
    wrap('OpenBundles', place, ['kms:Decrypt'], keyArn),
  ];
}

/** Without the right to list, S3 answers "forbidden" where it should answer "not there". */
function find(bucket: string): Statement {
  return allow('FindState', ['s3:ListBucket'], [bucket]);
}

function findKey(keyArn: string): Statement {
  return allow('FindStateKey', ['kms:DescribeKey'], [keyArn]);
}

/** With a bucket key S3 names the bucket as context, without one the object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context */
function throughS3({ environment }: Place, keyArn: string, bucket: string): Statement {
  return allow('UseStateKeyThroughS3', ['kms:Decrypt', 'kms:GenerateDataKey'], [keyArn], {
    StringEquals: { 'kms:ViaService': `s3.${environment.region}.amazonaws.com` },
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket, `${bucket}/*`] },
  });
}

function wrap(sid: string, { environment }: Place, actions: string[], keyArn: string): Statement {
  return allow(sid, actions, [keyArn], {
    StringEquals: { 'kms:EncryptionContext:environment': environment.name },
  });
}

/** What was applied last (scripts/sealed-bundle/applied.ts). */
function record({ environment }: Place, bucket: string): string {
  return `${bucket}/applied/${environment.name}.json`;
}

function bundles({ environment }: Place, bucket: string): string {
  return `${bucket}/bundles/${environment.name}/*`;
}

function allow(
  sid: string,
  actions: string[],
  resources: string[],
  condition?: Statement['Condition'],
): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(condition ? { Condition: condition } : {}),
  };
}
