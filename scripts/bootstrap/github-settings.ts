/**
 * What is to be set at GitHub once the account is ready, as commands to copy: where the account is, who approves a
 * deployment, what a pull request must show before it is merged. No secret is among them; the roles trust the
 * repository itself.
 */

import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';
import type { Repository } from './repository.ts';

const DEPLOYED = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

export function githubSettings({ name }: Repository, environment: EnvironmentName, account: string): string {
  return [
    `# GitHub, by an administrator of ${name} (gh auth login):`,
    '# 1. in which account the environment is',
    `gh variable set AWS_ACCOUNT_${environment.toUpperCase()} --repo ${name} --body ${account}`,
    '',
    '# 2. the environment: only main is deployed, and REVIEWER approves each time',
    'REVIEWER=your-login',
    ...command([
      `gh api --method PUT repos/${name}/environments/${environment}`,
      "-F 'deployment_branch_policy[protected_branches]=true'",
      "-F 'deployment_branch_policy[custom_branch_policies]=false'",
      "-f 'reviewers[][type]=User'",
      '-F "reviewers[][id]=$(gh api users/$REVIEWER --jq .id)"',
    ]),
    '',
    `# 3. once, when ${DEPLOYED.join(', ')} are all bootstrapped: main takes what was reviewed and planned`,
    ...command([
      `gh api --method PUT repos/${name}/branches/main/protection`,
      "-F 'required_status_checks[strict]=true'",
      ...['check', ...DEPLOYED.map((each) => `plan/${each}`)].map(
        (context) => `-f 'required_status_checks[checks][][context]=${context}'`,
      ),
      "-F 'required_pull_request_reviews[required_approving_review_count]=1'",
      "-F 'required_pull_request_reviews[dismiss_stale_reviews]=true'",
      '-F enforce_admins=true',
      '-F restrictions=null',
    ]),
  ].join('\n');
}

function command(parts: readonly string[]): string[] {
  return parts.map(
    (part, index) => `${index === 0 ? '' : '  '}${part}${index < parts.length - 1 ? ' \\' : ''}`,
  );
}
