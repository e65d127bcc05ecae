/**
 * What the stack says of a bucket. A bucket is a directory; what AWS does to its objects at rest or over months
 * (encryption, lifecycle, versions) has no behaviour on a laptop and is read as inert. The bucket's policy belongs to
 * IAM (`local/iam/`).
 */

import type { Block, ResourceKind } from '../../stack/stack.ts';

export type BucketConfig = { name: string };

type PublicAccessBlockConfig = {
  bucket: string;
  BlockPublicAcls: boolean;
  IgnorePublicAcls: boolean;
  BlockPublicPolicy: boolean;
  RestrictPublicBuckets: boolean;
};

/** S3's name for the region's static website hosting zone; a laptop has none. */
const HOSTED_ZONE_NONE = 'none';

export const bucketKind: ResourceKind<BucketConfig> = {
  type: 'aws_s3_bucket',
  computed(block, { region }) {
    const name = block.string('bucket');
    return {
      id: name,
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      region,
      bucket_domain_name: `${name}.s3.amazonaws.com`,
      bucket_regional_domain_name: `${name}.s3.${region}.amazonaws.com`,
      hosted_zone_id: HOSTED_ZONE_NONE,
    };
  },
  parse(block) {
    if (block.has('bucket_prefix'))
      block.refuse(
        'bucket_prefix',
        'a bucket is a directory that is found again by its name at the next start.',
      );
    for (const name of [
      'website',
      'replication_configuration',
      'object_lock_configuration',
      'cors_rule',
      'grant',
    ])
      if (block.has(name)) block.refuse(name, 'the lake keeps objects and nothing else.');
    if (block.boolean('object_lock_enabled', false))
      block.refuse('object_lock_enabled', 'objects are plain files and are not locked.');
    if (block.has('policy'))
      block.refuse('policy', 'a bucket’s policy is read from an aws_s3_bucket_policy of its own.');
    block.inert(
      'force_destroy',
      'tags',
      'tags_all',
      'timeouts',
      'id',
      'acceleration_status',
      'request_payer',
    );
    // Deprecated forms of resources of their own, which are inert too.
    block.inert('acl', 'versioning', 'server_side_encryption_configuration', 'lifecycle_rule', 'logging');
    return { name: block.string('bucket') };
  },
};

export const publicAccessBlockKind: ResourceKind<PublicAccessBlockConfig> = {
  type: 'aws_s3_bucket_public_access_block',
  computed: (block) => ({ id: block.string('bucket') }),
  parse(block) {
    block.inert('id', 'region');
    return {
      bucket: block.string('bucket'),
      BlockPublicAcls: block.boolean('block_public_acls', false),
      IgnorePublicAcls: block.boolean('ignore_public_acls', false),
      BlockPublicPolicy: block.boolean('block_public_policy', false),
      RestrictPublicBuckets: block.boolean('restrict_public_buckets', false),
    };
  },
};

/** A setting of a bucket that changes nothing here; each argument that the provider knows is named. */
function inertKind(type: string, ...names: string[]): ResourceKind<void> {
  return {
    type,
    computed: (block: Block) => ({ id: block.string('bucket') }),
    parse(block) {
      block.string('bucket');
      block.inert('id', 'expected_bucket_owner', ...names);
    },
  };
}

export const inertBucketKinds: ResourceKind<void>[] = [
  inertKind('aws_s3_bucket_versioning', 'mfa', 'versioning_configuration'),
  inertKind('aws_s3_bucket_server_side_encryption_configuration', 'rule'),
  inertKind(
    'aws_s3_bucket_lifecycle_configuration',
    'rule',
    'timeouts',
    'transition_default_minimum_object_size',
  ),
  inertKind('aws_s3_bucket_ownership_controls', 'rule'),
];
