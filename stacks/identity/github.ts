/**
 * Which GitHub repository may act for an environment, and how GitHub says that it is the one: the claims of the token
 * that a workflow's job is given. Nothing here knows a role or a right.
 * https://docs.github.com/en/actions/reference/security/oidc
 */

export const ISSUER = 'token.actions.githubusercontent.com';
/** What the official action asks a token for: https://github.com/aws-actions/configure-aws-credentials#oidc */
export const AUDIENCE = 'sts.amazonaws.com';

export type Repository = {
  /** `your-org/prime-day-order-pipeline`, as GitHub writes it: subjects are compared with regard to case. */
  name: string;
  id: number;
  ownerId: number;
};

/**
 * A subject in both of GitHub's formats. Repositories made, renamed or transferred since 15 July 2026 have the ids in
 * it; older ones have not, unless their owner asked for them. No name can hold an `@`.
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens
 */
export function subjects({ name, id, ownerId }: Repository, job: string): string[] {
  const [owner, repository] = name.split('/');
  return [`repo:${name}:${job}`, `repo:${owner}@${ownerId}/${repository}@${id}:${job}`];
}

/** A workflow file as main has it, as the claim `job_workflow_ref` names it. */
export function workflowOnMain({ name }: Repository, file: string): string {
  return `${name}/.github/workflows/${file}@refs/heads/main`;
}
