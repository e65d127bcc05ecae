import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DriftFinding } from './findings.ts';
import { issueText, marker } from './issue-text.ts';

function finding(changes: Partial<DriftFinding> = {}): DriftFinding {
  return {
    rule: 'changed-outside',
    severity: 'block',
    address: 'aws_sqs_queue.pipe_dead_letters',
    attribute: 'tags.owner',
    before: '(nothing)',
    after: '"x"',
    sentence: 'It was changed.',
    nextStep: 'Mend it.',
    ...changes,
  };
}

const body = (...findings: DriftFinding[]) => issueText('prod', findings).body;

/** What stands outside the block of code, as GitHub's Markdown reads it. */
function outside(text: string): string {
  const lines = text.split('\n');
  const fence = lines.find((line) => /^`{3,}text$/.test(line))?.slice(0, -4) ?? '';
  const from = lines.indexOf(`${fence}text`);
  const to = lines.findIndex(
    (line, at) => at > from && new RegExp(`^ {0,3}\`{${fence.length},} *$`).test(line),
  );
  assert.ok(fence && from > 0 && to > from, text);
  return [...lines.slice(0, from), ...lines.slice(to + 1)].join('\n');
}

test('it begins with the marker of its environment and lists the drift by address', () => {
  const text = body(finding(), finding({ attribute: 'delay_seconds', before: '0', after: '5' }));
  assert.equal(text.split('\n')[0], marker('prod'));
  assert.notEqual(marker('prod'), marker('dev'));
  assert.equal(text.split('aws_sqs_queue.pipe_dead_letters\n').length, 2);
  assert.match(text, /tags\.owner: \(nothing\) → "x"/);
  assert.match(text, /delay_seconds: 0 → 5/);
});

test('what a waiver covers stands there too, with its reason, and is not counted', () => {
  const waived = { reason: 'The night shift tags by hand.', until: '2026-12-31' };
  const text = body(finding(), finding({ attribute: 'a', waived }));
  assert.match(text, /1 difference that no waiver covers/);
  assert.match(text, /waived until 2026-12-31: The night shift/);
});

test('nothing in it is a mention', () => {
  const text = body(finding({ after: '"@octocat @acme/team a@b.example"' }));
  assert.doesNotMatch(text, /@[\w-]/);
});

test('no value, attribute or address leaves the block of code', () => {
  const hostile = [
    '```\n# Heading\n<img src=x>',
    '``````\n@octocat closes #1',
    '\n```\n- [x] done',
    `\n${marker('dev')}`,
    '~~~\n<script>',
    '\r```\r# Heading',
    '\u2028```\u2028# Heading',
  ];
  const harmless = outside(body(finding()));
  for (const text of hostile)
    for (const place of ['address', 'attribute', 'before', 'after'] as const)
      assert.equal(outside(body(finding({ [place]: text }))), harmless, JSON.stringify([place, text]));
});

test('no value of any kind leaves it', () => {
  const harmless = outside(body(finding()));
  const piece = fc.constantFrom('`', '```', '````', '\n', '\r', ' ', '@x', '<!--', '~~~', 'text', '#1', '>');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = body(finding({ after: pieces.join('') }));
      assert.equal(outside(text), harmless);
      assert.doesNotMatch(text, /@[\w-]/);
    }),
  );
});

test('however much drifted, the text is shorter than GitHub takes, and says what is left out', () => {
  const many = Array.from({ length: 3000 }, (_, i) =>
    finding({ address: `aws_x.number_${i}`, after: `"${'@'.repeat(200)}"` }),
  );
  const text = body(...many);
  assert.ok(text.length < 65_536, String(text.length));
  const left = Number(/and (\d+) more lines/.exec(text)?.[1]);
  const shown = text.split('\n').filter((line) => /^aws_x|^ {4}tags/.test(line)).length;
  assert.equal(shown + left, 6000);
  outside(text);
});

test('the same drift has the same text, so that an issue changes when the drift does', () => {
  assert.deepEqual(issueText('prod', [finding()]), issueText('prod', [finding()]));
  assert.notEqual(body(finding()), body(finding({ after: '"y"' })));
});
