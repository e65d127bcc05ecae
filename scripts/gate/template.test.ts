import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { computedIn } from './template.ts';

test('a reference is known by its type, and whether it is a data source', () => {
  assert.deepEqual(computedIn('a-${data.aws_caller_identity.account.account_id}-${ aws_kms_key.key.arn }'), [
    { kind: 'reference', type: 'aws_caller_identity', data: true },
    { kind: 'reference', type: 'aws_kms_key', data: false },
  ]);
  assert.deepEqual(computedIn('${aws_glue_crawler.c.s3_target[0].path}'), [
    { kind: 'reference', type: 'aws_glue_crawler', data: false },
  ]);
});

test('what Terraform takes for plain text computes nothing', () => {
  for (const text of ['', '$', '%', '{}', '$ {a}', '100%', 'a$b{', '$${a}', '%%{ if }', '!{timestamp:yyyy}'])
    assert.deepEqual(computedIn(text), [], text);
});

for (const [text, why] of [
  ['${file("a")}', /a call of file\(\)/],
  ['${ !can(file("a"))}', /a call of can\(\)/],
  ['${provider::aws::arn_parse("a")}', /a call of provider::aws::arn_parse\(\)/],
  ['${aws_kms_key.key}', /more than a reference/],
  ['${aws_kms_key.key.arn', /more than a reference/],
  ['${aws_kms_key.key.arn + 1}', /more than a reference/],
  ['${aws_kms_key.key.arn}}%{ else }', /a directive/],
  ['$$${aws_kms_key.key.arn}', /few could tell/],
] as const)
  test(`${text} computes something else`, () => {
    const other = computedIn(text).find((each) => each.kind === 'other');
    assert.match(other?.why ?? '', why);
  });

test('every opening brace of a template is accounted for, whatever stands around it', () => {
  const piece = fc.constantFrom(
    '$',
    '%',
    '{',
    '}',
    '"',
    'a',
    '.',
    ' ',
    '${',
    '%{',
    '$${',
    'aws_a.b.c',
    'file("',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const single = [...text.matchAll(/(?<!\$)\$\{|(?<!%)%\{/g)].length;
      const long = [...text.matchAll(/\${3,}\{|%{3,}\{/g)].length;
      assert.equal(computedIn(text).length, single + long);
    }),
  );
});
