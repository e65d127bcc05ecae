/**
 * Puts the comment on a pull request, in place of the one that was there, and the statuses on the commit that was
 * planned. Exactly one comment is ours: it begins with the marker and its author is the one that this runs as. A marker
 * in somebody else's comment makes it nobody's but theirs.
 */

import { UsageError } from '../command.ts';
import type { GitHub } from '../github.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { MARKER } from './comment.ts';
import type { CommitStatus } from './status.ts';

export type Posted = { kind: 'created' | 'updated' | 'unchanged'; url: string };

/** The comments of a workflow's own token are by this login. */
export const ACTIONS_LOGIN = 'github-actions[bot]';

export async function putComment(
  github: GitHub,
  pullRequest: number,
  text: string,
  author: string,
): Promise<Posted> {
  const comments = await github.list(`/issues/${pullRequest}/comments`);
  const [ours, ...repeats] = comments.filter((each) => isOurs(each, author));
  // Two runs at once may both have found none: the older one stays, as it is the one that people have linked to.
  for (const repeat of repeats) await github.send('DELETE', `/issues/comments/${idOf(repeat)}`, {});
  if (!ours) {
    const made = await github.send('POST', `/issues/${pullRequest}/comments`, { body: text });
    return { kind: 'created', url: urlOf(made) };
  }
  if (normal(ours['body']) === normal(text)) return { kind: 'unchanged', url: urlOf(ours) };
  const changed = await github.send('PATCH', `/issues/comments/${idOf(ours)}`, { body: text });
  return { kind: 'updated', url: urlOf(changed) };
}

function isOurs({ body, user }: JsonObject, author: string): boolean {
  const login = typeof user === 'object' && user !== null ? (user as JsonObject)['login'] : undefined;
  return typeof body === 'string' && body.startsWith(MARKER) && login === author;
}

function idOf({ id }: JsonObject): number {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw new UsageError('GitHub answered a comment without an id.', 'Check GITHUB_API_URL.');
}

/** GitHub may give line ends back as it likes, and none at the end. */
function normal(text: unknown): string {
  return String(text).replaceAll('\r\n', '\n').trimEnd();
}

function urlOf({ html_url: url }: JsonObject): string {
  return typeof url === 'string' ? url : '';
}

/**
 * The head of the pull request, if `commit` is what was made of it: GitHub plans the merge of the head into main, and
 * that merge has the head for a parent. Undefined when the head has moved on since.
 */
export async function plannedHead(
  github: GitHub,
  pullRequest: number,
  commit: string,
): Promise<string | undefined> {
  const { head } = await github.get(`/pulls/${pullRequest}`);
  const sha = shaOf(head as JsonObject | undefined);
  if (sha === commit) return sha;
  const { parents } = await github.get(`/git/commits/${commit}`);
  const made = Array.isArray(parents) && parents.some((parent) => shaOf(parent as JsonObject) === sha);
  return made ? sha : undefined;
}

function shaOf(object: JsonObject | undefined): string {
  const sha = object?.['sha'];
  if (typeof sha === 'string' && /^[0-9a-f]{40,64}$/.test(sha)) return sha;
  throw new UsageError('GitHub answered a commit without its id.', 'Check GITHUB_API_URL.');
}

export async function putStatus(
  github: GitHub,
  sha: string,
  { context, state, description }: CommitStatus,
  runUrl: string | undefined,
): Promise<void> {
  const target = runUrl === undefined ? {} : { target_url: runUrl };
  await github.send('POST', `/statuses/${sha}`, { context, state, description, ...target });
}
