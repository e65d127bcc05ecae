import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, reversed, said, sentences, update } from '../testing.ts';
import { KEY_POLICY } from './key-policy.ts';

const KEY = 'aws_kms_key.key';
const STATEMENTS = (JSON.parse(String(deployed(KEY)['policy'])) as { Statement: { Sid: string }[] })
  .Statement;
const policy = (statements: object[]) => ({ policy: JSON.stringify({ Statement: statements }) });
const without = (sid: string) => policy(STATEMENTS.filter(({ Sid }) => Sid !== sid));
const OTHER = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::210987654321:root' },
  Action: 'kms:Decrypt',
  Resource: '*',
};

test('whoever may use the key more than before blocks and is named', () => {
  const opened = update(KEY, policy([...STATEMENTS, OTHER]));
  assert.deepEqual(said(KEY_POLICY, opened), [`block ${KEY}`]);
  assert.match(sentences(KEY_POLICY, opened), /kms:Decrypt.*210987654321/);
});

test('a right that goes is a warning', () => {
  assert.deepEqual(said(KEY_POLICY, update(KEY, without('AlarmsReachTheirTopic'))), [`warn ${KEY}`]);
  assert.deepEqual(said(KEY_POLICY, reversed(update(KEY, policy([...STATEMENTS, OTHER])))), [`warn ${KEY}`]);
});

test('a key about which the account no longer decides blocks', () => {
  assert.deepEqual(said(KEY_POLICY, update(KEY, without('AccountDecidesByIam'))), [`block ${KEY}`]);
});

test('a grant blocks', () => {
  const grant = create('aws_kms_grant.other', { grantee_principal: 'arn:aws:iam::210987654321:root' });
  assert.deepEqual(said(KEY_POLICY, grant), ['block aws_kms_grant.other']);
});

test('a policy that stays, and a new key, are no finding', () => {
  assert.deepEqual(said(KEY_POLICY, update(KEY, { description: 'other' }), create(KEY)), []);
});

test('a policy that the plan does not know blocks', () => {
  assert.deepEqual(said(KEY_POLICY, update(KEY, { policy: UNKNOWN })), [`block ${KEY}`]);
});

test('a new key that anyone may use blocks', () => {
  const anyone = policy([...STATEMENTS, { ...OTHER, Principal: '*' }]);
  assert.deepEqual(said(KEY_POLICY, create(KEY, anyone)), [`block ${KEY}`]);
  assert.deepEqual(said(KEY_POLICY, create(KEY, policy([...STATEMENTS, OTHER]))), []);
});

test('the account that loses its say among others blocks', () => {
  assert.deepEqual(said(KEY_POLICY, update(KEY, policy([]))), [`block ${KEY}`]);
});
