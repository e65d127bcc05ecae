import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../command.ts';
import type { ResourceChange } from '../terraform/plan-json.ts';
import { attributeChanges } from './attributes.ts';
import { readSummary } from './read-summary.ts';
import { statefulEffect } from './stateful-effect.ts';
import { type EnvironmentSummary, type PlanSummary, summarize } from './summary.ts';
import { hostileSummary, largeSummary } from './testing/hostile.ts';
import { about, change, exampleSummaries, planWith, sealedSummary } from './testing/plans.ts';
import { planOf } from './words.ts';

function plan(changes: readonly ResourceChange[]): PlanSummary {
  const found = planOf(sealedSummary('dev', changes));
  assert.ok(found);
  return found;
}

const update = (values: Parameters<typeof change>[2]) => change('aws_x.y', 'update', values);
const shownOf = (values: Parameters<typeof change>[2]) =>
  attributeChanges(update(values)).map(({ path, before, after }) => `${path}: ${before} → ${after}`);

test('each action is counted once, a move for itself, what stays for itself', () => {
  const { counts, unchanged } = plan([
    change('aws_x.a', 'create'),
    change('aws_x.b', 'update'),
    change('aws_x.c', 'replace'),
    change('aws_x.d', 'delete'),
    change('aws_x.e', 'forget'),
    change('aws_x.f', 'no-op'),
    change('aws_x.g', 'no-op', { previousAddress: 'aws_x.h' }),
    change('aws_x.i', 'read'),
  ]);
  assert.deepEqual(counts, { delete: 1, replace: 1, forget: 1, update: 1, create: 1, move: 1 });
  assert.equal(unchanged, 1);
});

test('what loses data stands first, then what holds data, then the rest', () => {
  const { changes } = plan([
    change('aws_x.gone', 'delete'),
    change('aws_s3_bucket.new', 'create'),
    change('aws_kinesis_stream.kinesis', 'replace'),
    change('aws_dynamodb_table.table', 'delete'),
  ]);
  assert.deepEqual(
    changes.map(({ address }) => address),
    ['aws_dynamodb_table.table', 'aws_kinesis_stream.kinesis', 'aws_s3_bucket.new', 'aws_x.gone'],
  );
});

test('what becomes of stored data is said, with what AWS puts before the loss', () => {
  const effect = (type: string, action: ResourceChange['action'], before = {}) =>
    statefulEffect(change(`${type}.x`, action, { before }))?.effect;
  assert.equal(effect('aws_kinesis_stream', 'replace'), 'its data is lost');
  assert.match(
    effect('aws_dynamodb_table', 'delete', { deletion_protection_enabled: true }) ?? '',
    /protection/,
  );
  assert.doesNotMatch(effect('aws_dynamodb_table', 'delete') ?? '', /protection/);
  assert.match(effect('aws_s3_bucket', 'delete') ?? '', /files are in it/);
  assert.equal(effect('aws_s3_bucket', 'delete', { force_destroy: true }), 'its data is lost');
  assert.match(effect('aws_kms_key', 'delete', { deletion_window_in_days: 30 }) ?? '', /30 days/);
  assert.match(effect('aws_sqs_queue', 'forget') ?? '', /stays in AWS/);
  assert.equal(effect('aws_glue_catalog_database', 'update'), 'its data stays');
  assert.equal(effect('aws_s3_bucket', 'no-op'), undefined);
  assert.equal(effect('aws_iam_role', 'delete'), undefined);
});

test('an attribute is shown from before to after, and only where it differs', () => {
  assert.deepEqual(
    shownOf({
      before: { a: 1, b: 'x', gone: true, same: { deep: [1, 2] }, list: [], none: null },
      after: { a: 2, b: 'x', new: { deep: 'y' }, same: { deep: [1, 2] }, none: null },
    }),
    ['a: 1 → 2', 'gone: true → (none)', 'new.deep: (none) → "y"'],
  );
});

test('text that is JSON is compared from within', () => {
  const policy = (action: string) => JSON.stringify({ Statement: [{ Action: action, Effect: 'Allow' }] });
  assert.deepEqual(shownOf({ before: { policy: policy('s3:Get*') }, after: { policy: policy('s3:*') } }), [
    'policy.Statement.0.Action: "s3:Get*" → "s3:*"',
  ]);
});

test('what is known after the apply is said so; of a new thing it is not listed', () => {
  assert.deepEqual(shownOf({ before: { arn: 'a' }, after: {}, unknown: { arn: true } }), [
    'arn: "a" → (known after the apply)',
  ]);
  assert.deepEqual(shownOf({ before: { block: [{ x: 1 }] }, after: {}, unknown: { block: true } }), [
    'block: {0.x: 1} → (known after the apply)',
  ]);
  assert.deepEqual(shownOf({ before: null, after: {}, unknown: { arn: true } }), []);
});

test('two long values are shown where they begin to differ', () => {
  const long = 'x'.repeat(500);
  const [line = ''] = shownOf({ before: { v: `${long}a` }, after: { v: `${long}b` } });
  assert.ok(line.length < 400);
  assert.match(line, /…x{19,20}a" → …x{19,20}b"/);
});

