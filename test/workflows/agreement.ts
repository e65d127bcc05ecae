/**
 * What the workflows say twice, because YAML cannot ask: names of roles, the region, the versions. Each is held to the
 * place where it is decided.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { githubSettings } from '../../scripts/bootstrap/github-settings.ts';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { ISSUER } from '../../stacks/identity/github.ts';
import { LOADED } from '../../stacks/identity/load-rights.ts';
import { applyTrust, loadTrust, planTrust } from '../../stacks/identity/trust.ts';
import { BASE_NAMES } from '../../stacks/names.ts';
import { DEPLOYED } from './chain.ts';
import type { Contract, Estate } from './contract.ts';
import { type Job, REPOSITORY, ROOT } from './workflow.ts';
import { jobsOf, stepsWith } from './zones.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8').trim();

const roles: Contract = {
  promise:
    'a job takes on the role of its environment: deploy.yml the one that applies, load-test.yml the one that writes ' +
    'orders, the others the one that reads',
  instead: 'Write the name of stacks/names.ts with the environment behind it.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) =>
      stepsWith(job, 'aws-actions/configure-aws-credentials').flatMap(({ with: given }) => {
        const role = /:role\/(.*)$/.exec(String(given?.['role-to-assume']))?.[1];
        return role === roleOf(job) ? [] : [`${job.at} takes on ${role}`];
      }),
    ),
  breaks: [
    { in: 'plan.yml', from: 'role/sales-order-pipeline-plan', to: 'role/sales-order-pipeline-apply' },
    { in: 'drift.yml', from: 'role/sales-order-pipeline-plan', to: 'role/sales-order-pipeline-apply' },
    { in: 'load-test.yml', from: 'role/sales-order-pipeline-load', to: 'role/sales-order-pipeline-apply' },
    { in: 'load-test.yml', from: 'load-staging\n          aws', to: 'load-prod\n          aws' },
    { in: 'deploy.yml', from: 'apply-prod', to: 'apply-dev' },
    { in: 'deploy.yml', from: 'role/sales-order-pipeline-apply-dev', to: 'role/admin' },
  ],
};

function roleOf({ file, id }: Job): string {
  switch (file) {
    case 'deploy.yml':
      return `${BASE_NAMES.applyRole}-${id}`;
    case 'load-test.yml':
      return `${BASE_NAMES.loadRole}-${LOADED}`;
    case 'plan.yml':
      return `${BASE_NAMES.planRole}-\${{ inputs.environment }}`;
    default:
      return `${BASE_NAMES.planRole}-\${{ matrix.environment }}`;
  }
}

/** `lasting` of load.ts says how long. */
const GIVEN = ['role-to-assume', 'aws-region', 'role-duration-seconds'];

const noKeys: Contract = {
  promise: 'AWS is reached by a short-lived token of GitHub alone: no key is kept anywhere',
  instead: 'Give configure-aws-credentials a role, a region and for how long, and nothing else.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) => [
      ...stepsWith(job, 'aws-actions/configure-aws-credentials').flatMap(({ with: given }) =>
        Object.keys(given ?? {})
          .filter((name) => !GIVEN.includes(name))
          .map((name) => `${job.at} is given ${name}`),
      ),
      ...(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)/i.test(JSON.stringify(job.raw))
        ? [`${job.at} names a key`]
        : []),
    ]),
  breaks: [
    {
      in: 'drift.yml',
      from: 'aws-region: us-east-2',
      to: 'aws-region: us-east-2\n          aws-access-key-id: AKIA',
    },
    {
      in: 'drift.yml',
      from: 'GITHUB_TOKEN: ${{ github.token }}',
      to: 'AWS_SECRET_ACCESS_KEY: ${{ vars.KEY }}',
    },
  ],
};

const region: Contract = {
  promise: 'the region is the one of stacks/environments.ts',
  instead: 'Change `aws-region` in the workflows with it.',
  findings: (estate) => {
    const regions = new Set(DEPLOYED.map((name) => ENVIRONMENTS[name].region));
    const named = jobsOf(estate).flatMap((job) =>
      stepsWith(job, 'aws-actions/configure-aws-credentials').map(({ with: given }) => ({
        at: job.at,
        is: String(given?.['aws-region']),
      })),
    );
    return [
      ...(regions.size === 1 ? [] : ['the environments are in several regions']),
      ...named.flatMap(({ at, is }) => (regions.has(is) ? [] : [`${at} is in ${is}`])),
    ];
  },
  breaks: [{ in: 'plan.yml', from: 'us-east-2', to: 'us-east-1' }],
};

