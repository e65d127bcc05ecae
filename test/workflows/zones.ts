/**
 * The two zones: where a pull request's code runs there is no credential, and where there is one only main's code runs.
 * No linter knows which checkout is whose; these contracts do.
 */

import type { Contract, Estate } from './contract.ts';
import { type Job, type Permissions, REPOSITORY, type Step, type Workflow } from './workflow.ts';

/** What an event of GitHub's may make run. The others run main's code over a stranger's words, or a stranger's code
 * with main's rights. */
const TRIGGERS = ['pull_request', 'push', 'schedule', 'workflow_call', 'workflow_dispatch'];

/** In a called workflow the commit is the caller's, so it may be a pull request's. */
const STRANGERS = ['pull_request', 'workflow_call'];

const SAME_REPOSITORY = 'github.event.pull_request.head.repo.full_name == github.repository';

export const jobsOf = ({ workflows }: Estate): Job[] => workflows.flatMap(({ jobs }) => jobs);

export const stepsWith = ({ steps }: Job, action: string): Step[] =>
  steps.filter(({ uses }) => uses?.startsWith(`${action}@`));

/** Whether a job could act as somebody: ask AWS for a role, write to GitHub, or read a secret. */
export function credentialed(job: Job): boolean {
  return mayWrite(job.permissions) || /\bsecrets\b/.test(JSON.stringify(job.raw));
}

function mayWrite(permissions: Permissions | undefined): boolean {
  // Without a word about it GitHub gives what the repository's settings say, which may be everything.
  if (permissions === undefined) return true;
  if (typeof permissions === 'string') return permissions !== 'read-all';
  return Object.values(permissions).includes('write');
}

/** Whether strangers may have written what a job checks out. */
function hasStrangersCode(job: Job, { triggers }: Workflow): boolean {
  const open = STRANGERS.some((event) => event in triggers);
  return open && stepsWith(job, 'actions/checkout').some(({ with: given }) => given?.['ref'] !== 'main');
}

const apart: Contract = {
  promise: "no job has both a pull request's code and a credential",
  instead: "Let the job make data and upload it; read the data in another job that checks out main's code.",
  findings: ({ workflows }) =>
    workflows.flatMap((workflow) =>
      workflow.jobs
        .filter((job) => credentialed(job) && hasStrangersCode(job, workflow))
        .map(
          ({ at }) => `${at} has ${JSON.stringify(workflow.jobs.find((job) => job.at === at)?.permissions)}`,
        ),
    ),
  breaks: [
    { in: 'pull-request.yml', from: 'contents: read', to: 'contents: read\n      id-token: write' },
    { in: 'pull-request.yml', from: 'contents: read', to: 'contents: write' },
    {
      in: 'pull-request.yml',
      from: 'permissions:\n      contents: read\n    steps',
      to: 'permissions: write-all\n    steps',
    },
    {
      in: 'pull-request.yml',
      from: '- run: .ci/run',
      to: '- run: .ci/run\n        env:\n          KEY: ${{ secrets.KEY }}',
    },
    { in: 'plan.yml', from: '          ref: main\n', to: '' },
    { in: 'plan.yml', from: 'ref: main', to: 'ref: ${{ github.sha }}' },
    { in: 'plan.yml', from: 'ref: main', to: 'ref: ${{ github.event.pull_request.head.sha }}' },
  ],
};