test('a sensitive value is never taken over, wherever it lies, and that it changes is said', () => {
  const secret = 'hunter2-hunter2';
  const cases: Parameters<typeof change>[2][] = [
    { before: { a: 'old' }, after: { a: secret }, sensitive: ['a'] },
    { before: { a: secret }, after: { a: [secret, 1] }, sensitive: ['a'] },
    { before: { a: [{ b: secret }] }, after: { a: [{ b: 'new' }] }, sensitive: ['a.0.b'] },
    { before: { a: ['x', secret] }, after: { a: ['x', 'y'] }, sensitive: ['a.1'] },
    { before: { a: { b: { c: secret } } }, after: { a: { b: 1 } }, sensitive: ['a.b'] },
    { before: { a: [{ b: secret }] }, after: {}, unknown: { a: true }, sensitive: ['a.0.b'] },
    { before: { environment: [{ variables: { DB_PASSWORD: secret } }] }, after: {} },
    { before: { master_password: secret }, after: { master_password: 'x' } },
    { before: { json: JSON.stringify({ api_key: secret }) }, after: { json: '{}' } },
  ];
  for (const values of cases) {
    const summary = JSON.stringify(sealedSummary('dev', [update(values)]));
    assert.doesNotMatch(summary, /hunter2/, JSON.stringify(values));
    assert.match(summary, /\(sensitive\)/, JSON.stringify(values));
  }
});

test('no value under a sensitive path is in the summary, whatever the values are', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, value, (before, after) => {
      const marked = { hidden: [{ deep: [before, 'SECRET-1'] }], text: 'SECRET-2' };
      const changed = { hidden: [{ deep: [after, 'SECRET-3'] }], text: { in: 'SECRET-4' } };
      const values = { before: marked, after: changed, sensitive: ['hidden.0.deep', 'text'] };
      assert.doesNotMatch(JSON.stringify(sealedSummary('dev', [update(values as never)])), /SECRET/);
    }),
  );
});

test('two environments that do the same are alike, whatever they and their account are called', () => {
  const of = (environment: 'dev' | 'prod', account: string, extra = {}) =>
    planOf(
      sealedSummary(environment, [
        update({
          before: { arn: `arn:aws:s3:::lake-${environment}-${account}` },
          after: { count: 1, ...extra },
        }),
      ]),
    )?.changes[0]?.likeness;
  assert.equal(of('dev', '111111111111'), of('prod', '222222222222'));
  assert.notEqual(of('dev', '111111111111'), of('prod', '222222222222', { count: 2 }));
});

test('an account that is not the environment’s own, and an address, keep a change from being alike', () => {
  const granting = (environment: 'dev' | 'prod', own: string, granted: string, address = 'aws_x.y') =>
    planOf(
      sealedSummary(environment, [
        change('aws_x.own', 'no-op', { before: { a: own, b: own }, after: { a: own, b: own } }),
        change(address, 'create', { after: { principal: `arn:aws:iam::${granted}:root` } }),
      ]),
    )?.changes[0]?.likeness;
  const [dev, prod] = ['111111111111', '222222222222'];
  assert.equal(granting('dev', dev, dev), granting('prod', prod, prod));
  assert.notEqual(granting('dev', dev, dev), granting('prod', prod, dev));
  assert.notEqual(granting('dev', dev, dev, 'aws_x.dev'), granting('prod', prod, prod, 'aws_x.prod'));
});

test('a summary is read back as it was written, in each of its forms', () => {
  const forms: EnvironmentSummary[] = [
    ...exampleSummaries(),
    largeSummary('dev', 80),
    hostileSummary('prod', 60),
    summarize({ ...about('dev'), kind: 'failed', errors: ['it broke'] }),
    summarize({ ...about('dev'), kind: 'refused-proposal' }),
    summarize({ ...about('dev'), kind: 'proposal', stack: { resource: { aws_x: { a: {}, b: {} } } } }),
  ];
  for (const form of forms) assert.deepEqual(readSummary(JSON.stringify(form), 'x.json'), form);
});

test('what is no summary of ours is refused with the place', () => {
  const good = JSON.parse(JSON.stringify(sealedSummary('dev', [change('aws_x.y', 'delete')])));
  const bad: [unknown, RegExp][] = [
    [[], /it must be object/],
    [{ ...good, format: 2 }, /\/format/],
    [{ ...good, environment: 'evil' }, /\/environment/],
    [{ ...good, commit: '../../x' }, /\/commit/],
    [{ ...good, extra: 1 }, /additional/],
    [{ ...good, findings: [{ rule: 'x' }] }, /\/findings\/0/],
    [{ ...good, outcome: { kind: 'sealed' } }, /\/outcome/],
    [
      { ...good, outcome: { ...good.outcome, plan: { ...good.outcome.plan, changes: [] } } },
      /counts 1 of delete and lists another/,
    ],
  ];
  for (const [value, reason] of bad)
    assert.throws(
      () => readSummary(JSON.stringify(value), 'x.json'),
      (error) => error instanceof UsageError && reason.test(error.message),
      JSON.stringify(value).slice(0, 100),
    );
  assert.throws(() => readSummary('{', 'x.json'), /x\.json is no summary of a plan: it is not JSON/);
});

test('what was changed outside Terraform is named', () => {
  const summary = summarize({
    ...about('dev'),
    kind: 'refused-plan',
    plan: planWith([], [change('aws_x.y', 'update')]),
    state: { lineage: null, serial: 0 },
  });
  assert.deepEqual(planOf(summary)?.drifted, ['aws_x.y']);
});
