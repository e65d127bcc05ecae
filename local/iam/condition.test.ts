import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConditions, type RequestContext } from './condition.ts';

const RULE = 'arn:aws:events:us-east-2:000000000000:rule/crawled';

function holds(condition: unknown, context: RequestContext): boolean {
  return parseConditions(condition, 'policy').every((each) => each(context));
}

test('any of the values is enough, every operator and key must hold', () => {
  const condition = {
    StringEquals: { 'aws:SourceAccount': ['111111111111', '000000000000'] },
    ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' },
  };
  assert.ok(holds(condition, { 'aws:sourceaccount': '000000000000', 'aws:sourcearn': RULE }));
  assert.ok(!holds(condition, { 'aws:sourceaccount': '222222222222', 'aws:sourcearn': RULE }));
  assert.ok(!holds(condition, { 'aws:sourceaccount': '000000000000', 'aws:sourcearn': 'arn:aws:s3:::lake' }));
});

test('a missing key fails a plain operator, holds for a negated one and for IfExists', () => {
  const value = { 'aws:SourceAccount': '000000000000' };
  assert.ok(!holds({ StringEquals: value }, {}));
  assert.ok(holds({ StringNotEquals: value }, {}));
  assert.ok(holds({ StringEqualsIfExists: value }, {}));
  assert.ok(!holds({ StringEqualsIfExists: value }, { 'aws:sourceaccount': '111111111111' }));
});

test('a negated operator holds only when no value matches', () => {
  const condition = { StringNotLike: { 'aws:SourceArn': ['*crawled', '*other'] } };
  assert.ok(!holds(condition, { 'aws:sourcearn': RULE }));
  assert.ok(holds(condition, { 'aws:sourcearn': `${RULE}-not` }));
});

test('StringEquals takes a star as a star, StringLike as any text', () => {
  const context = { 'aws:sourcearn': RULE };
  assert.ok(!holds({ StringEquals: { 'aws:SourceArn': '*' } }, context));
  assert.ok(holds({ StringLike: { 'aws:SourceArn': '*' } }, context));
});

test('Bool takes the value as text or as JSON boolean', () => {
  const context = { 'aws:securetransport': 'true' };
  for (const value of ['true', 'True', true])
    assert.ok(holds({ Bool: { 'aws:SecureTransport': value } }, context));
  for (const value of ['false', false])
    assert.ok(!holds({ Bool: { 'aws:SecureTransport': value } }, context));
});

test('Null asks whether the key is there', () => {
  assert.ok(holds({ Null: { 'aws:SourceArn': 'true' } }, {}));
  assert.ok(!holds({ Null: { 'aws:SourceArn': 'true' } }, { 'aws:sourcearn': RULE }));
  assert.ok(holds({ Null: { 'aws:SourceArn': false } }, { 'aws:sourcearn': RULE }));
});

test('ArnEquals is ArnLike, and neither reaches over a colon', () => {
  for (const operator of ['ArnEquals', 'ArnLike']) {
    assert.ok(
      holds({ [operator]: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } }, { 'aws:sourcearn': RULE }),
    );
    assert.ok(!holds({ [operator]: { 'aws:SourceArn': 'arn:*:rule/*' } }, { 'aws:sourcearn': RULE }));
  }
});