const mainAlone: Contract = {
  promise: 'a job with a credential checks out main, or the commit that was pushed to it, of this repository',
  instead: 'Say `ref: main`, or `ref: ${{ github.sha }}` where the workflow starts on a push to main alone.',
  findings: ({ workflows }) =>
    workflows.flatMap(({ triggers, jobs }) => {
      const onlyPushed = Object.keys(triggers).join() === 'push' && isOnMainAlone(triggers['push']);
      const refs = onlyPushed ? ['main', '${{ github.sha }}'] : ['main'];
      return jobs
        .filter(credentialed)
        .flatMap((job) =>
          stepsWith(job, 'actions/checkout').flatMap(({ with: given }) => [
            ...(refs.includes(String(given?.['ref']))
              ? []
              : [`${job.at} checks out ${given?.['ref'] ?? 'the default'}`]),
            ...(given?.['repository'] === undefined ? [] : [`${job.at} checks out ${given['repository']}`]),
          ]),
        );
    }),
  breaks: [
    { in: 'deploy.yml', from: 'ref: ${{ github.sha }}', to: 'ref: dev' },
    { in: 'deploy.yml', from: 'branches: [main]', to: 'branches: [main, next]' },
    { in: 'deploy.yml', from: '    branches: [main]', to: '    tags: ["v*"]' },
    { in: 'deploy.yml', from: '    branches: [main]', to: '    branches: [main]\n  workflow_dispatch:' },
    { in: 'drift.yml', from: 'ref: main', to: 'ref: ${{ github.ref }}' },
    { in: 'drift.yml', from: 'ref: main', to: 'ref: main\n          repository: somebody/else' },
  ],
};

function isOnMainAlone(push: unknown): boolean {
  return JSON.stringify(push) === '{"branches":["main"]}';
}

const triggers: Contract = {
  promise: 'no event lets a stranger start what holds a credential',
  instead: `Use ${TRIGGERS.join(', ')}; what a pull request is to be told is told by a job of its own run.`,
  findings: ({ workflows }) =>
    workflows.flatMap(({ file, triggers: own }) =>
      Object.keys(own)
        .filter((event) => !TRIGGERS.includes(event))
        .map((event) => `${file} starts on ${event}`),
    ),
  breaks: [
    { in: 'pull-request.yml', from: '  pull_request:', to: '  pull_request_target:' },
    { in: 'deploy.yml', from: '  push:', to: '  workflow_run:' },
    { in: 'drift.yml', from: '  workflow_dispatch:', to: '  issue_comment:' },
  ],
};

const forks: Contract = {
  promise: "a fork's pull request meets no job that could act as somebody",
  instead: `Give the job \`if: \${{ ${SAME_REPOSITORY} }}\`.`,
  findings: ({ workflows }) =>
    workflows
      .filter(({ triggers: own }) => 'pull_request' in own)
      .flatMap(({ jobs }) => jobs)
      .filter((job) => credentialed(job) && !guarded(job))
      .map(({ at, if: condition }) => `${at} has if: ${condition ?? '–'}`),
  breaks: [
    { in: 'pull-request.yml', from: `if: \${{ ${SAME_REPOSITORY} }}`, to: 'if: ${{ always() }}' },
    {
      in: 'pull-request.yml',
      from: `if: \${{ ${SAME_REPOSITORY} }}`,
      to: `if: \${{ always() || ${SAME_REPOSITORY} }}`,
    },
    { in: 'pull-request.yml', from: ` && ${SAME_REPOSITORY}`, to: '' },
  ],
};

/** The condition is a chain of ands, and one of them is ours. */
function guarded({ if: condition = '' }: Job): boolean {
  const parts = condition.replace(/^\$\{\{|\}\}$/g, '').split('&&');
  return !condition.includes('||') && parts.some((part) => part.trim() === SAME_REPOSITORY);
}

const called: Contract = {
  promise: 'a workflow that is given a credential is called by its full name at main, and is given no secret',
  instead: `Write \`uses: ${REPOSITORY}/.github/workflows/<file>@main\`: \`./\` is the copy of the pull request.`,
  findings: (estate) =>
    jobsOf(estate).flatMap((job) => [
      ...(job.uses && credentialed(job) && !isOurWorkflowAtMain(job.uses)
        ? [`${job.at} calls ${job.uses}`]
        : []),
      ...(job.uses && job.raw['secrets'] !== undefined ? [`${job.at} hands secrets on`] : []),
    ]),
  breaks: [
    { in: 'pull-request.yml', from: 'plan.yml@main', to: 'plan.yml@next' },
    {
      in: 'pull-request.yml',
      from: `uses: ${REPOSITORY}/.github/workflows/plan.yml@main`,
      to: 'uses: ./.github/workflows/plan.yml',
    },
    { in: 'pull-request.yml', from: `uses: ${REPOSITORY}/`, to: 'uses: somebody/else/' },
    {
      in: 'pull-request.yml',
      from: '    with:\n      environment',
      to: '    secrets: inherit\n    with:\n      environment',
    },
  ],
};

