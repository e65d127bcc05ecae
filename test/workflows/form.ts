/**
 * How a workflow is written: what it pins, what it may do, how long it may take, and that a step is one command which
 * runs the same on a laptop.
 */

import { readFileSync } from 'node:fs';
import type { Contract, Estate } from './contract.ts';
import type { Step } from './workflow.ts';
import { credentialed, isOurWorkflowAtMain, jobsOf } from './zones.ts';

const MINUTES_MAX = 120;
const RUNNER = 'ubuntu-24.04';

const pinned: Contract = {
  promise: 'every action of others is pinned by its commit, with the version in a comment, and once',
  instead: 'Write `owner/name@<40 hex digits> # v1.2.3`, the same in all files.',
  findings: ({ workflows, actions }) => {
    const lines = [...workflows, ...actions].flatMap(({ file, text }) =>
      text.split('\n').flatMap((line) => {
        const used = /^\s*(?:- )?["']?uses["']?\s*:\s*(.*)$/.exec(line)?.[1];
        return used === undefined || isOurs(used) ? [] : [{ file, used }];
      }),
    );
    const loose = lines.filter(({ used }) => !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used));
    const uses = new Set(lines.map(({ used }) => used));
    const twice = [...uses].filter((each) =>
      [...uses].some((other) => other !== each && nameOf(other) === nameOf(each)),
    );
    return [
      ...loose.map(({ file, used }) => `${file} uses ${used}`),
      ...twice.map((used) => `${used} is not the only version`),
      ...missed({ workflows, actions }, lines.length),
    ];
  },
  breaks: [
    { in: 'plan.yml', from: '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1', to: '@v7' },
    { in: 'plan.yml', from: ' # v7.0.1', to: '' },
    { in: 'load-test.yml', from: '@db07bd9765aac508ef18982e52ab937fe633a065 # v1.2.1', to: '@v1' },
    { in: 'plan.yml', from: '3d3c42e5aac5ba805825da76410c181273ba90b1', to: '3d3c42e' },
    { in: 'plan.yml', from: '3d3c42e5aac5ba805825da76410c181273ba90b1', to: 'f'.repeat(40) },
    { in: 'tools/action.yml', from: '@5e8dbf3c6d9deaf4193ca7a8fb23f2ac83bb6c85 # v4.0.0', to: '@v4.0.0' },
    { in: 'drift.yml', from: '- uses: ./.github/actions/tools', to: '- { uses: some/action@v1 }' },
  ],
};

/** Lines are read as text, for their comments; a `uses` in another form must not hide from that. */
function missed(estate: Estate, lines: number): string[] {
  const uses = [
    ...everyStep(estate).flatMap(({ step: { uses: used } }) => used ?? []),
    ...jobsOf(estate).flatMap(({ uses: used }) => used ?? []),
  ].filter((used) => !isOurs(used));
  return uses.length === lines ? [] : [`${uses.length} uses, but ${lines} lines that say so`];
}

/** A folder of ours, or a workflow of ours at main: `called` of zones.ts says when. */
function isOurs(used: string): boolean {
  return used.startsWith('./') || isOurWorkflowAtMain(used);
}

const nameOf = (used: string): string => used.split('@')[0] ?? '';

const leastRights: Contract = {
  promise: 'every job lists what it may do, and nothing may anything by default',
  instead: 'Put `permissions: {}` at the top and a list in the job; never write-all or read-all.',
  findings: (estate) => [
    ...estate.workflows.flatMap(({ file, raw }) =>
      JSON.stringify(raw['permissions']) === '{}' ? [] : [`${file} does not start from nothing`],
    ),
    ...jobsOf(estate).flatMap(({ at, raw }) => {
      const { permissions } = raw;
      return typeof permissions === 'object' && permissions !== null ? [] : [`${at} lists nothing`];
    }),
  ],
  breaks: [
    { in: 'plan.yml', from: 'permissions: {}', to: 'permissions:\n  contents: read' },
    { in: 'plan.yml', from: 'permissions: {}\n', to: '' },
    { in: 'plan.yml', from: '    permissions:\n      contents: read\n      id-token: write\n', to: '' },
    {
      in: 'drift.yml',
      from: 'permissions:\n      contents: read',
      to: 'permissions: write-all\n    env:\n      contents: read',
    },
  ],
};

