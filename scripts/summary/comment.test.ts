import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EnvironmentName } from '../../stacks/names.ts';
import { COMMENT_BYTES_MAX, type CommentSubject, comment, JOB_SUMMARY_BYTES_MAX, MARKER } from './comment.ts';
import { PLANNED } from './read-folder.ts';
import { statusOf } from './status.ts';
import { type EnvironmentSummary, summarize } from './summary.ts';
import { hostileSummary, largeSummary } from './testing/hostile.ts';
import { about, change, exampleSummaries, sealedSummary } from './testing/plans.ts';
import { planOf } from './words.ts';

const RUN = 'https://github.com/acme/orders/actions/runs/77';
const GITHUB_CHARACTERS_MAX = 65_536;

function subject(
  summaries: readonly EnvironmentSummary[],
  missing: readonly EnvironmentName[] = [],
): CommentSubject {
  return { summaries, missing, runUrl: RUN, pageOf: () => undefined };
}

const textOf = (summaries: readonly EnvironmentSummary[], missing?: readonly EnvironmentName[]): string =>
  comment(subject(summaries, missing), COMMENT_BYTES_MAX).text;

/** Every line that nobody may miss: an address that goes, and a finding that stops the change. */
function assertNothingMissed(text: string, summaries: readonly EnvironmentSummary[]): void {
  const lines = text.split('\n').filter((line) => line.startsWith('- **'));
  for (const { environment, findings, outcome } of summaries) {
    const plan = outcome.kind === 'sealed' || outcome.kind === 'refused-plan' ? outcome.plan : undefined;
    for (const { action, address } of plan?.changes ?? []) {
      const deed = { delete: 'destroy', replace: 'replace', forget: 'let go of' }[action as string];
      if (!deed) continue;
      const named = lines.some(
        (line) => line.includes(environment) && line.includes(`** ${deed} \`${address}\``),
      );
      assert.ok(named, `${environment} ${deed} ${address} is missing`);
    }
    for (const finding of findings.filter(({ severity, waived }) => severity === 'block' && !waived))
      assert.ok(
        lines.some((line) => line.includes(finding.address)),
        `${finding.address} is missing`,
      );
  }
}

test('the sample in docs/ is what this code writes', () => {
  const sample = fileURLToPath(new URL('../../docs/sample-comment.md', import.meta.url));
  const pageOf = (rule: string) => `https://github.com/acme/orders/blob/main/docs/review/${rule}.md`;
  const { text } = comment({ ...subject(exampleSummaries()), pageOf }, COMMENT_BYTES_MAX);
  // UPDATE_SAMPLE=true node --import tsx --test scripts/summary/comment.test.ts
  if (process.env['UPDATE_SAMPLE']) writeFileSync(sample, text);
  assert.equal(readFileSync(sample, 'utf8'), text);
});

test('three environments of 80 resources with every change of stored data fit, and no loss is missing', () => {
  const summaries = PLANNED.map((environment) => largeSummary(environment, 80));
  const { text, linesMissed } = comment(subject(summaries), COMMENT_BYTES_MAX);
  assert.ok(text.length < GITHUB_CHARACTERS_MAX && Buffer.byteLength(text) < GITHUB_CHARACTERS_MAX);
  assert.equal(linesMissed, 0);
  assertNothingMissed(text, summaries);
  assert.match(
    text,
    new RegExp(`Left out, as it would not fit: .*\\[The whole text\\]\\(${RUN}\\) has it\\.`),
  );
});

test('at every length between, the lines that nobody may miss are whole', () => {
  const summaries = PLANNED.map((environment) => largeSummary(environment, 120));
  for (const bytesMax of [100_000, 60_000, 40_000, 20_000, 15_000, 12_000]) {
    const { text, linesMissed } = comment(subject(summaries), bytesMax);
    assert.ok(Buffer.byteLength(text) <= bytesMax);
    assert.equal(linesMissed, 0, `at ${bytesMax}`);
    assertNothingMissed(text, summaries);
  }
});