export function isOurWorkflowAtMain(used: string): boolean {
  const file = used.startsWith(`${REPOSITORY}/.github/workflows/`) ? used.slice(REPOSITORY.length) : '';
  return /^\/\.github\/workflows\/[\w-]+\.yml@main$/.test(file);
}

const artifacts: Contract = {
  promise:
    'nothing leaves a job with a credential but the summary and the report of a load test: no plan, no bundle, no state',
  instead: 'Upload `${{ runner.temp }}/summary.json` alone; the sealed plan lies in the state bucket.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) =>
      stepsWith(job, 'actions/upload-artifact')
        .filter(() => credentialed(job))
        .filter(({ with: given }) => given?.['path'] !== leaving(job))
        .map(({ with: given }) => `${job.at} uploads ${given?.['path']}`),
    ),
  breaks: [
    { in: 'plan.yml', from: 'path: ${{ runner.temp }}/summary.json', to: 'path: ${{ runner.temp }}' },
    { in: 'plan.yml', from: 'path: ${{ runner.temp }}/summary.json', to: 'path: plan.tfplan' },
    { in: 'plan.yml', from: 'path: ${{ runner.temp }}/summary.json', to: 'path: ${{ runner.temp }}/load' },
    { in: 'load-test.yml', from: 'path: ${{ runner.temp }}/load', to: 'path: ~/.aws' },
    {
      in: 'plan.yml',
      from: 'path: ${{ runner.temp }}/summary.json',
      to: 'path: |\n            ${{ runner.temp }}/summary.json\n            bundle.sealed',
    },
  ],
};

function leaving({ file }: Job): string {
  return `\${{ runner.temp }}/${file === 'load-test.yml' ? 'load' : 'summary.json'}`;
}

const data: Contract = {
  promise: "what a pull request made is unpacked beside main's code, never over it",
  instead: 'Download into `${{ runner.temp }}/…`.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) =>
      stepsWith(job, 'actions/download-artifact')
        .filter(({ with: given }) => !String(given?.['path']).startsWith('${{ runner.temp }}/'))
        .map(({ with: given }) => `${job.at} unpacks into ${given?.['path'] ?? 'the workspace'}`),
    ),
  breaks: [
    { in: 'plan.yml', from: 'path: ${{ runner.temp }}/proposal', to: 'path: .' },
    { in: 'plan.yml', from: '          path: ${{ runner.temp }}/proposal\n', to: '' },
  ],
};

const caches: Contract = {
  promise: 'nothing is cached: a cache made by a pull request would be read by a deployment',
  instead: 'Install anew; `package-manager-cache: false` keeps setup-node from caching by itself.',
  findings: (estate) => [
    ...[
      ...jobsOf(estate).flatMap(({ steps }) => steps),
      ...estate.actions.flatMap(({ steps }) => steps),
    ].flatMap(({ uses = '', with: given }) => [
      ...(/^actions\/cache/.test(uses) ? [`${uses} is used`] : []),
      ...(given?.['cache'] === undefined ? [] : [`${uses} has cache: ${given['cache']}`]),
      ...(/^actions\/setup-node@/.test(uses) && given?.['package-manager-cache'] !== false
        ? [`${uses} may cache`]
        : []),
    ]),
  ],
  breaks: [
    { in: 'tools/action.yml', from: 'package-manager-cache: false', to: 'cache: npm' },
    { in: 'tools/action.yml', from: '        package-manager-cache: false\n', to: '' },
    {
      in: 'drift.yml',
      from: '- run: npm ci',
      to: '- uses: actions/cache@0123456789012345678901234567890123456789\n      - run: npm ci',
    },
  ],
};

export const ZONES: readonly Contract[] = [
  apart,
  mainAlone,
  triggers,
  forks,
  called,
  artifacts,
  data,
  caches,
];
