import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Diagnostic, readComplaint, readMessage, sentenceOf } from './messages.ts';
import { readLock, troubleIn, unknownTrouble } from './trouble.ts';

/* What Terraform 1.11.4 said, word for word; the requests' ids are shortened. */

const error = (summary: string, detail = ''): Diagnostic => ({ severity: 'error', summary, detail });
const trouble = (summary: string, detail = '') => troubleIn([error(summary, detail)], 'dev');

const LOCKED = `Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: 1n5Y, HostID: 9Gjj=, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold
Lock Info:
  ID:        d41b4c6e-8a83-4fd2-1de4-0d3c4bc3fa6e
  Path:      state-b/pipeline.tfstate
  Operation: OperationTypeApply
  Who:       runner@fv-az1234
  Version:   1.11.4
  Created:   2026-11-22 22:01:02.123456789 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.`;

test('a held lock says who holds it, since when, for what, and how to break it', () => {
  assert.deepEqual(trouble('Error acquiring the state lock', LOCKED), {
    problem: 'The state of dev is locked by runner@fv-az1234 since 2026-11-22 22:01:02 UTC, for: apply.',
    nextStep:
      'Wait until that has ended. If it can no longer end (its machine is gone), break the lock: ' +
      'npm run apply -- --env dev --break-lock d41b4c6e-8a83-4fd2-1de4-0d3c4bc3fa6e',
  });
});

test('a lock whose file says nothing is still told, with what is not known', () => {
  assert.deepEqual(readLock('Lock Info:\n  ID:        \n  Who:       a@b\n'), {
    id: 'unknown',
    who: 'a@b',
    since: 'unknown',
    operation: 'unknown',
  });
});

test('a lock that could not be written for another reason is no held lock', () => {
  const detail =
    'Error message: operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied: no';
  assert.match(trouble('Error acquiring the state lock', detail)?.problem ?? '', /denied/);
});

test('a stale saved plan asks for a new one', () => {
  const told = trouble('Saved plan is stale', 'The given plan file can no longer be applied because …');
  assert.match(told?.problem ?? '', /state of dev has changed/);
  assert.match(told?.nextStep ?? '', /npm run plan -- --env dev$/);
});

test('a provider that is not the locked one says so', () => {
  for (const [summary, detail] of [
    [
      'Failed to install provider',
      "Error while installing hashicorp/aws v5.100.0: the local package for registry.terraform.io/hashicorp/aws 5.100.0 doesn't match any of the checksums previously recorded in the dependency lock file (this might be because the available checksums are for packages targeting different platforms)",
    ],
    [
      'Provider dependency changes detected',
      'Changes to the required provider dependencies were detected, but the lock file is read-only.',
    ],
  ] as const)
    assert.match(trouble(summary, detail)?.problem ?? '', /stacks\/\.terraform\.lock\.hcl/);
});

test('a provider that is nowhere names the mirror', () => {
  const detail =
    'Could not retrieve the list of available versions for provider hashicorp/aws: provider registry.terraform.io/hashicorp/aws was not found in any of the search locations';
  assert.match(
    trouble('Failed to query available provider packages', detail)?.nextStep ?? '',
    /TF_PLUGIN_MIRROR/,
  );
});

test('a state bucket that does not exist is made by bootstrap', () => {
  const told = trouble(
    'Failed to get existing workspaces: S3 bucket "state-dev-1" does not exist.\n\nThe referenced S3 bucket must have been previously created.\n\nError: operation error S3: ListObjectsV2, https response error StatusCode: 404, NoSuchBucket: ',
  );
  assert.match(told?.problem ?? '', /state-dev-1/);
  assert.match(told?.nextStep ?? '', /npm run bootstrap -- --env dev/);
});

