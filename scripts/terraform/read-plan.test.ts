import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPlan } from './read-plan.ts';

/** Real: Terraform 1.11.4 and provider 5.100.0 against an emulator, less the parts that nothing here reads. */
const TEXT = readFileSync(new URL('testing/plan-of-every-action.json', import.meta.url), 'utf8');
const real = () => JSON.parse(TEXT) as Record<string, unknown> & { resource_changes: Entry[] };
type Entry = { address: string; mode: string; change: Record<string, unknown>; [key: string]: unknown };

const change = (address: string, plan = readPlan(TEXT)) => {
  const found = plan.changes.find((each) => each.address === address);
  assert.ok(found, address);
  return found;
};
const withChange = (entry: object): string =>
  JSON.stringify({ ...real(), resource_changes: [{ ...real().resource_changes[0], ...entry }] });

test('each address has the one thing that happens to it', () => {
  assert.deepEqual(
    readPlan(TEXT).changes.map(({ address, action }) => [address, action]),
    [
      ['aws_dynamodb_table.table', 'replace'],
      ['aws_sqs_queue.dead', 'update'],
      ['aws_sqs_queue.old', 'delete'],
      ['aws_ssm_parameter.new', 'create'],
      ['aws_ssm_parameter.secret', 'update'],
    ],
  );
});

test('a replacement says which arguments force it, and why in Terraform’s word', () => {
  const { replacePaths, reason, type } = change('aws_dynamodb_table.table');
  assert.deepEqual(replacePaths, ['hash_key']);
  assert.equal(reason, 'replace_because_cannot_update');
  assert.equal(type, 'aws_dynamodb_table');
});

test('a path into a list is written with dots', () => {
  const entry = { change: { actions: ['create', 'delete'], replace_paths: [['attribute', 0, 'name']] } };
  assert.deepEqual(readPlan(withChange(entry)).changes[0]?.replacePaths, ['attribute.0.name']);
});

test('what a moved block brought along has its old address', () => {
  assert.equal(change('aws_sqs_queue.dead').previousAddress, 'aws_sqs_queue.letters');
  assert.equal('previousAddress' in change('aws_sqs_queue.old'), false);
});

test('before a create there is nothing, and after a delete there is nothing', () => {
  assert.equal(change('aws_ssm_parameter.new').before, null);
  assert.equal(change('aws_sqs_queue.old').after, null);
  assert.equal(change('aws_sqs_queue.old').before?.['name'], 'old');
});

test('what is known only after the apply is unknown, not missing', () => {
  assert.equal(change('aws_ssm_parameter.new').unknown['value'], true);
  assert.equal(change('aws_ssm_parameter.new').after?.['value'], undefined);
});

test('sensitive values are named, from before and from after', () => {
  assert.deepEqual(change('aws_ssm_parameter.secret').sensitive, ['value', 'value_wo']);
  assert.deepEqual(change('aws_sqs_queue.old').sensitive, []);
  const nested = {
    change: { actions: ['update'], before_sensitive: false, after_sensitive: { a: [{ b: true }] } },
  };
  assert.deepEqual(readPlan(withChange(nested)).changes[0]?.sensitive, ['a.0.b']);
});

test('a resource that is sensitive as a whole has all its arguments named', () => {
  const whole = { change: { actions: ['delete'], before: { a: 1, b: 2 }, before_sensitive: true } };
  assert.deepEqual(readPlan(withChange(whole)).changes[0]?.sensitive, ['a', 'b']);
});

test('drift is told apart from the changes', () => {
  const [drifted, ...more] = readPlan(TEXT).drift;
  assert.deepEqual(more, []);
  assert.equal(drifted?.address, 'aws_sqs_queue.dead');
  assert.equal(drifted?.before?.['message_retention_seconds'], 3600);
  assert.equal(drifted?.after?.['message_retention_seconds'], 7200);
});

test('data sources are left out', () => {
  const read = { mode: 'data', change: { actions: ['read'] } };
  assert.deepEqual(readPlan(withChange(read)).changes, []);
  assert.equal(readPlan(withChange({ ...read, mode: 'managed' })).changes.length, 1);
});

test('what an earlier apply could not delete is told from the thing itself', () => {
  const left = { deposed: 'ab12cd34', change: { actions: ['delete'] } };
  assert.equal(readPlan(withChange(left)).changes[0]?.deposed, 'ab12cd34');
});

test('whether an apply would do anything is Terraform’s word, or the changes’ where it has none', () => {
  assert.equal(readPlan(TEXT).applyable, true);
  assert.equal(readPlan(JSON.stringify({ ...real(), applyable: false })).applyable, false);
  const {
    applyable: _,
    complete: __,
    errored: ___,
    ...old
  } = { ...real(), format_version: '1.0' } as Record<string, unknown>;
  assert.equal(readPlan(JSON.stringify(old)).applyable, true);
  assert.equal(readPlan(JSON.stringify({ ...old, resource_changes: [] })).applyable, false);
  assert.equal(readPlan(JSON.stringify(old)).complete, true);
});

test('a plan that is not whole, or that failed, says so', () => {
  assert.equal(readPlan(JSON.stringify({ ...real(), complete: false })).complete, false);
  assert.equal(readPlan(JSON.stringify({ ...real(), errored: true })).errored, true);
});

test('every 1.x of the format is read and 2 is refused', () => {
  for (const format of ['1.0', '1.2', '1.99'])
    assert.equal(readPlan(JSON.stringify({ ...real(), format_version: format })).changes.length, 5);
  for (const format of ['2.0', '0.2', '10.0', '1', 1.2, undefined])
    assert.throws(() => readPlan(JSON.stringify({ ...real(), format_version: format })), /format/);
});

test('an action that is not known here is refused by its address', () => {
  assert.throws(
    () => readPlan(withChange({ change: { actions: ['transmute'] } })),
    /\["transmute"\] to aws_dynamodb_table\.table/,
  );
});

test('whatever is no plan is refused with a sentence', () => {
  for (const text of ['', 'null', '[]', '{}', '{"format_version":"1.2","resource_changes":{}}'])
    assert.throws(() => readPlan(text), { message: /^The plan cannot be read: / }, text);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify({ format_version: '1.2', resource_changes: [value] });
      assert.throws(() => readPlan(text), { message: /^The plan cannot be read: / });
    }),
  );
});