test('three times 2,000 hostile resources stay text: no HTML, mention, link or marker of theirs', () => {
  const summaries = PLANNED.map((environment) => hostileSummary(environment, 2_000));
  for (const bytesMax of [COMMENT_BYTES_MAX, JOB_SUMMARY_BYTES_MAX]) {
    const { text, linesMissed } = comment(subject(summaries), bytesMax);
    assert.ok(Buffer.byteLength(text) <= bytesMax);
    assert.equal(linesMissed, 0);
    const outside = text.replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
    const tags = new Set([...outside.matchAll(/<[^>]*>/g)].map(([tag]) => tag));
    for (const ours of [
      '<details>',
      '</details>',
      '<summary>',
      '</summary>',
      '<sub>',
      '</sub>',
      '<span>',
      '</span>',
      MARKER,
    ])
      tags.delete(ours);
    assert.deepEqual([...tags], []);
    assert.equal(outside.split(MARKER).length, 2);
    assert.doesNotMatch(
      outside,
      /@(?!\u200B)|(?<!\\)#\d|https?:\/\/(?!github\.com\/acme\/orders\/actions)|www\./,
    );
    assert.equal(outside.split('<details>').length, outside.split('</details>').length);
  }
});

test('what cannot fit is counted first, and then no environment is ready', () => {
  const summaries = PLANNED.map((environment) =>
    sealedSummary(
      environment,
      Array.from({ length: 2_000 }, (_, index) => change(`aws_x.${environment}_${index}`, 'delete')),
    ),
  );
  const { text, linesMissed } = comment(subject(summaries), COMMENT_BYTES_MAX);
  assert.ok(Buffer.byteLength(text) <= COMMENT_BYTES_MAX);
  const shown = text.split('\n').filter((line) => /^- \*\*\w+\*\* destroy `aws_x\.\w+`$/.test(line)).length;
  assert.equal(shown + linesMissed, 6_000);
  assert.match(
    text,
    new RegExp(`\\*\\*${linesMissed.toLocaleString('en-US')} lines of what is stopped, destroyed`),
  );
  for (const summary of summaries) {
    assert.equal(statusOf(summary, 0).state, 'success');
    assert.equal(statusOf(summary, linesMissed).state, 'failure');
  }
  assert.equal(comment(subject(summaries), JOB_SUMMARY_BYTES_MAX).linesMissed, 0);
});

test('what Terraform lets go of, data or none, stands with what is lost', () => {
  const text = textOf([
    sealedSummary('dev', [change('aws_x.y', 'forget'), change('aws_s3_bucket.lake', 'forget')]),
  ]);
  const section = text.slice(text.indexOf('### Destroyed'));
  assert.match(section, /^- \*\*dev\*\* let go of `aws_s3_bucket\.lake`: it stays in AWS with its data/m);
  assert.match(section, /^- \*\*dev\*\* let go of `aws_x\.y`$/m);
  assert.doesNotMatch(text, /Things that hold data/);
});

