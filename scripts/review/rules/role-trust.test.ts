import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNKNOWN } from '../change.ts';
import { create, deployed, remove, reversed, said, sentences, update } from '../testing.ts';
import { ROLE_TRUST } from './role-trust.ts';

const ROLE = 'aws_iam_role.pipe_role';
const trust = (edits: object) => {
  const document = JSON.parse(String(deployed(ROLE)['assume_role_policy'])) as { Statement: [object] };
  return {
    assume_role_policy: JSON.stringify({ ...document, Statement: [{ ...document.Statement[0], ...edits }] }),
  };
};

test('another principal blocks and is named', () => {
  const anyone = update(ROLE, trust({ Principal: { AWS: '*' } }));
  assert.deepEqual(said(ROLE_TRUST, anyone), [`block ${ROLE}`]);
  const both = update(ROLE, trust({ Principal: { Service: ['pipes.amazonaws.com', 'ec2.amazonaws.com'] } }));
  assert.match(sentences(ROLE_TRUST, both), /by ec2.amazonaws.com/);
});

test('a condition that goes or is loosened blocks', () => {
  assert.deepEqual(said(ROLE_TRUST, update(ROLE, trust({ Condition: {} }))), [`block ${ROLE}`]);
  const source = { 'aws:SourceAccount': '123456789012' };
  assert.deepEqual(said(ROLE_TRUST, update(ROLE, trust({ Condition: { StringEquals: source } }))), [
    `block ${ROLE}`,
  ]);
});

test('a stricter trust is a warning: the service may not meet it', () => {
  assert.deepEqual(said(ROLE_TRUST, reversed(update(ROLE, trust({ Condition: {} })))), [`warn ${ROLE}`]);
});

test('a trust that stays, and a new role, are no finding', () => {
  assert.deepEqual(
    said(ROLE_TRUST, update(ROLE, { description: 'other' }), create(ROLE, trust({ Condition: {} }))),
    [],
  );
});

test('a new role that somebody else than a service may take on blocks', () => {
  for (const AWS of ['*', 'arn:aws:iam::210987654321:root'])
    assert.deepEqual(said(ROLE_TRUST, create(ROLE, trust({ Principal: { AWS } }))), [`block ${ROLE}`]);
  assert.deepEqual(said(ROLE_TRUST, create(ROLE), remove(ROLE)), []);
});

test('a trust that the plan does not know blocks', () => {
  assert.deepEqual(said(ROLE_TRUST, update(ROLE, { assume_role_policy: UNKNOWN })), [`block ${ROLE}`]);
});
