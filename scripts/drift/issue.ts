/**
 * One issue an environment: opened when it drifts, brought up to date while it does, closed when it no longer does. It
 * is known by the marker in its first line, and only where somebody with a right to the repository wrote it, so that
 * nobody can put an issue of theirs in its place. Labels would not do: a token without the right to make one loses it.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { blocks } from '../finding.ts';
import type { GitHub } from '../github.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import type { DriftFinding } from './findings.ts';
import { issueText, marker } from './issue-text.ts';

export type IssueDone =
  | { kind: 'none' }
  | { kind: 'opened' | 'updated' | 'unchanged' | 'closed'; number: number; url: string };

type Issue = { number: number; title: string; body: string; url: string };

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
    const opened = issueIn(await github.send('POST', '/issues', text));
    return { kind: 'opened', number: opened.number, url: opened.url };
  }
  const same = kept.title === text.title && kept.body === text.body;
  if (!same) await github.send('PATCH', `/issues/${kept.number}`, text);
  return { kind: same ? 'unchanged' : 'updated', number: kept.number, url: kept.url };
}

/** Open ones, the oldest first. Pull requests are issues too for GitHub, and are left out. */
async function ourIssues(github: GitHub, environment: EnvironmentName): Promise<Issue[]> {
  const open = await github.list('/issues?state=open&sort=created&direction=asc');
  return open
    .filter((each) => !each['pull_request'] && isByUs(each))
    .map(issueIn)
    .filter(({ body }) => body.split('\n', 1)[0] === marker(environment))
    .sort((a, b) => a.number - b.number);
}

/** What GitHub says of authors who have no right to the repository.
 * https://docs.github.com/en/graphql/reference/enums#commentauthorassociation */
const OUTSIDERS = ['CONTRIBUTOR', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'MANNEQUIN', 'NONE'];

/** An app has only the rights that somebody of the repository gave it. */
function isByUs({ user, author_association: association }: JsonObject): boolean {
  const { type } = (user ?? {}) as { type?: unknown };
  return type === 'Bot' || !OUTSIDERS.includes(String(association));
}

function issueIn({ number, title, body, html_url: url }: JsonObject): Issue {
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
  await github.send('POST', `/issues/${number}/comments`, { body: comment });
  await github.send('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' });
}
