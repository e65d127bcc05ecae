/** As much of GitHub as a comment meets, over HTTP: one pull request, its comments in pages, and what was sent to it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../terraform/plan-json.ts';
import { COMMIT } from './plans.ts';

export const HEAD = 'b'.repeat(40);
const BASE = 'c'.repeat(40);
const PAGE_ENTRIES = 100;

export type GitHubServer = {
  environment: { GITHUB_TOKEN: string; GITHUB_REPOSITORY: string; GITHUB_API_URL: string };
  comments: { id: number; body: string; user: { login: string }; html_url: string }[];
  statuses: { sha: string; body: JsonObject }[];
  /** `POST /issues/7/comments`, in order; questions are left out. */
  sent: string[];
  pull: { head: { sha: string } };
  close(): Promise<void>;
};

export async function githubServer(): Promise<GitHubServer> {
  const server = createServer((request, response) => void answer(github, request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const github: GitHubServer = {
    environment: {
      GITHUB_TOKEN: 'token',
      GITHUB_REPOSITORY: 'acme/orders',
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
    },
    comments: [],
    statuses: [],
    sent: [],
    pull: { head: { sha: HEAD } },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
  return github;
}

async function answer(
  github: GitHubServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', github.environment.GITHUB_API_URL);
  const path = url.pathname.replace('/repos/acme/orders', '');
  const method = request.method ?? '';
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as JsonObject;
  if (method !== 'GET') github.sent.push(`${method} ${path}`);
  const [status, found, link] = route(
    github,
    `${method} ${path}`,
    body,
    Number(url.searchParams.get('page') ?? 1),
  );
  const next = link ? { link: `<${github.environment.GITHUB_API_URL}${link}>; rel="next"` } : {};
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...next });
  response.end(status === 204 ? '' : JSON.stringify(found));
}

type Answer = [status: number, body: unknown, next?: string | undefined];

function route(github: GitHubServer, asked: string, body: JsonObject, page: number): Answer {
  const { comments } = github;
  const id = Number(/comments\/(\d+)$/.exec(asked)?.[1]);
  const sha = /^POST \/statuses\/(\w+)$/.exec(asked)?.[1];
  if (asked === 'GET /pulls/7') return [200, github.pull];
  if (asked === `GET /git/commits/${COMMIT}`) return [200, { parents: [{ sha: BASE }, { sha: HEAD }] }];
  if (asked === 'GET /issues/7/comments') {
    const more = comments.length > page * PAGE_ENTRIES;
    const entries = comments.slice((page - 1) * PAGE_ENTRIES, page * PAGE_ENTRIES);
    return [200, entries, more ? `/repos/acme/orders/issues/7/comments?page=${page + 1}` : undefined];
  }
  if (asked === 'POST /issues/7/comments') {
    const login = 'github-actions[bot]';
    const made = {
      id: comments.length + 1,
      body: String(body['body']),
      user: { login },
      html_url: 'https://g/new',
    };
    comments.push(made);
    return [201, made];
  }
  const ours = comments.find((each) => each.id === id);
  if (asked.startsWith('PATCH /issues/comments/') && ours) {
    ours.body = String(body['body']);
    return [200, ours];
  }
  if (asked.startsWith('DELETE /issues/comments/') && ours) {
    comments.splice(comments.indexOf(ours), 1);
    return [204, undefined];
  }
  if (sha !== undefined) {
    github.statuses.push({ sha, body });
    return [201, {}];
  }
  return [404, { message: 'Not Found' }];
}
