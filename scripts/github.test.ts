import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './command.ts';
import { type GitHub, github } from './github.ts';

const ENVIRONMENT = { GITHUB_TOKEN: 'secret-token', GITHUB_REPOSITORY: 'acme/orders' };
const API = 'https://api.github.com';

type Asked = { method: string; url: string; authorization: string | null; body: unknown };

/** GitHub as a function: each answer once, in order. */
function scripted(...answers: readonly (Response | Error)[]): {
  client: GitHub;
  asked: Asked[];
  waits: number[];
} {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const left = [...answers];
  const client = github(ENVIRONMENT, {
    fetch: async (url, request) => {
      const headers = new Headers(request?.headers);
      asked.push({
        method: request?.method ?? '',
        url: String(url),
        authorization: headers.get('authorization'),
        body: typeof request?.body === 'string' ? JSON.parse(request.body) : undefined,
      });
      const answer = left.shift();
      if (answer instanceof Error) throw answer;
      assert.ok(answer, 'asked more often than expected');
      return answer;
    },
    wait: async (ms) => void waits.push(ms),
  });
  return { client, asked, waits };
}

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);

async function refusal(work: Promise<unknown>): Promise<UsageError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.doesNotMatch(error.message + error.nextStep, /secret-token/);
    return error;
  }
  return assert.fail('it was not refused');
}

test('a list is read to its last page, and the token goes with each question', async () => {
  const next = `<${API}/repositories/1/issues/7/comments?page=2>; rel="next", <${API}/x>; rel="last"`;
  const { client, asked } = scripted(json([{ id: 1 }], { headers: { link: next } }), json([{ id: 2 }]));
  assert.deepEqual(await client.list('/issues/7/comments'), [{ id: 1 }, { id: 2 }]);
  assert.deepEqual(
    asked.map(({ url }) => url),
    [
      `${API}/repos/acme/orders/issues/7/comments?per_page=100`,
      `${API}/repositories/1/issues/7/comments?page=2`,
    ],
  );
  assert.ok(asked.every(({ authorization }) => authorization === 'Bearer secret-token'));
});

test('a next page at another host is not followed', async () => {
  for (const elsewhere of ['https://evil.example/x', `${API}.evil.example/x`]) {
    const { client, asked } = scripted(json([], { headers: { link: `<${elsewhere}>; rel="next"` } }));
    assert.match((await refusal(client.list('/issues'))).message, /not its API/);
    assert.equal(asked.length, 1);
  }
});

test('a list that never ends is left after ten thousand entries', async () => {
  const endless = () => json([], { headers: { link: `<${API}/more>; rel="next"` } });
  const { client } = scripted(...Array.from({ length: 100 }, endless));
  assert.match((await refusal(client.list('/issues'))).message, /more than 10000/);
});

test('a question is asked again while GitHub is busy, a POST never', async () => {
  const busy = () => json({}, { status: 502 });
  const asking = scripted(busy(), busy(), json({ state: 'open' }));
  assert.deepEqual(await asking.client.get('/pulls/7'), { state: 'open' });
  assert.deepEqual(asking.waits, [1_000, 4_000]);
  const posting = scripted(busy());
  assert.match((await refusal(posting.client.send('POST', '/issues', {}))).nextStep, /later/);
  assert.equal(posting.asked.length, 1);
  const givingUp = scripted(busy(), busy(), busy());
  assert.match((await refusal(givingUp.client.get('/pulls/7'))).message, /502 to GET \/repos\/acme\/orders/);
});

test('each refusal of GitHub’s is a sentence with the next step', async () => {
  const message = JSON.stringify({ message: 'Resource not accessible by integration' });
  const cases: [ResponseInit, RegExp][] = [
    [{ status: 401 }, /another GITHUB_TOKEN/],
    [
      { status: 403, headers: { 'x-accepted-github-permissions': 'issues=write' } },
      /permission that this needs \(issues: write\)/,
    ],
    [{ status: 404 }, /may not see/],
    [{ status: 422 }, /must be changed/],
    [{ status: 403, headers: { 'retry-after': '60' } }, /again in 60 s/],
    [
      { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000000' } },
      /after 2023-11-14T22:13:20.000Z/,
    ],
  ];
  for (const [init, nextStep] of cases) {
    const { client } = scripted(new Response(message, init));
    const error = await refusal(client.send('PATCH', '/issues/comments/1', { body: 'x' }));
    assert.match(error.message, /Resource not accessible by integration/);
    assert.match(error.nextStep, nextStep);
  }
});

test('what is no answer of GitHub’s is said to be none', async () => {
  assert.match((await refusal(scripted(new Response('<html>')).client.get('/x'))).message, /not JSON/);
  assert.match((await refusal(scripted(json([])).client.get('/x'))).message, /than an object/);
  assert.match((await refusal(scripted(json({})).client.list('/x'))).message, /no list/);
  const broken = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
  assert.match((await refusal(scripted(broken).client.get('/x'))).message, /ECONNREFUSED/);
});

test('a change without an answer’s body is done', async () => {
  const { client, asked } = scripted(new Response(null, { status: 204 }));
  assert.deepEqual(await client.send('DELETE', '/issues/comments/1', {}), {});
  assert.equal(asked[0]?.method, 'DELETE');
});

test('without a token, a repository or a safe address nothing is asked', () => {
  const wrong = [
    { GITHUB_REPOSITORY: 'acme/orders' },
    { GITHUB_TOKEN: 't' },
    { ...ENVIRONMENT, GITHUB_REPOSITORY: 'acme/orders/../../x' },
    { ...ENVIRONMENT, GITHUB_API_URL: 'http://github.example' },
    { ...ENVIRONMENT, GITHUB_API_URL: 'github' },
  ];
  for (const environment of wrong) assert.throws(() => github(environment), UsageError);
  github({ ...ENVIRONMENT, GITHUB_API_URL: 'http://127.0.0.1:1234' });
  github({ ...ENVIRONMENT, GITHUB_API_URL: 'https://github.example/api/v3/' });
});