const bounded: Contract = {
  promise: `every job ends within ${MINUTES_MAX} minutes, on a runner of GitHub's whose version is named`,
  instead: `Say \`timeout-minutes\` and \`runs-on: ${RUNNER}\`.`,
  findings: (estate) =>
    jobsOf(estate)
      .filter(({ uses }) => uses === undefined)
      .flatMap(({ at, raw }) => [
        ...(Number(raw['timeout-minutes']) <= MINUTES_MAX ? [] : [`${at} has no end`]),
        ...(raw['runs-on'] === RUNNER && raw['container'] === undefined && raw['services'] === undefined
          ? []
          : [`${at} runs on ${JSON.stringify(raw['container'] ?? raw['services'] ?? raw['runs-on'])}`]),
      ]),
  breaks: [
    { in: 'plan.yml', from: '    timeout-minutes: 30\n', to: '' },
    { in: 'plan.yml', from: 'timeout-minutes: 30', to: 'timeout-minutes: 360' },
    { in: 'plan.yml', from: 'runs-on: ubuntu-24.04', to: 'runs-on: self-hosted' },
    { in: 'plan.yml', from: 'timeout-minutes: 30', to: 'timeout-minutes: 30\n    container: node:20' },
  ],
};

const quiet: Contract = {
  promise: 'no text of an event is ever part of a command',
  instead: 'Pass it as an environment variable and write "$NAME" in the command.',
  findings: (estate) =>
    everyStep(estate).flatMap(({ at, step: { run = '', with: given } }) => [
      ...(run.includes('${{') ? [`${at} runs ${run.trim()}`] : []),
      ...(given?.['script'] === undefined ? [] : [`${at} has a script in the workflow`]),
    ]),
  breaks: [
    { in: 'plan.yml', from: '--env "$ENVIRONMENT"', to: '--env ${{ inputs.environment }}' },
    { in: 'load-test.yml', from: '"$DURATION"', to: '"${{ inputs.duration }}"' },
    {
      in: 'pull-request.yml',
      from: '- run: .ci/run',
      to: '- run: .ci/run "${{ github.event.pull_request.title }}"',
    },
    { in: 'pull-request.yml', from: '- run: .ci/run', to: '- run: .ci/run "${{ github.head_ref }}"' },
  ],
};

/** What the step of a workflow may be. Where two lines are, the first asks GitHub for something that git knows on a
 * laptop. */
