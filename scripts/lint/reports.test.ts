/** The linters' reports, as each prints them, become findings with an address that a waiver can name. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromActionlint } from './actionlint.ts';
import { fromCheckov } from './checkov.ts';
import { fromZizmor } from './zizmor.ts';

test('actionlint: the check, the file and the line', () => {
  const text = JSON.stringify([
    {
      message: 'unexpected key "job"',
      filepath: '.github/workflows/a.yml',
      line: 3,
      column: 1,
      kind: 'syntax-check',
    },
  ]);
  const [only, ...others] = fromActionlint(text);
  assert.deepEqual(others, []);
  assert.equal(only?.finding.rule, 'actionlint-syntax-check');
  assert.equal(only?.finding.address, '.github/workflows/a.yml');
  assert.equal(only?.finding.sentence, 'Line 3: unexpected key "job"');
  assert.deepEqual(fromActionlint('[]'), []);
});

test('zizmor: the audit and where its first place is', () => {
  const location = (kind: string, row: number) => ({
    symbolic: { key: { Local: { verbatim_path: '.github/workflows/a.yml' } }, kind },
    concrete: { location: { start_point: { row } }, feature: `  uses: a/b@v1\n  with:` },
  });
  const audit = {
    ident: 'unpinned-uses',
    desc: 'unpinned action reference',
    url: 'https://docs.zizmor.sh/audits/#unpinned-uses',
    ignored: false,
    locations: [location('Hidden', 1), location('Primary', 6)],
  };
  const [only] = fromZizmor(JSON.stringify([audit]));
  assert.equal(only?.finding.rule, 'zizmor-unpinned-uses');
  assert.equal(only?.finding.sentence, 'Line 7: unpinned action reference: uses: a/b@v1');
  assert.equal(only?.kind, '.github/workflows');
});

const stack = {
  resource: {
    aws_s3_bucket: { lake: {} },
    aws_s3_bucket_policy: { lake: {} },
    aws_kinesis_stream: { kinesis: {} },
  },
};
const report = (resource: string, more: object = {}) =>
  JSON.stringify({
    results: {
      failed_checks: [{ check_id: 'CKV_AWS_1', check_name: 'Ensure it', resource, guideline: null }],
    },
    summary: { passed: 1, failed: 1, parsing_errors: 0, ...more },
  });

test('checkov: an address that it names by half is whole', () => {
  const addressOf = (resource: string) => fromCheckov(report(resource), stack)[0]?.finding.address;
  assert.equal(addressOf('aws_s3_bucket.lake'), 'aws_s3_bucket.lake');
  assert.equal(addressOf('resource.kinesis'), 'aws_kinesis_stream.kinesis');
  assert.equal(addressOf('resource.lake'), 'resource.lake', 'two types have the name');
});

test('checkov: a report about nothing is no clean report', () => {
  const nothing = JSON.stringify({ passed: 0, failed: 0, parsing_errors: 0, resource_count: 0 });
  for (const text of [nothing, report('a.b', { passed: 0, failed: 0 }), report('a.b', { parsing_errors: 1 })])
    assert.throws(() => fromCheckov(text, stack), /checkov did not read the stack/);
});
