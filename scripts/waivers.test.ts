import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UsageError } from './command.ts';
import { blocks, type Finding } from './finding.ts';
import { coverOf, readWaivers, utcDay, type Waiver, waive } from './waivers.ts';

const WAIVER: Waiver = {
  kind: 'stateful',
  address: 'aws_kinesis_stream.kinesis',
  reason: 'The stream is rebuilt for another shard key.',
  until: '2026-12-31',
};
const FINDING: Finding = {
  rule: 'stateful-missing',
  severity: 'block',
  address: 'aws_kinesis_stream.kinesis',
  sentence: 'It is gone.',
  nextStep: 'Put it back.',
};
const CONTEXT = { kind: 'stateful', environment: 'prod', today: '2026-12-31' } as const;

const fileOf = (...waivers: unknown[]): string => JSON.stringify({ waivers });

test('the committed file is one', () => {
  const path = '.github/waivers.json';
  readWaivers(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), path);
});

test('a waiver covers through its last day, and not on the day after', () => {
  const on = (today: string) => waive([FINDING], [WAIVER], { ...CONTEXT, today });
  assert.equal(blocks(on('2026-12-30')), false);
  assert.equal(blocks(on('2026-12-31')), false);
  assert.deepEqual(on('2026-12-31')[0]?.waived, { reason: WAIVER.reason, until: WAIVER.until });
  assert.equal(blocks(on('2027-01-01')), true);
});

test('an expired waiver is told, and the finding still blocks', () => {
  const [finding, note] = waive([FINDING], [WAIVER], { ...CONTEXT, today: '2027-01-01' });
  assert.deepEqual(finding, FINDING);
  assert.equal(note?.severity, 'note');
  assert.match(note?.sentence ?? '', /stateful-missing ended with 2026-12-31 .* another shard key/);
});

test('of an expired and a living waiver the living one covers, without a note', () => {
  const found = waive([FINDING], [{ ...WAIVER, until: '2026-01-01' }, WAIVER], CONTEXT);
  assert.deepEqual(
    found.map(({ waived }) => waived?.until),
    ['2026-12-31'],
  );
});

for (const [what, waiver] of [
  ['of another kind', { kind: 'review' }],
  ['of another rule', { rule: 'stateful-renamed' }],
  ['of another environment', { environment: 'dev' }],
  ['of another address', { address: 'aws_kinesis_stream.kinesis2' }],
  ['of an address that the finding starts with', { address: 'aws_kinesis_stream' }],
  ['of one attribute', { attribute: 'tags' }],
] satisfies [string, Partial<Waiver>][])
  test(`a waiver ${what} covers nothing`, () => {
    assert.deepEqual(waive([FINDING], [{ ...WAIVER, ...waiver }], CONTEXT), [FINDING]);
  });

test('a waiver that names the rule and the environment covers them', () => {
  const waiver: Waiver = { ...WAIVER, rule: 'stateful-missing', environment: 'prod' };
  assert.equal(blocks(waive([FINDING], [waiver], CONTEXT)), false);
});

test('a waiver of an attribute covers that attribute, one of the whole address any', () => {
  const subject = {
    kind: 'stateful',
    rule: 'drift',
    address: WAIVER.address,
    attribute: 'tags',
  } as const;
  const cover = (waiver: Partial<Waiver>) => coverOf(subject, [{ ...WAIVER, ...waiver }], '2026-12-31').kind;
  assert.equal(cover({ attribute: 'tags' }), 'covered');
  assert.equal(cover({ attribute: 'retention_period' }), 'none');
  assert.equal(cover({}), 'covered');
});

test('a day is counted by UTC', () => {
  assert.equal(utcDay(new Date('2026-12-31T23:59:59.999Z')), '2026-12-31');
  assert.equal(utcDay(new Date('2027-01-01T00:00:00+01:00')), '2026-12-31');
});

test('a moment is not taken for a day', () => {
  assert.throws(() => coverOf({ ...WAIVER, rule: 'a' }, [WAIVER], '2026-12-31T10:00:00Z'), /must be a date/);
});

const without = (key: keyof Waiver): unknown => ({ ...WAIVER, [key]: undefined });

for (const [what, content, sentence] of [
  ['no JSON', '{ "waivers": [ }', /f\.json: is not JSON/],
  ['no list', '[]', /The file must be object/],
  ['another word at the top', '{ "waivers": [], "Waivers": [] }', /The file has "Waivers", which is not/],
  ['an unknown key', fileOf({ ...WAIVER, untill: '2026-12-31' }), /\/waivers\/0 has "untill"/],
  ['no address', fileOf(without('address')), /\/waivers\/0 lacks "address"/],
  ['no reason', fileOf(without('reason')), /\/waivers\/0 lacks "reason"/],
  ['no day', fileOf(WAIVER, without('until')), /\/waivers\/1 lacks "until"/],
  ['an empty address', fileOf({ ...WAIVER, address: '' }), /address must NOT have fewer/],
  ['a wildcard', fileOf({ ...WAIVER, address: 'aws_kinesis_stream.*' }), /0 has the address ".*\.\*"/],
  ['two addresses', fileOf({ ...WAIVER, address: 'aws_a.b aws_c.d' }), /without wildcards or spaces/],
  ['a reason of one word', fileOf({ ...WAIVER, reason: 'becauseeeeeeeeeeeeeeeee' }), /write a sentence/],
  ['a short reason', fileOf({ ...WAIVER, reason: 'it is fine' }), /write a sentence/],
  ['a moment', fileOf({ ...WAIVER, until: '2026-12-31T00:00:00Z' }), /as a date such as 2026-12-31/],
  ['a day that does not exist', fileOf({ ...WAIVER, until: '2026-02-29' }), /has until "2026-02-29"/],
  ['an unknown kind', fileOf({ ...WAIVER, kind: 'gate' }), /kind must be one of stateful, review/],
  ['an unknown environment', fileOf({ ...WAIVER, environment: 'production' }), /one of local, dev/],
] as const)
  test(`a file with ${what} is refused in a sentence`, () => {
    assert.throws(
      () => readWaivers(content, 'f.json'),
      (error) =>
        error instanceof UsageError && sentence.test(error.message) && error.nextStep.includes('"until"'),
    );
  });