test('a plan without changes says so and no more', () => {
  const text = textOf(PLANNED.map((environment) => sealedSummary(environment, [change('aws_x.y', 'no-op')])));
  assert.match(text, /> \*\*Merging changes nothing\.\*\*/);
  assert.match(text, /> Nothing to do in dev, staging and prod\./);
  assert.doesNotMatch(text, /###|<details>/);
});

test('an error of Terraform’s is told in its words, and the environment is not ready', () => {
  const failed = summarize({ ...about('prod'), kind: 'failed', errors: ['aws_x.y: no such *thing*'] });
  const text = textOf([sealedSummary('dev', [change('aws_x.y', 'create')]), failed]);
  assert.match(text, /\[!CAUTION\]/);
  assert.match(text, /> prod cannot be planned: 1 error of Terraform\./);
  assert.match(text, /- \*\*prod\*\* aws\\_x\.y: no such \\\*thing\\\*/);
  assert.equal(statusOf(failed, 0).state, 'failure');
});

test('a blocked plan begins with what blocks it', () => {
  const text = textOf(exampleSummaries());
  assert.ok(
    text.startsWith(
      `${MARKER}\n> [!CAUTION]\n> **This cannot be applied.**\n>\n> prod is blocked by 1 finding`,
    ),
  );
  assert.ok(text.indexOf('### Stopped by') < text.indexOf('### Destroyed'));
  assertNothingMissed(text, exampleSummaries());
});

test('an environment without a summary is in the verdict and in the table', () => {
  const text = textOf([sealedSummary('dev', [change('aws_x.y', 'create')])], ['staging', 'prod']);
  assert.match(text, /\[!CAUTION\]/);
  assert.match(text, /> No plan of prod came out of its job/);
  assert.match(text, /^\| prod \| no plan \|/m);
  assert.match(textOf([], PLANNED), /No plan of dev came/);
});

test('a fork’s proposal says what its stacks hold, and that nothing was planned', () => {
  const stack = { resource: { aws_kinesis_stream: { kinesis: {} }, aws_iam_role: { a: {}, b: {} } } };
  const proposals = PLANNED.map((environment) =>
    summarize({ ...about(environment), kind: 'proposal' as const, stack }),
  );
  const text = textOf(proposals);
  assert.match(text, /> Nothing was planned: no credentials are given to this pull request/);
  assert.match(
    text,
    /<summary>prod would hold 3 resources<\/summary>\n\n- 2 × `aws_iam_role`\n- 1 × `aws_kinesis_stream`/,
  );
  assert.match(text, /pipeline review not asked/);
  const blocked = exampleSummaries()[2]?.findings ?? [];
  const stopped = summarize({ ...about('prod', blocked), kind: 'proposal', stack });
  assert.match(textOf([stopped]), /prod is not planned, and blocked by 1 finding/);
});

test('environments that change alike are told once, and the one that differs by its addresses', () => {
  const text = textOf(exampleSummaries());
  assert.match(text, /- dev and staging change alike\./);
  assert.match(
    text,
    /- prod differs from dev and staging in one address:\n {2}- `aws_kinesis_stream\.kinesis`: replace, with other values/,
  );
  const same = PLANNED.map((environment) => sealedSummary(environment, [change('aws_x.y', 'create')]));
  assert.match(textOf(same), /- dev, staging and prod change alike\./);
  const other = [...same.slice(0, 2), sealedSummary('prod', [change('aws_x.z', 'delete')])];
  assert.match(textOf(other), /`aws_x\.y`: left alone instead of create/);
  assert.match(textOf(other), /`aws_x\.z`: destroy instead of left alone/);
});

test('a finding is told once for all its environments, and apart where its address names one', () => {
  const stopping = (address: string, environment: EnvironmentName) =>
    summarize({
      ...about(environment, [
        { rule: 'r', severity: 'block', address, sentence: `It stops ${environment}.`, nextStep: 'Mend it.' },
      ]),
      kind: 'refused-proposal',
    });
  const same = textOf([stopping('aws_x.y', 'dev'), stopping('aws_x.y', 'prod')]);
  assert.match(same, /^- \*\*dev and prod\*\* `aws_x\.y`: It stops dev\./m);
  const apart = textOf([stopping('aws_x.dev', 'dev'), stopping('aws_x.prod', 'prod')]);
  assert.match(apart, /^- \*\*dev\*\* `aws_x\.dev`/m);
  assert.match(apart, /^- \*\*prod\*\* `aws_x\.prod`/m);
});

test('what a waiver lets through stands with its reason and its day, and data that is lost in the verdict', () => {
  const [dev] = exampleSummaries();
  const text = textOf(dev ? [dev] : []);
  assert.match(text, /\[!WARNING\]\n> \*\*Merging applies this, and data is lost\.\*\*/);
  assert.match(text, /Waived until 2026-12-31: The stream is renamed while no sale is on/);
  assert.match(statusOf(dev as EnvironmentSummary, 0).description, /^data is lost, as waived: /);
});

test('each environment’s own cost is told, also where the changes are alike', () => {
  const text = textOf(exampleSummaries());
  assert.match(text, /- \*\*dev\*\* 10\.95 → 11\.05 a month \(\+0\.10\)/);
  assert.match(text, /- \*\*prod\*\* 613\.20 → 817\.70 a month \(\+204\.50\)/);
  const unknown = textOf([sealedSummary('dev', [change('aws_nat_gateway.x', 'create')])]);
  assert.match(unknown, /not priced: `aws_nat_gateway\.x` \(`no price of aws_nat_gateway is known here`\)/);
});

test('commit, tree and the serial of each state stand at the end', () => {
  assert.match(
    textOf(exampleSummaries()),
    /commit `3f9c1d27a5b8` · tree `a81b2c3d4e5f` · state serials: dev 112, staging 64, prod 41/,
  );
});

test('a status fits GitHub’s 140 characters whatever happens', () => {
  const every = largeSummary('prod', 5_000);
  const { description } = statusOf(every, 12);
  assert.ok(description.length <= 140, description);
  assert.ok(planOf(every));
});
