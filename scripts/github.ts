/**
 * GitHub's REST API, as much of it as a workflow needs to speak of its own repository: one question, all pages of a
 * list, one change. It reads the three variables that GitHub Actions sets, says what went wrong in a sentence with the
 * next step, and knows nothing of comments, issues or statuses; who asks does.
 * https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
 */

import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from './command.ts';
import type { JsonObject } from './terraform/plan-json.ts';

export type GitHub = {
  /** `owner/name` */
  repository: string;
  /** The answer to a GET; `path` begins after the repository: `/pulls/7`. */
  get(path: string): Promise<JsonObject>;
  /** Every entry of a list, from all of its pages. */
  list(path: string): Promise<JsonObject[]>;
  send(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body: JsonObject): Promise<JsonObject>;
};

/** What a test puts in place of the network and the time. */
export type GitHubTools = { fetch?: typeof fetch; wait?: (ms: number) => Promise<unknown> };

const PAGE_ENTRIES = 100;
/** Ten thousand entries: more are a mistake, or someone's mischief. */
const PAGES_MAX = 100;
const RETRIES_MS = [1_000, 4_000] as const;
const ANSWER_MS_MAX = 30_000;
/** GitHub says so when it is busy; the same question may be asked again. */
const BUSY = new Set([500, 502, 503, 504]);
const API_VERSION = '2022-11-28';

export function github(
  environment: NodeJS.ProcessEnv,
  { fetch: ask = fetch, wait = pause }: GitHubTools = {},
): GitHub {
  const { token, repository, api } = readEnvironment(environment);
  const base = `${api}/repos/${repository}`;

  async function once(method: string, url: string, body?: JsonObject): Promise<Response> {
    const request: RequestInit = {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': API_VERSION,
        'user-agent': repository,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
      ...(body ? { body: JSON.stringify(body) } : {}),
    };
    try {
      return await ask(url, request);
    } catch (error) {
      throw unreachable(api, error as Error);
    }
  }

  /** A POST is sent once: GitHub may have done what it did not answer, and twice would be one comment too many. */
  async function answered(method: string, url: string, body?: JsonObject): Promise<Response> {
    const what = `${method} ${url.slice(api.length).split('?')[0]}`;
    for (const ms of method === 'POST' ? [] : RETRIES_MS) {
      const response = await once(method, url, body);
      if (!BUSY.has(response.status)) return whole(response, what);
      await wait(ms);
    }
    return whole(await once(method, url, body), what);
  }

  return {
    repository,
    get: async (path) => asObject(await answered('GET', base + path).then(readJson)),
    send: async (method, path, body) => asObject(await answered(method, base + path, body).then(readJson)),
    list: async (path) => {
      const entries: JsonObject[] = [];
      const joint = path.includes('?') ? '&' : '?';
      let url: string | undefined = `${base}${path}${joint}per_page=${PAGE_ENTRIES}`;
      for (let page = 1; url !== undefined; page += 1) {
        if (page > PAGES_MAX) throw endless(path);
        const response: Response = await answered('GET', url);
        const answer = await readJson(response);
        if (!Array.isArray(answer)) throw notRead('GitHub answered no list.');
        entries.push(...answer.map(asObject));
        url = nextPage(response.headers.get('link'), api);
      }
      return entries;
    },
  };
}