const versions: Contract = {
  promise: 'Node and Terraform have their version in one place each',
  instead: 'Write it in .nvmrc and .terraform-version; `./.github/actions/tools` reads them.',
  findings: ({ workflows, actions }) => [
    ...[...workflows, ...actions].flatMap(({ file, text }) =>
      /node-version:|terraform_version: *["'\d]/.test(text) ? [`${file} names a version`] : [],
    ),
    ...workflows.flatMap(({ file, text }) =>
      /actions\/setup-node|hashicorp\/setup-terraform/.test(text) ? [`${file} sets up a tool by itself`] : [],
    ),
    ...(/^\d+\.\d+\.\d+$/.test(read('.nvmrc')) ? [] : ['.nvmrc does not name a version']),
    ...(/^\d+\.\d+\.\d+$/.test(read('.terraform-version'))
      ? []
      : ['.terraform-version does not name a version']),
  ],
  breaks: [
    { in: 'tools/action.yml', from: 'node-version-file: .nvmrc', to: 'node-version: 22' },
    { in: 'tools/action.yml', from: '${{ steps.pinned.outputs.terraform }}', to: '1.11.4' },
    { in: 'drift.yml', from: './.github/actions/tools', to: `actions/setup-node@${'0'.repeat(40)} # v6.4.0` },
  ],
};

const trusted: Contract = {
  promise:
    'every job that asks AWS for a role is one that the role trusts, by the claims that GitHub gives it',
  instead:
    'Change stacks/identity/trust.ts with the workflow, and bootstrap each account anew before the merge.',
  findings: (estate) =>
    asking(estate).flatMap((job) => {
      const claims = claimsOf(job, estate);
      return statementsFor(job).some((conditions) => holds(conditions, claims))
        ? []
        : [`${job.at} would say ${JSON.stringify(claims)}`];
    }),
  breaks: [
    { in: 'plan.yml', from: '    timeout-minutes: 30', to: '    timeout-minutes: 30\n    environment: dev' },
    { in: 'deploy.yml', from: '    environment: prod\n', to: '' },
    { in: 'deploy.yml', from: '    environment: prod\n', to: '    environment: dev\n' },
    { in: 'load-test.yml', from: '    environment: staging\n', to: '' },
    {
      in: 'pull-request.yml',
      from: '      - run: .ci/run',
      to: `      - uses: aws-actions/configure-aws-credentials@${'0'.repeat(40)} # v6.0.0\n      - run: .ci/run`,
    },
  ],
};

const required: Contract = {
  promise: 'what the bootstrap makes GitHub ask for before a merge is what a pull request answers',
  instead:
    'Keep the job `check` in pull-request.yml, or change scripts/bootstrap/github-settings.ts with it.',
  findings: ({ workflows }) => {
    const settings = githubSettings({ name: REPOSITORY, id: 1, ownerId: 2 }, 'dev', '111122223333');
    const contexts = [...settings.matchAll(/\[context\]=([^']+)'/g)].map(([, context = '']) => context);
    const jobs = workflows
      .filter(({ triggers }) => 'pull_request' in triggers)
      .flatMap(({ jobs: own }) => own);
    const names = jobs.map(({ id, raw }) => raw['name'] ?? id);
    // The others are statuses, which the report sets by the summaries of the plans.
    const asked = contexts.filter((context) => !context.startsWith('plan/'));
    return [
      ...(asked.length > 0 ? [] : ['nothing is asked for']),
      ...asked.filter((context) => !names.includes(context)).map((context) => `no job is named ${context}`),
    ];
  },
  breaks: [
    { in: 'pull-request.yml', from: '\n  check:\n', to: '\n  tests:\n' },
    { in: 'pull-request.yml', from: '\n  check:\n', to: '\n  check:\n    name: all that must hold\n' },
  ],
};

type Claims = Readonly<Record<string, string>>;

const asking = (estate: Estate): Job[] =>
  jobsOf(estate).filter((job) => stepsWith(job, 'aws-actions/configure-aws-credentials').length > 0);

/** What GitHub's token says of a job: https://docs.github.com/en/actions/reference/security/oidc. A called workflow's
 * job speaks of the event of the caller's run, and of the called file. */
function claimsOf(job: Job, { workflows }: Estate): Claims {
  const own = workflows.find(({ file }) => file === job.file);
  const events = Object.keys(own?.triggers ?? {}).flatMap((event) =>
    event === 'workflow_call' ? eventsOfCallers(job.file, workflows) : [event],
  );
  const environment = job.raw['environment'];
  const onMain = !events.includes('pull_request');
  const reason = onMain ? 'ref:refs/heads/main' : 'pull_request';
  return {
    sub: `repo:${REPOSITORY}:${environment === undefined ? reason : `environment:${environment}`}`,
    aud: 'sts.amazonaws.com',
    repository_id: '1',
    job_workflow_ref: `${REPOSITORY}/.github/workflows/${job.file}@refs/heads/main`,
    ref: onMain ? 'refs/heads/main' : 'refs/pull/7/merge',
    ...(environment === undefined ? {} : { environment: String(environment) }),
  };
}

function eventsOfCallers(file: string, workflows: Estate['workflows']): string[] {
  return workflows
    .filter(({ jobs }) => jobs.some(({ uses }) => uses?.includes(`/.github/workflows/${file}@`)))
    .flatMap(({ triggers }) => Object.keys(triggers));
}

/** The conditions of the role that the job asks for, one set a statement. */
function statementsFor(job: Job): Record<string, string | string[]>[] {
  const repository = { name: REPOSITORY, id: 1, ownerId: 2 };
  const environment = DEPLOYED.find((name) => name === job.id);
  const trust =
    job.file === 'deploy.yml' && environment
      ? applyTrust(repository, 'provider', environment)
      : job.file === 'load-test.yml'
        ? loadTrust(repository, 'provider', LOADED)
        : planTrust(repository, 'provider');
  const { Statement } = JSON.parse(trust) as {
    Statement: { Condition: { StringEquals: Record<string, string | string[]> } }[];
  };
  return Statement.map(({ Condition }) => Condition.StringEquals);
}

function holds(conditions: Record<string, string | string[]>, claims: Claims): boolean {
  return Object.entries(conditions).every(([key, wanted]) =>
    [wanted].flat().includes(claims[key.slice(`${ISSUER}:`.length)] ?? ''),
  );
}

export const AGREEMENT: readonly Contract[] = [roles, noKeys, region, versions, trusted, required];
