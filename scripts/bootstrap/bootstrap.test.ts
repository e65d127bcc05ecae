/** The parts of the bootstrap that need no account: which repository, which state, what is set at GitHub. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../command.ts';
import { githubSettings } from './github-settings.ts';
import { parseRepository } from './repository.ts';
import { bootstrapStack } from './stack.ts';
import { readState, type State, whereabouts } from './state.ts';

const REPOSITORY = { name: 'acme/orders', id: 4242, ownerId: 77 };
const FOLDER = '.bootstrap/111122223333-dev';
const PLACE = { folder: FOLDER, bucket: 'the-bucket', bucketStands: true };

function refusal(work: () => unknown): UsageError {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.notEqual(error.nextStep, '');
    return error;
  }
  return assert.fail('it was taken');
}

test('a repository is its name and both ids', () => {
  assert.deepEqual(parseRepository('{"name":"acme/orders","id":4242,"owner_id":77}'), REPOSITORY);
});

test('while an id is missing the bootstrap says how to find it', () => {
  for (const ids of [
    '"id":0,"owner_id":77',
    '"id":4242,"owner_id":0',
    '"id":"4242","owner_id":77',
    '"id":4242',
  ]) {
    const { nextStep } = refusal(() => parseRepository(`{"name":"acme/orders",${ids}}`));
    assert.match(nextStep, /gh api repos\/acme\/orders --jq/);
  }
});

test('a name that GitHub does not give is refused', () => {
  const NAMES = [
    'acme',
    'acme/',
    '/orders',
    'acme/orders/x',
    'a cme/orders',
    'acme/*',
    '-acme/orders',
    'acme@1/orders@2',
  ];
  for (const name of NAMES) refusal(() => parseRepository(JSON.stringify({ name, id: 1, owner_id: 1 })));
  refusal(() => parseRepository('[]'));
  refusal(() => parseRepository('no JSON'));
  refusal(() => parseRepository('null'));
});

const state = (...types: string[]): State => ({
  resources: JSON.stringify(types),
  types,
});

test('the state is looked for here until it is in the bucket', () => {
  const here = state('aws_s3_bucket');
  assert.deepEqual(whereabouts(undefined, undefined, { ...PLACE, bucketStands: false }), { kind: 'nowhere' });
  assert.deepEqual(whereabouts(here, undefined, PLACE), { kind: 'here', state: here });
  assert.deepEqual(whereabouts(undefined, here, PLACE), { kind: 'in the bucket', state: here });
});

test('a copy that was left here after the state moved is no other state', () => {
  const there = state('aws_s3_bucket', 'aws_kms_key');
  assert.equal(whereabouts(state(...there.types), there, PLACE).kind, 'in the bucket');
  assert.equal(whereabouts(state(), there, PLACE).kind, 'in the bucket');
});

test('two states that differ are never chosen between', () => {
  assert.match(
    refusal(() => whereabouts(state('aws_kms_key'), state('aws_s3_bucket'), PLACE)).message,
    /the-bucket.*\.bootstrap/,
  );
});

test('a bucket without any state of it is not made again', () => {
  assert.match(refusal(() => whereabouts(undefined, undefined, PLACE)).message, /the-bucket stands already/);
  assert.match(refusal(() => whereabouts(state(), undefined, PLACE)).message, /the-bucket stands already/);
});

test('a state says what it holds and which key encrypts it', () => {
  const text = JSON.stringify({
    version: 4,
    outputs: { state_key_arn: { value: 'arn:aws:kms:us-east-2:1:key/a', type: 'string' } },
    resources: [
      { mode: 'managed', type: 'aws_kms_key', name: 'state_key' },
      { mode: 'data', type: 'aws_caller_identity', name: 'a' },
    ],
  });
  const found = readState(text, 'a folder');
  assert.deepEqual(found?.types, ['aws_kms_key']);
  assert.equal(found?.keyArn, 'arn:aws:kms:us-east-2:1:key/a');
  for (const nothing of [undefined, '', '\n']) assert.equal(readState(nothing, 'a folder'), undefined);
});

test('any text is a state, none, or refused with a sentence', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        readState(text, 'a folder');
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
  );
});

test('the settings name the account, the environment and every status that a merge needs, and no secret', () => {
  const text = githubSettings(REPOSITORY, 'staging', '111122223333');
  assert.match(text, /^gh variable set AWS_ACCOUNT_STAGING --repo acme\/orders --body 111122223333$/m);
  assert.match(text, /repos\/acme\/orders\/environments\/staging/);
  for (const status of ['check', 'plan/dev', 'plan/staging', 'plan/prod'])
    assert.ok(text.includes(`[context]=${status}'`), status);
  assert.match(text, /required_status_checks\[strict\]=true/);
  assert.doesNotMatch(text, /secret|AKIA|ACCESS_KEY/i);
});

test('the stack that an administrator applies comes with its lock file and names its account', async () => {
  const wanted = {
    environment: 'prod',
    account: '111122223333',
    repository: REPOSITORY,
    github: 'existing',
  } as const;
  const files = await bootstrapStack(wanted);
  assert.deepEqual([...files.keys()], ['cdk.tf.json', '.terraform.lock.hcl']);
  const stack = JSON.parse(files.get('cdk.tf.json') ?? '') as {
    provider: { aws: { allowed_account_ids: string[] }[] };
    terraform: { backend?: unknown };
    resource: Record<string, unknown>;
  };
  assert.deepEqual(stack.provider.aws[0]?.allowed_account_ids, ['111122223333']);
  assert.equal(stack.terraform.backend, undefined);
  assert.equal(stack.resource['aws_iam_openid_connect_provider'], undefined, 'somebody made it already');
});
