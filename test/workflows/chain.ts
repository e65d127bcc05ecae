/**
 * The way of a merge through the environments: which follows which, what each waits for, and that all are treated alike.
 */

import { ENVIRONMENT_NAMES } from '../../stacks/names.ts';
import type { Contract, Estate } from './contract.ts';
import type { Job } from './workflow.ts';
import { jobsOf } from './zones.ts';

/** All that are on AWS, in the order in which a change reaches them. */
export const DEPLOYED = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

const DEPLOY = 'deploy.yml';

const TOLD = "${{ !cancelled() && steps.apply.outcome != 'skipped' }}";

const deployJobs = (estate: Estate): Job[] => jobsOf(estate).filter(({ file }) => file === DEPLOY);
const applying = (estate: Estate): Job[] =>
  jobsOf(estate).filter(({ steps }) => steps.some(({ run }) => /\bnpm run apply\b/.test(run ?? '')));

const order: Contract = {
  promise: `a merge reaches ${DEPLOYED.join(', ')} in turn, each after the one before`,
  instead: 'Give the job `needs:` the environment before it.',
  findings: (estate) => {
    const jobs = applying(estate);
    const ids = jobs.map(({ id }) => id);
    return [
      ...(ids.join() === DEPLOYED.join() ? [] : [`the jobs that apply are ${ids.join()}`]),
      ...jobs.flatMap(({ at, needs }, n) =>
        needs.join() === (ids[n - 1] ?? '') ? [] : [`${at} needs ${needs.join() || 'nothing'}`],
      ),
    ];
  },
  breaks: [
    { in: DEPLOY, from: '    needs: staging\n', to: '' },
    { in: DEPLOY, from: 'needs: staging', to: 'needs: dev' },
    { in: DEPLOY, from: '\n  staging:\n', to: '\n  stage:\n' },
    { in: 'drift.yml', from: 'npm run drift --', to: 'npm run apply --' },
  ],
};

const behindApproval: Contract = {
  promise: "an environment is applied behind the approval of GitHub's environment of that name",
  instead: 'Say `environment: <name>`; who must approve is set in the settings of the repository.',
  findings: (estate) =>
    applying(estate).flatMap(({ at, id, raw }) =>
      raw['environment'] === id ? [] : [`${at} has environment: ${raw['environment'] ?? '–'}`],
    ),
  breaks: [
    { in: DEPLOY, from: '    environment: prod\n', to: '' },
    { in: DEPLOY, from: 'environment: prod', to: 'environment: dev' },
  ],
};

const oneAtATime: Contract = {
  promise: 'an environment has one deployment at a time, and none is ended half way',
  instead: 'Give the job a concurrency group named after the environment, with `cancel-in-progress: false`.',
  findings: (estate) =>
    applying(estate).flatMap(({ at, id, raw }) => {
      const expected = JSON.stringify({ group: `deploy-${id}`, 'cancel-in-progress': false });
      return JSON.stringify(raw['concurrency']) === expected
        ? []
        : [`${at} has concurrency: ${JSON.stringify(raw['concurrency']) ?? '–'}`];
    }),
  breaks: [
    { in: DEPLOY, from: 'group: deploy-prod', to: 'group: deploy-staging' },
    { in: DEPLOY, from: 'cancel-in-progress: false', to: 'cancel-in-progress: true' },
    {
      in: DEPLOY,
      from: '    concurrency:\n      group: deploy-dev\n      cancel-in-progress: false\n',
      to: '',
    },
  ],
};

const proven: Contract = {
  promise: 'an environment that was applied is followed by the next only when an order has gone through it',
  instead: 'Run `npm run smoke -- --env <name>` right after the apply, without a condition.',
  findings: (estate) =>
    applying(estate).flatMap(({ at, id, steps }) => {
      const applied = steps.findIndex(({ run }) => run === `npm run apply -- --env ${id}`);
      const next = steps[applied + 1];
      return applied >= 0 && next?.run === `npm run smoke -- --env ${id}` && next.if === undefined
        ? []
        : [`${at} applies and then runs ${next?.run ?? 'nothing'}`];
    }),
  breaks: [
    { in: DEPLOY, from: '      - run: npm run smoke -- --env prod\n', to: '' },
    { in: DEPLOY, from: 'npm run smoke -- --env prod', to: 'npm run smoke -- --env dev' },
    { in: DEPLOY, from: '- run: npm run smoke', to: '- if: ${{ false }}\n        run: npm run smoke' },
    { in: DEPLOY, from: 'npm run apply -- --env prod', to: 'npm run apply -- --env dev' },
  ],
};