test('an expired session is not taken for missing credentials, nor the other way round', () => {
  const expired =
    'validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: r, api error ExpiredToken: The security token included in the request is expired';
  assert.equal(trouble(expired)?.problem, 'The AWS session has expired.');
  const none = trouble(
    'No valid credential sources found',
    'Please see https://developer.hashicorp.com/terraform/language/backend/s3\n\nError: failed to refresh cached credentials, no EC2 IMDS role found',
  );
  assert.equal(none?.problem, 'No AWS credentials were found.');
});

test('credentials that AWS does not know are told apart', () => {
  const text =
    'operation error STS: GetCallerIdentity, api error InvalidClientTokenId: The security token included in the request is invalid.';
  assert.match(trouble(text)?.problem ?? '', /does not accept these credentials \(InvalidClientTokenId\)/);
});

test('what is denied is named, also where S3 says no more than Forbidden', () => {
  const told = trouble(
    'reading SSM Parameter (a): operation error SSM: GetParameter, https response error StatusCode: 400, RequestID: r, api error AccessDeniedException: User: arn:aws:sts::1:assumed-role/plan/x is not authorized to perform: ssm:GetParameter',
  );
  assert.match(told?.problem ?? '', /assumed-role\/plan\/x is not authorized to perform: ssm:GetParameter/);
  const head = trouble(
    'Error refreshing state: Unable to access object "pipeline.tfstate" in S3 bucket "state-b": operation error S3: HeadObject, https response error StatusCode: 403, RequestID: , HostID: , api error Forbidden: Forbidden',
  );
  assert.match(head?.problem ?? '', /Unable to access object "pipeline\.tfstate" in S3 bucket "state-b"$/);
});

test('an AWS that does not answer is told with its address', () => {
  const told = trouble(
    'retrieving caller identity from STS: request send failed, Post "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
  );
  assert.match(told?.problem ?? '', /127\.0\.0\.1:1/);
});

test('a warning is no trouble, and what a provider says of a resource stays its own word', () => {
  assert.equal(troubleIn([{ ...error('Saved plan is stale'), severity: 'warning' }], 'dev'), undefined);
  const own = {
    ...error('expected type to be one of ["String"], got Strong'),
    address: 'aws_ssm_parameter.two',
  };
  assert.equal(troubleIn([own], 'dev'), undefined);
  const { problem, nextStep } = unknownTrouble('plan', [
    own,
    { ...own, severity: 'warning', summary: 'old' },
  ]);
  assert.equal(
    problem,
    'Terraform could not plan.\n  aws_ssm_parameter.two: expected type to be one of ["String"], got Strong',
  );
  assert.match(nextStep, /Nothing was changed/);
});

test('a line of -json is read, and a line that is none is left alone', () => {
  const line = `{"@level":"info","@message":"aws_ssm_parameter.two: Creation errored after 0s","hook":{"resource":{"addr":"aws_ssm_parameter.two"},"action":"create","elapsed_seconds":0},"type":"apply_errored"}`;
  assert.deepEqual(readMessage(line), {
    kind: 'failed',
    address: 'aws_ssm_parameter.two',
    action: 'create',
    text: 'aws_ssm_parameter.two: Creation errored after 0s',
  });
  for (const none of ['', 'Successfully configured the backend "s3"!', '{', '{"type":"outputs"}'])
    assert.equal(readMessage(none), undefined);
});

test('what a command without -json complains of is read without its colours and its frame', () => {
  const boxed = '\u001b[31m╷\n│ Error: Failed to load plugin schemas\n│ \n│ They are not there.\n╵\u001b[0m';
  assert.deepEqual(readComplaint(boxed), error('Failed to load plugin schemas', 'They are not there.'));
  assert.deepEqual(
    readComplaint('\u001b[31mFailed to refresh state: no\u001b[0m\u001b[0m'),
    error('Failed to refresh state: no'),
  );
});

test('a sentence leaves out the ids of a request that is over', () => {
  assert.equal(
    sentenceOf(error('op, https response error StatusCode: 400, RequestID: AEAA, api error X: bad')),
    'op, https response error StatusCode: 400, api error X: bad',
  );
});
