import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { grants, narrowed, widened } from './policy.ts';

const document = (...statements: object[]) => JSON.stringify({ Statement: statements });
const allow = (action: string, resource: string, condition?: object) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition && { Condition: condition }),
});
const more = (before: string, after: string) =>
  widened({ before: grants(before), after: grants(after), fromStack: false }).length;

test('an action is compared without its case, a resource with it', () => {
  assert.equal(more(document(allow('S3:getobject', 'a')), document(allow('s3:GetObject', 'a'))), 0);
  assert.equal(more(document(allow('s3:GetObject', 'a')), document(allow('s3:GetObject', 'A'))), 1);
});

test('what a wildcard covers is not new, and a wildcard is not covered by what it covers', () => {
  assert.equal(more(document(allow('s3:Get*', 'a/*')), document(allow('s3:GetObject', 'a/b'))), 0);
  assert.equal(more(document(allow('s3:GetObject', 'a/b')), document(allow('s3:Get*', 'a/b'))), 1);
  assert.equal(more(document(allow('s3:Get*', 'a/*')), document(allow('s3:GetOb*', 'a/b*'))), 0);
});

test('a dot in a name is a dot', () => {
  assert.equal(more(document(allow('s3:GetObject', 'a.b')), document(allow('s3:GetObject', 'axb'))), 1);
});

test('one statement may be an object, one action a text', () => {
  const single = JSON.stringify({ Statement: allow('s3:GetObject', 'a') });
  assert.equal(more(single, document({ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['a'] })), 0);
});

test('a negated condition is the same or it is not', () => {
  const but = (account: string | string[]) =>
    document(allow('s3:GetObject', 'a', { StringNotEquals: { 'aws:SourceAccount': account } }));
  assert.equal(more(but(['1', '2']), but(['2', '1'])), 0);
  assert.equal(more(but(['1', '2']), but('1')), 1);
});

test('a condition that need not be met where its key is absent is looser', () => {
  const key = { 'aws:SourceAccount': '1' };
  const strict = document(allow('s3:GetObject', 'a', { StringEquals: key }));
  const loose = document(allow('s3:GetObject', 'a', { StringEqualsIfExists: key }));
  assert.equal(more(strict, loose), 1);
});

test('what is no document grants nothing', () => {
  for (const text of ['', 'null', '[]', '{', '{"Statement":7}', '{"Statement":[null]}'])
    assert.deepEqual(grants(text), [], text);
});

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: fc.subarray(['s3:GetObject', 's3:*', 'kms:Decrypt', '*'], { minLength: 1 }),
  Resource: fc.subarray(['*', 'arn:aws:s3:::lake/*', 'arn:aws:s3:::lake/orders/*'], { minLength: 1 }),
  Condition: fc.constantFrom({}, { StringEquals: { 'aws:SourceAccount': '1' } }, { Bool: { a: 'true' } }),
});
const documents = fc.array(statement, { maxLength: 4 }).map((statements) => grants(document(...statements)));

test('no policy is wider or narrower than itself, in whatever order', () => {
  fc.assert(
    fc.property(documents, (before) => {
      const change = { before, after: [...before].reverse(), fromStack: false };
      assert.deepEqual([widened(change), narrowed(change)], [[], []]);
    }),
  );
});

test('what is gained on the way is lost on the way back', () => {
  fc.assert(
    fc.property(documents, documents, (before, after) => {
      const gained = widened({ before, after, fromStack: false }).filter(({ effect }) => effect === 'Allow');
      assert.deepEqual(gained, narrowed({ before: after, after: before, fromStack: false }));
    }),
  );
});
