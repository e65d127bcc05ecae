import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MARKER } from './summary/comment.ts';
import { PLANNED } from './summary/read-folder.ts';
import type { EnvironmentSummary } from './summary/summary.ts';
import { type GitHubServer, githubServer, HEAD } from './summary/testing/github-server.ts';
import { COMMIT, change, exampleSummaries, sealedSummary } from './summary/testing/plans.ts';

const PROGRAM = fileURLToPath(new URL('comment.ts', import.meta.url));
const BOT = 'github-actions[bot]';

function folder(context: TestContext, summaries: readonly EnvironmentSummary[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'summaries-'));
  context.after(() => rmSync(directory, { recursive: true }));
  for (const summary of summaries) {
    const path = join(directory, `summary-${summary.environment}`, 'summary.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(summary));
  }
  return directory;
}

async function serve(context: TestContext): Promise<GitHubServer> {
  const server = await githubServer();
  context.after(() => server.close());
  return server;
}

function say(server: GitHubServer, body: string, login: string): number {
  const id = server.comments.length + 1;
  server.comments.push({ id, body, user: { login }, html_url: `https://g/${id}` });
  return id;
}

type Ended = { code: number; stdout: string; stderr: string };

function runComment(args: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const { PATH = '' } = process.env;
  return new Promise((ended) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', PROGRAM, ...args],
      { env: { PATH, ...environment } },
      (error, stdout, stderr) => ended({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

const onPullRequest = (directory: string) => ['--pull-request', '7', '--summaries', directory];

test('a first run comments once and sets a status for each environment on the planned head', async (context) => {
  const server = await serve(context);
  const { code, stderr } = await runComment(onPullRequest(folder(context, exampleSummaries())), {
    ...server.environment,
    GITHUB_RUN_ID: '77',
  });
  assert.equal(code, 0, stderr);
  assert.equal(server.comments.length, 1);
  assert.ok(server.comments[0]?.body.startsWith(MARKER));
  assert.deepEqual(
    server.statuses.map(({ sha, body }) => [sha, body['context'], body['state'], body['target_url']]),
    [
      [HEAD, 'plan/dev', 'success', 'https://github.com/acme/orders/actions/runs/77'],
      [HEAD, 'plan/staging', 'success', 'https://github.com/acme/orders/actions/runs/77'],
      [HEAD, 'plan/prod', 'failure', 'https://github.com/acme/orders/actions/runs/77'],
    ],
  );
});

test('a later run changes that comment, though it stands on the second page', async (context) => {
  const server = await serve(context);
  for (let index = 0; index < 120; index += 1) say(server, 'Looks good', 'a-person');
  const ours = say(server, `${MARKER}\nof an older run`, BOT);
  const { code, stderr } = await runComment(
    onPullRequest(folder(context, exampleSummaries())),
    server.environment,
  );
  assert.equal(code, 0, stderr);
  assert.equal(server.comments.length, 121);
  assert.equal(server.sent[0], `PATCH /issues/comments/${ours}`);
  assert.match(server.comments[120]?.body ?? '', /This cannot be applied/);
});

test('a marker in somebody else’s comment, or within one of ours, is not the comment', async (context) => {
  const server = await serve(context);
  say(server, `${MARKER}\nforged`, 'a-person');
  say(server, `> ${MARKER}\nquoted`, BOT);
  await runComment(onPullRequest(folder(context, exampleSummaries())), server.environment);
  assert.deepEqual(
    server.sent.filter((each) => each.includes('comments')),
    ['POST /issues/7/comments'],
  );
  assert.match(server.comments[0]?.body ?? '', /forged/);
});

test('of two comments of ours the older stays, and an equal one is left alone', async (context) => {
  const server = await serve(context);
  const directory = folder(context, exampleSummaries());
  await runComment(onPullRequest(directory), server.environment);
  say(server, `${MARKER}\nof a run at the same time`, BOT);
  server.sent.length = 0;
  const { stdout } = await runComment(onPullRequest(directory), server.environment);
  assert.match(stdout, /comment unchanged/);
  assert.deepEqual(
    server.sent.filter((each) => each.includes('comments')),
    ['DELETE /issues/comments/2'],
  );
});

test('a pull request that has moved on since is not written to', async (context) => {
  const server = await serve(context);
  server.pull.head.sha = 'd'.repeat(40);
  const { code, stderr } = await runComment(
    onPullRequest(folder(context, exampleSummaries())),
    server.environment,
  );
  assert.equal(code, 77);
  assert.match(stderr, new RegExp(`moved on since ${COMMIT} was planned`));
  assert.deepEqual(server.sent, []);
});

test('an environment whose job wrote no summary fails its status; so do all when none did', async (context) => {
  const server = await serve(context);
  const alone = [sealedSummary('dev', [change('aws_x.y', 'create')])];
  await runComment(onPullRequest(folder(context, alone)), server.environment);
  assert.deepEqual(
    server.statuses.map(({ body }) => `${body['context']} ${body['state']}`),
    ['plan/dev success', 'plan/staging failure', 'plan/prod failure'],
  );
  server.statuses.length = 0;
  await runComment(onPullRequest(join(folder(context, []), 'nothing-was-downloaded')), {
    ...server.environment,
    GITHUB_SHA: COMMIT,
  });
  assert.deepEqual(
    server.statuses.map(({ sha, body }) => `${sha} ${body['state']}`),
    PLANNED.map(() => `${HEAD} failure`),
  );
  assert.match(server.comments[0]?.body ?? '', /No plan of dev came out of its job/);
});

test('the whole text is added to the job’s summary and written where it is asked for', async (context) => {
  const server = await serve(context);
  const directory = folder(context, exampleSummaries());
  const [jobSummary, out] = [join(directory, 'step.md'), join(directory, 'whole', 'plan.md')];
  writeFileSync(jobSummary, 'before\n');
  const { code, stderr } = await runComment([...onPullRequest(directory), '--out', out], {
    ...server.environment,
    GITHUB_STEP_SUMMARY: jobSummary,
  });
  assert.equal(code, 0, stderr);
  assert.match(readFileSync(jobSummary, 'utf8'), /^before\n<!--/);
  assert.match(readFileSync(out, 'utf8'), /This cannot be applied/);
});

test('a dry run prints the comment and asks GitHub nothing', async (context) => {
  const directory = folder(context, exampleSummaries());
  const { code, stdout, stderr } = await runComment(['--summaries', directory, '--dry-run'], {});
  assert.equal(code, 0);
  assert.ok(stdout.startsWith(MARKER));
  assert.match(stderr, /plan\/prod failure: blocked by 1 finding/);
});

test('summaries of two commits, two of one environment, and none at all are refused in a sentence', async (context) => {
  const [dev, staging] = exampleSummaries();
  assert.ok(dev && staging);
  const other = { ...staging, commit: 'e'.repeat(40) };
  const two = folder(context, [dev]);
  writeFileSync(join(two, 'again.json'), JSON.stringify(dev));
  const bad = folder(context, []);
  writeFileSync(join(bad, 'summary.json'), '{"format":1}');
  const cases: [string[], RegExp][] = [
    [['--summaries', folder(context, [dev, other]), '--dry-run'], /are of two commits/],
    [['--summaries', two, '--dry-run'], /two summaries of dev/],
    [['--summaries', bad, '--dry-run'], /is no summary of a plan/],
    [['--summaries', two.replace(/$/, '-absent')], /no pull request to comment on/],
    [[], /nothing to write about/],
    [['--proposal', 'x', '--summaries', 'y'], /mutually exclusive/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stderr } = await runComment(args, {});
    assert.equal(code, 64, stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});