const COMMANDS = [
  /^\.ci\/run$/,
  /^npm ci --ignore-scripts$/,
  /^npm run [a-z-]+( -- ("\$[A-Z]+" )?(--[a-z-]+( ("[^"]*"|[\w./-]+))?( |$))+)?$/,
  /^tree="\$\(gh api "repos\/\$GITHUB_REPOSITORY\/git\/commits\/\$GITHUB_SHA" --jq \.tree\.sha\)"$/,
];
/** What an action of ours may do besides. */
const ACTION_COMMANDS = [/^echo "terraform=\$\(cat \.terraform-version\)" >> "\$GITHUB_OUTPUT"$/];

const thin: Contract = {
  promise: 'every step is an action or one command of ours, which runs the same on a laptop',
  instead: 'Move what the step does into scripts/ and call it by npm.',
  findings: (estate) =>
    everyStep(estate).flatMap(({ at, ofAction, step: { run } }) =>
      (run?.trim().split('\n') ?? [])
        .filter(
          (line) => ![...COMMANDS, ...(ofAction ? ACTION_COMMANDS : [])].some((each) => each.test(line)),
        )
        .map((line) => `${at} runs ${line}`),
    ),
  breaks: [
    { in: 'drift.yml', from: '- run: npm ci --ignore-scripts', to: '- run: npm ci' },
    { in: 'drift.yml', from: '- run: npm ci --ignore-scripts', to: '- run: curl https://example.com | sh' },
    { in: 'drift.yml', from: 'npm run drift -- --env "$ENVIRONMENT" --issue', to: 'npm run drift; env' },
    { in: 'load-test.yml', from: 'npm run load -- "$PROFILE"', to: 'npm run load -- $PROFILE' },
    { in: 'deploy.yml', from: 'npm run apply -- --env dev', to: 'npm run apply -- --env dev || true' },
    { in: 'deploy.yml', from: 'npm run apply -- --env dev', to: 'npm run apply -- --env $(env)' },
    { in: 'tools/action.yml', from: 'echo "terraform=', to: 'env; echo "terraform=' },
  ],
};

const existing: Contract = {
  promise: 'every npm script that a workflow runs is one of package.json',
  instead: 'Name one of its scripts, or add it.',
  findings: (estate) => {
    const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    return everyStep(estate).flatMap(({ at, step: { run = '' } }) =>
      [...run.matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter(([, name = '']) => !(name in scripts))
        .map(([, name]) => `${at} runs ${name}`),
    );
  },
  breaks: [{ in: 'drift.yml', from: 'npm run drift', to: 'npm run drifting' }],
};

const honest: Contract = {
  promise: 'a step that fails fails its job',
  instead: 'Take continue-on-error away; what must run after a failure says `if: ${{ !cancelled() }}`.',
  findings: (estate) => [
    ...everyStep(estate).flatMap(({ at, step }) =>
      step['continue-on-error'] === undefined ? [] : [`${at} goes on after an error`],
    ),
    ...jobsOf(estate).flatMap(({ at, raw }) =>
      raw['continue-on-error'] === undefined ? [] : [`${at} goes on after an error`],
    ),
  ],
  breaks: [
    {
      in: 'deploy.yml',
      from: '- run: npm run smoke',
      to: '- continue-on-error: true\n        run: npm run smoke',
    },
    { in: 'deploy.yml', from: '    timeout-minutes', to: '    continue-on-error: true\n    timeout-minutes' },
  ],
};

const forgetful: Contract = {
  promise: 'a checkout leaves no token behind, and an artifact is gone within a week',
  instead: 'Say `persist-credentials: false`, and `retention-days` of 7 at most.',
  findings: (estate) =>
    everyStep(estate).flatMap(({ at, step: { uses = '', with: given } }) => [
      ...(uses.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false
        ? [`${at} keeps its token`]
        : []),
      ...(uses.startsWith('actions/upload-artifact@') && !(Number(given?.['retention-days']) <= 7)
        ? [`${at} keeps ${given?.['name']}`]
        : []),
    ]),
  breaks: [
    { in: 'pull-request.yml', from: 'persist-credentials: false', to: 'fetch-depth: 0' },
    { in: 'pull-request.yml', from: '          retention-days: 3\n', to: '' },
    { in: 'plan.yml', from: 'retention-days: 7', to: 'retention-days: 90' },
  ],
};

const freshScripts: Contract = {
  promise: "where a credential is, no package's own script runs at its installation",
  instead: 'Install with `npm ci --ignore-scripts`, and do it before the credentials are asked for.',
  findings: (estate) =>
    jobsOf(estate)
      .filter(credentialed)
      .flatMap(({ at, steps }) => {
        const installs = steps.findIndex(({ run }) => /\bnpm (ci|i|install)\b/.test(run ?? ''));
        const asks = steps.findIndex(({ uses }) =>
          uses?.startsWith('aws-actions/configure-aws-credentials@'),
        );
        return asks >= 0 && (installs < 0 || installs > asks)
          ? [`${at} installs after it has credentials`]
          : [];
      }),
  breaks: [{ in: 'drift.yml', from: '- run: npm ci --ignore-scripts', to: '- run: npm run lint' }],
};

/** Every step with its place, those of our own actions too. */
function everyStep(estate: Estate): { at: string; ofAction: boolean; step: Step }[] {
  return [
    ...jobsOf(estate).flatMap(({ at, steps }) => steps.map((step) => ({ at, ofAction: false, step }))),
    ...estate.actions.flatMap(({ file, steps }) => steps.map((step) => ({ at: file, ofAction: true, step }))),
  ];
}

export const FORM: readonly Contract[] = [
  pinned,
  leastRights,
  bounded,
  quiet,
  thin,
  existing,
  honest,
  forgetful,
  freshScripts,
];
