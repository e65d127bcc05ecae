/**
 * One issue an environment: opened when it drifts, brought up to date while it does, closed when it no longer does. It
 * is known by the marker in its first line, and only where somebody with a right to the repository wrote it, so that
 * nobody can put an issue of theirs in its place. Labels would not do: a token without the right to make one loses it.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { blocks } from '../finding.ts';
import type { DriftFinding } from './findings.ts';
import type { GitHub } from './github.ts';
import { issueText, marker } from './issue-text.ts';

export type IssueDone =
  | { kind: 'none' }
  | { kind: 'opened' | 'updated' | 'unchanged' | 'closed'; number: number; url: string };

type Issue = { number: number; title: string; body: string; url: string };

const PAGE = 100;
/** A repository with more open issues than that keeps none of them in order. */
const PAGES_MAX = 50;

export async function keepIssue(
  github: GitHub,
  environment: EnvironmentName,
  findings: readonly DriftFinding[],
): Promise<IssueDone> {
  const [kept, ...repeats] = await ourIssues(github, environment);
  for (const { number } of repeats)
    await close(github, number, `The drift of ${environment} is kept in #${kept?.number}.`);
  if (!blocks(findings)) {
    if (!kept) return { kind: 'none' };
    await close(
      github,
      kept.number,
      `Nothing is left of it: ${environment} is as it was applied, or waived.`,
    );
    return { kind: 'closed', number: kept.number, url: kept.url };
  }
  const text = issueText(environment, findings);
  if (!kept) {
    const opened = issueIn(await github.call('POST', '/issues', text));
    return { kind: 'opened', number: opened.number, url: opened.url };
  }
  const same = kept.title === text.title && kept.body === text.body;
  if (!same) await github.call('PATCH', `/issues/${kept.number}`, text);
  return { kind: same ? 'unchanged' : 'updated', number: kept.number, url: kept.url };
}

/** Open ones, the oldest first. Pull requests are issues too for GitHub, and are left out. */
async function ourIssues(github: GitHub, environment: EnvironmentName): Promise<Issue[]> {
  const found: Issue[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const query = `?state=open&sort=created&direction=asc&per_page=${PAGE}&page=${page}`;
    const answer = (await github.call('GET', `/issues${query}`)) as Record<string, unknown>[];
    const own = answer.filter((each) => !each['pull_request'] && isByUs(each)).map(issueIn);
    found.push(...own.filter(({ body }) => body.split('\n', 1)[0] === marker(environment)));
    if (answer.length < PAGE) break;
  }
  return found;
}

/** https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
function isByUs({ user, author_association: association }: Record<string, unknown>): boolean {
  const { type } = (user ?? {}) as { type?: unknown };
  return type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(String(association));
}

function issueIn(answer: unknown): Issue {
  const { number, title, body, html_url: url } = answer as Record<string, unknown>;
  return {
    number: Number(number),
    title: String(title ?? ''),
    // GitHub's own page writes an edited text back with carriage returns.
    body: String(body ?? '').replaceAll('\r\n', '\n'),
    url: String(url ?? ''),
  };
}

/** The comment comes first: should the second call fail, the next run closes it all the same. */
async function close(github: GitHub, number: number, comment: string): Promise<void> {
  await github.call('POST', `/issues/${number}/comments`, { body: comment });
  await github.call('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' });
}
