import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { github } from '../github.ts';
import type { DriftFinding } from './findings.ts';
import { keepIssue } from './issue.ts';
import { issueText, marker } from './issue-text.ts';

/** GitHub's issues, as much of them as is used, over HTTP; a page has two. */
type Issue = {
  number: number;
  title: string;
  body: string;
  state: string;
  html_url: string;
  user: { type: string };
  author_association: string;
  comments: string[];
  pull_request?: object;
};
let issues: Issue[] = [];
let requests: string[] = [];
let refusal: { status: number; message: string } | undefined;
const PAGE = 2;

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown; link?: string }> {
  const url = new URL(request.url ?? '', base());
  requests.push(`${request.method} ${url.pathname}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
  if (refusal) return { status: refusal.status, body: { message: refusal.message } };
  if (request.headers.authorization !== 'Bearer a-token') return { status: 401, body: {} };
  const path = url.pathname.replace('/repos/acme/orders/issues', '');
  const [, number, comments] = path.split('/');
  const issue = issues.find((each) => String(each.number) === number);
  if (request.method === 'GET') {
    const page = Number(url.searchParams.get('page') ?? 1);
    const open = issues.filter(({ state }) => state === url.searchParams.get('state'));
    url.searchParams.set('page', String(page + 1));
    const more = open.length > page * PAGE ? { link: `<${url}>; rel="next"` } : {};
    return { status: 200, body: open.slice((page - 1) * PAGE, page * PAGE), ...more };
  }
  if (!number) return { status: 201, body: add(body) };
  if (!issue) return { status: 404, body: {} };
  if (comments) issue.comments.push(body.body);
  else Object.assign(issue, body);
  return { status: 200, body: issue };
}

function add(changes: Partial<Issue>): Issue {
  const number = issues.length + 1;
  const issue: Issue = {
    number,
    title: '',
    body: '',
    state: 'open',
    html_url: `https://github.example/acme/orders/issues/${number}`,
    user: { type: 'Bot' },
    author_association: 'NONE',
    comments: [],
    ...changes,
  };
  issues.push(issue);
  return issue;
}

const server = createServer(async (request, response) => {
  const { status, body, link } = await answer(request);
  response.writeHead(status, { 'content-type': 'application/json', ...(link ? { link } : {}) });
  response.end(JSON.stringify(body));
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
after(() => void server.close());
const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = () =>
  github({ GITHUB_TOKEN: 'a-token', GITHUB_REPOSITORY: 'acme/orders', GITHUB_API_URL: base() });

beforeEach(() => {
  issues = [];
  requests = [];
  refusal = undefined;
});

const DRIFT: DriftFinding = {
  rule: 'changed-outside',
  severity: 'block',
  address: 'aws_x.y',
  attribute: 'tags.owner',
  before: '(nothing)',
  after: '"x"',
  sentence: 'It was changed.',
  nextStep: 'Mend it.',
};
const WAIVED: DriftFinding = { ...DRIFT, waived: { reason: 'For a time.', until: '2026-12-31' } };
const keep = (...findings: DriftFinding[]) => keepIssue(client(), 'prod', findings);
const open = () => issues.filter(({ state }) => state === 'open');

test('drift opens an issue, and the same drift leaves it as it is', async () => {
  const opened = await keep(DRIFT);
  assert.deepEqual(opened, {
    kind: 'opened',
    number: 1,
    url: 'https://github.example/acme/orders/issues/1',
  });
  assert.equal(issues[0]?.title, 'Drift in prod');
  requests = [];
  assert.equal((await keep(DRIFT)).kind, 'unchanged');
  assert.deepEqual(requests, ['GET /repos/acme/orders/issues']);
});

test('other drift is written into the same issue', async () => {
  await keep(DRIFT);
  assert.equal((await keep({ ...DRIFT, after: '"y"' })).kind, 'updated');
  assert.equal(issues.length, 1);
  assert.match(issues[0]?.body ?? '', /"y"/);
});

test('when nothing is left the issue is closed with a word, and stays closed', async () => {
  await keep(DRIFT);
  assert.equal((await keep()).kind, 'closed');
  assert.equal(issues[0]?.state, 'closed');
  assert.match(issues[0]?.comments[0] ?? '', /Nothing is left/);
  assert.deepEqual(await keep(), { kind: 'none' });
  assert.equal(issues[0]?.comments.length, 1);
});

test('drift that a waiver covers opens none and closes the one that is open', async () => {
  assert.deepEqual(await keep(WAIVED), { kind: 'none' });
  await keep(DRIFT);
  assert.equal((await keep(WAIVED)).kind, 'closed');
});

test('drift that comes again opens a new issue', async () => {
  await keep(DRIFT);
  await keep();
  assert.equal((await keep(DRIFT)).kind, 'opened');
  assert.deepEqual(
    issues.map(({ state }) => state),
    ['closed', 'open'],
  );
});

test('each environment has an issue of its own', async () => {
  await keep(DRIFT);
  await keepIssue(client(), 'dev', [DRIFT]);
  assert.equal(open().length, 2);
  await keepIssue(client(), 'dev', []);
  assert.deepEqual(
    open().map(({ title }) => title),
    ['Drift in prod'],
  );
});

test('it is found behind many others, and there is never a second', async () => {
  for (let i = 0; i < 5; i += 1) add({ title: `Other ${i}` });
  await keep(DRIFT);
  await keep(DRIFT);
  await keep({ ...DRIFT, after: '"y"' });
  assert.equal(issues.length, 6);
});

test('of two that are open the older one is kept, whatever order they come in', async () => {
  const { title, body } = issueText('prod', [DRIFT]);
  add({ title, body, number: 9 });
  add({ title, body, number: 4 });
  assert.equal((await keep(DRIFT)).kind, 'unchanged');
  assert.deepEqual(
    open().map(({ number }) => number),
    [4],
  );
  assert.match(issues[0]?.comments[0] ?? '', /kept in #4/);
});

test('an issue in which an outsider wrote the marker is left alone', async () => {
  add({ body: `${marker('prod')}\nmine`, user: { type: 'User' }, author_association: 'CONTRIBUTOR' });
  assert.equal((await keep(DRIFT)).kind, 'opened');
  assert.match(issues[0]?.body ?? '', /mine$/);
});

test('an issue that somebody of the repository opened by hand on a laptop is ours', async () => {
  add({ body: `${marker('prod')}\nx`, user: { type: 'User' }, author_association: 'MEMBER' });
  assert.equal((await keep(DRIFT)).kind, 'updated');
});

test('an issue that only quotes the marker, and a pull request with it, are not ours', async () => {
  add({ body: `See this:\n${marker('prod')}` });
  add({ body: marker('prod'), pull_request: {} });
  assert.equal((await keep(DRIFT)).kind, 'opened');
});

test('an issue that GitHub’s page saved with carriage returns is the same', async () => {
  const { title, body } = issueText('prod', [DRIFT]);
  add({ title, body: body.replaceAll('\n', '\r\n') });
  assert.equal((await keep(DRIFT)).kind, 'unchanged');
});

test('a token that may not is a sentence without the token, and nothing is written', async () => {
  refusal = { status: 403, message: 'Resource not accessible by integration' };
  await assert.rejects(keep(DRIFT), (error: Error) => {
    assert.match(error.message, /403.*Resource not accessible/);
    assert.doesNotMatch(error.message, /a-token/);
    return true;
  });
  assert.equal(issues.length, 0);
});
