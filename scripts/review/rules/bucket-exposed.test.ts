import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, remove, reversed, said, update } from '../testing.ts';
import { BUCKET_EXPOSED } from './bucket-exposed.ts';

const BLOCK = 'aws_s3_bucket_public_access_block.lake_public_access_block';
const OWNERSHIP = 'aws_s3_bucket_ownership_controls.lake_ownership';
const LAKE = 'aws_s3_bucket.lake';

test('each of the four blocks is needed, on an old bucket and on a new one', () => {
  for (const path of [
    'block_public_acls',
    'block_public_policy',
    'ignore_public_acls',
    'restrict_public_buckets',
  ]) {
    assert.deepEqual(said(BUCKET_EXPOSED, update(BLOCK, { [path]: false })), [`block ${BLOCK}`]);
    assert.deepEqual(said(BUCKET_EXPOSED, update(BLOCK, { [path]: null })), [`block ${BLOCK}`]);
    assert.deepEqual(said(BUCKET_EXPOSED, create(BLOCK, { [path]: false })), [`block ${BLOCK}`]);
    assert.deepEqual(said(BUCKET_EXPOSED, reversed(update(BLOCK, { [path]: false }))), []);
  }
  assert.deepEqual(said(BUCKET_EXPOSED, create(BLOCK)), []);
});

test('the block itself must stay, unless its bucket goes too', () => {
  assert.deepEqual(said(BUCKET_EXPOSED, remove(BLOCK)), [`block ${BLOCK}`]);
  assert.deepEqual(said(BUCKET_EXPOSED, remove(BLOCK), remove(LAKE)), []);
});

test('ownership that lets ACLs count again is a warning, the way back is none', () => {
  const loose = update(OWNERSHIP, { 'rule.0.object_ownership': 'ObjectWriter' });
  assert.deepEqual(said(BUCKET_EXPOSED, loose), [`warn ${OWNERSHIP}`]);
  assert.deepEqual(said(BUCKET_EXPOSED, reversed(loose)), []);
  assert.deepEqual(said(BUCKET_EXPOSED, remove(OWNERSHIP)), [`warn ${OWNERSHIP}`]);
});

test('a public ACL blocks, a private one does not', () => {
  assert.deepEqual(said(BUCKET_EXPOSED, create('aws_s3_bucket_acl.lake', { acl: 'public-read' })), [
    'block aws_s3_bucket_acl.lake',
  ]);
  assert.deepEqual(said(BUCKET_EXPOSED, create('aws_s3_bucket_acl.lake', { acl: 'private' })), []);
  assert.deepEqual(said(BUCKET_EXPOSED, update(LAKE, { acl: 'public-read' })), [`block ${LAKE}`]);
});

test('a flag that the plan does not know blocks', () => {
  assert.deepEqual(said(BUCKET_EXPOSED, update(BLOCK, { block_public_policy: UNKNOWN })), [`block ${BLOCK}`]);
});

test("a grant, a policy or a website in the bucket's own arguments blocks", () => {
  for (const path of ['grant', 'website']) {
    assert.deepEqual(said(BUCKET_EXPOSED, update(LAKE, { [path]: [{}] })), [`block ${LAKE}`]);
    assert.deepEqual(said(BUCKET_EXPOSED, update(LAKE, { [path]: [] })), []);
  }
  assert.deepEqual(said(BUCKET_EXPOSED, create(LAKE, { policy: '{}' })), [`block ${LAKE}`]);
  assert.deepEqual(said(BUCKET_EXPOSED, create(LAKE, { policy: UNKNOWN, grant: UNKNOWN })), []);
});
