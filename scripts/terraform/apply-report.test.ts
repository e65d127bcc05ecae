import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyReport } from './apply-report.ts';
import type { Diagnostic, Message } from './messages.ts';

const planned = (address: string, action: string): Message => ({ kind: 'planned', address, action });
const step = (kind: 'started' | 'done' | 'failed', address: string, action: string): Message => ({
  kind,
  address,
  action,
  text: `${address}: ${kind}`,
});
const error = (summary: string, address?: string): Diagnostic => ({
  severity: 'error',
  summary,
  detail: '',
  ...(address ? { address } : {}),
});

test('after a failure half way, each address is applied, failed with its reason, or not begun', () => {
  const messages = [
    planned('aws_a.one', 'create'),
    planned('aws_a.two', 'create'),
    planned('aws_a.three', 'create'),
    planned('aws_a.old', 'delete'),
    step('started', 'aws_a.one', 'create'),
    step('started', 'aws_a.old', 'delete'),
    step('done', 'aws_a.old', 'delete'),
    step('done', 'aws_a.one', 'create'),
    step('started', 'aws_a.two', 'create'),
    step('failed', 'aws_a.two', 'create'),
  ];
  assert.deepEqual(applyReport(messages, [error('creating: api error Bad: no', 'aws_a.two')]), {
    applied: ['aws_a.one', 'aws_a.old'],
    failed: [{ address: 'aws_a.two', reason: 'creating: api error Bad: no' }],
    notBegun: ['aws_a.three'],
    otherwise: [],
  });
});

test('half a replacement says which of the two is there', () => {
  const begun = [
    planned('aws_a.a', 'replace'),
    step('done', 'aws_a.a', 'delete'),
    step('started', 'aws_a.a', 'create'),
    step('failed', 'aws_a.a', 'create'),
  ];
  assert.deepEqual(applyReport(begun, [error('no', 'aws_a.a')]).failed, [
    { address: 'aws_a.a', reason: 'no The old one is gone, and the new one is not there yet.' },
  ]);
  const otherWay = [planned('aws_a.a', 'replace'), step('done', 'aws_a.a', 'create')];
  assert.deepEqual(applyReport(otherWay, []).failed, [
    { address: 'aws_a.a', reason: 'The new one is there, and the old one still is.' },
  ]);
  const whole = [...begun.slice(0, 2), step('done', 'aws_a.a', 'create')];
  assert.deepEqual(applyReport(whole, []).applied, ['aws_a.a']);
});

test('what was under way when Terraform ended is not called unbegun', () => {
  const { failed, notBegun } = applyReport(
    [planned('aws_a.a', 'update'), step('started', 'aws_a.a', 'update')],
    [],
  );
  assert.match(failed[0]?.reason ?? '', /under way/);
  assert.deepEqual(notBegun, []);
});

test('an error without an address, or of something that was not planned, is told too', () => {
  const { otherwise, failed } = applyReport([], [error('Failed to save state'), error('no', 'data.aws_b.b')]);
  assert.deepEqual(otherwise, ['Failed to save state', 'data.aws_b.b: no']);
  assert.deepEqual(failed, []);
});

test('a warning fails nothing, and reading a data source is no change', () => {
  const messages = [
    planned('data.aws_a.a', 'read'),
    planned('aws_a.b', 'noop'),
    planned('aws_a.c', 'update'),
    step('done', 'aws_a.c', 'update'),
  ];
  const warning: Diagnostic = { ...error('deprecated', 'aws_a.c'), severity: 'warning' };
  assert.deepEqual(applyReport(messages, [warning]), {
    applied: ['aws_a.c'],
    failed: [],
    notBegun: [],
    otherwise: [],
  });
});