function readEnvironment(environment: NodeJS.ProcessEnv): { token: string; repository: string; api: string } {
  const {
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: repository,
    GITHUB_API_URL = 'https://api.github.com',
  } = environment;
  if (!token)
    throw new UsageError(
      'GITHUB_TOKEN is not set, and GitHub answers only to a token.',
      'In a workflow: env: GITHUB_TOKEN: ${{ github.token }}. On a laptop: GITHUB_TOKEN=$(gh auth token).',
    );
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? ''))
    throw new UsageError(
      `GITHUB_REPOSITORY is ${repository ? `"${repository}"` : 'not set'}, and must name a repository.`,
      'Set it to owner/name, as GitHub Actions does.',
    );
  const url = URL.canParse(GITHUB_API_URL) ? new URL(GITHUB_API_URL) : undefined;
  const safe = url?.protocol === 'https:' || ['127.0.0.1', 'localhost'].includes(url?.hostname ?? '');
  if (!safe)
    throw new UsageError(
      `GITHUB_API_URL is "${GITHUB_API_URL}", and the token would be sent there unencrypted.`,
      'Give an https address, or leave it to GitHub Actions to set.',
    );
  return { token, repository: repository as string, api: GITHUB_API_URL.replace(/\/+$/, '') };
}

/** The address of the next page, which must be the API's own: the token goes with the question. */
function nextPage(link: string | null, api: string): string | undefined {
  const next = link?.split(',').find((each) => /;\s*rel="next"/.test(each));
  const url = /<([^>]+)>/.exec(next ?? '')?.[1];
  if (url !== undefined && !url.startsWith(`${api}/`))
    throw notRead(`GitHub's list goes on at ${url}, which is not its API.`);
  return url;
}

async function whole(response: Response, what: string): Promise<Response> {
  if (response.ok) return response;
  throw refused(response, what, await response.text());
}

function refused(response: Response, what: string, body: string): UsageError {
  const told = messageIn(body);
  const answer = `GitHub answered ${response.status} to ${what}${told ? `: ${told}` : '.'}`;
  const { headers, status } = response;
  if (headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after'))
    return new UsageError(answer, `GitHub's rate limit is used up; run this again ${limitEnds(headers)}.`);
  switch (status) {
    case 401:
      return new UsageError(answer, 'The token is not valid or has expired: give another GITHUB_TOKEN.');
    case 403:
      return new UsageError(answer, `Give the job the permission that this needs${permissionIn(headers)}.`);
    case 404:
      return new UsageError(
        answer,
        'Check the number and GITHUB_REPOSITORY; GitHub also answers so when the token may not see the thing.',
      );
    default:
      return new UsageError(
        answer,
        status >= 500
          ? 'GitHub is in trouble (https://www.githubstatus.com); run this again later.'
          : 'GitHub did not take what was sent; what it names must be changed.',
      );
  }
}

function messageIn(body: string): string {
  try {
    const { message, errors } = asObject(JSON.parse(body));
    const details = Array.isArray(errors) ? errors.map((each) => JSON.stringify(each)).join(', ') : '';
    return [typeof message === 'string' ? message : '', details].filter(Boolean).join(' ').slice(0, 500);
  } catch {
    return '';
  }
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
function permissionIn(headers: Headers): string {
  const wanted = headers.get('x-accepted-github-permissions');
  return wanted ? ` (${wanted.replaceAll('=', ': ')})` : '';
}

function limitEnds(headers: Headers): string {
  const seconds = Number(headers.get('retry-after'));
  if (seconds > 0) return `in ${seconds} s`;
  const reset = Number(headers.get('x-ratelimit-reset'));
  return reset > 0 ? `after ${new Date(reset * 1_000).toISOString()}` : 'in an hour';
}

/** A change may be answered without a body. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw notRead('What GitHub answered is not JSON.');
  }
}

function asObject(value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw notRead('GitHub answered something else than an object.');
}

function unreachable(api: string, error: Error): UsageError {
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new UsageError(
    `GitHub cannot be reached at ${api}: ${cause}.`,
    'Check the network and GITHUB_API_URL.',
  );
}

function notRead(problem: string): UsageError {
  return new UsageError(problem, 'Check GITHUB_API_URL: a proxy or another server may have answered.');
}

function endless(path: string): UsageError {
  return new UsageError(
    `${path} has more than ${PAGES_MAX * PAGE_ENTRIES} entries.`,
    'Nothing was changed; look at the thread, it is too long to be read each time.',
  );
}