const told: Contract = {
  promise: 'an apply, whole or half, tells the open pull requests whose plans it made stale',
  instead:
    'End the job with `npm run stale`, under a condition that an apply or a smoke test that failed leaves true.',
  findings: (estate) =>
    applying(estate).flatMap(({ at, id, steps }) => {
      const last = steps.at(-1);
      return last?.run === `npm run stale -- --env ${id}` && last.if === TOLD ? [] : [`${at} ends otherwise`];
    }),
  breaks: [
    { in: DEPLOY, from: 'npm run stale -- --env prod', to: 'npm run stale -- --env dev' },
    { in: DEPLOY, from: TOLD, to: '${{ success() }}' },
  ],
};

const alike: Contract = {
  promise: 'the environments are deployed alike: their jobs differ in the name alone',
  instead: 'Make the same change in all jobs of deploy.yml.',
  findings: (estate) => {
    const [first, ...others] = applying(estate).map(anonymous);
    return others.flatMap(({ at, text }) =>
      text === first?.text ? [] : [`${at} differs from ${first?.at}`],
    );
  },
  breaks: [
    { in: DEPLOY, from: 'timeout-minutes: 90', to: 'timeout-minutes: 30' },
    { in: DEPLOY, from: '- run: npm ci --ignore-scripts', to: '- run: npm ci' },
    { in: DEPLOY, from: 'vars.AWS_ACCOUNT_PROD', to: 'vars.AWS_ACCOUNT_DEV' },
    {
      in: DEPLOY,
      from: 'role/sales-order-pipeline-apply-prod',
      to: 'role/sales-order-pipeline-apply-staging',
    },
  ],
};

function anonymous({ at, id, raw }: Job): { at: string; text: string } {
  const { needs: _, ...rest } = raw;
  const text = JSON.stringify(rest).replaceAll(
    new RegExp(`\\b${id}\\b|(?<=_)${id.toUpperCase()}\\b`, 'g'),
    '…',
  );
  return { at, text };
}

const everyEnvironment: Contract = {
  promise: `what is done an environment is done for ${DEPLOYED.join(', ')}`,
  instead: 'Let the matrix list the environments of stacks/names.ts, all but local.',
  findings: (estate) =>
    jobsOf(estate).flatMap(({ at, raw }) => {
      const { matrix } = (raw['strategy'] ?? {}) as { matrix?: { environment?: unknown } };
      if (matrix === undefined) return [];
      return JSON.stringify(matrix) === JSON.stringify({ environment: DEPLOYED })
        ? []
        : [`${at} has matrix ${JSON.stringify(matrix)}`];
    }),
  breaks: [
    { in: 'pull-request.yml', from: '[dev, staging, prod]', to: '[dev, staging]' },
    { in: 'drift.yml', from: '[dev, staging, prod]', to: '[local, dev, staging, prod]' },
  ],
};

const notOneForAll: Contract = {
  promise: 'what one environment answers does not stop the look at the others',
  instead: 'Say `fail-fast: false` beside the matrix.',
  findings: (estate) =>
    jobsOf(estate).flatMap(({ at, raw }) => {
      const strategy = raw['strategy'] as { 'fail-fast'?: unknown } | undefined;
      return strategy === undefined || strategy['fail-fast'] === false ? [] : [`${at} fails fast`];
    }),
  breaks: [{ in: 'drift.yml', from: '      fail-fast: false\n', to: '' }],
};

const noOther: Contract = {
  promise: 'nothing but the way of a merge applies',
  instead: 'Apply in deploy.yml alone, on a push to main.',
  findings: (estate) => {
    const deploying = new Set(deployJobs(estate).map(({ at }) => at));
    return applying(estate).flatMap(({ at }) => (deploying.has(at) ? [] : [`${at} applies`]));
  },
  breaks: [{ in: 'plan.yml', from: 'npm run plan --', to: 'npm run apply --' }],
};

export const CHAIN: readonly Contract[] = [
  order,
  behindApproval,
  oneAtATime,
  proven,
  told,
  alike,
  everyEnvironment,
  notOneForAll,
  noOther,
];
