/**
 * The load test: where it may go, that runs do not meet, that its credentials last, and that a run which broke a promise
 * fails and is told of all the same.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILE_NAMES } from '../../loadtest/profile.ts';
import { WRITES } from '../../loadtest/settings.ts';
import { LOADED } from '../../stacks/identity/load-rights.ts';
import type { Contract, Estate } from './contract.ts';
import { type Job, ROOT } from './workflow.ts';
import { jobsOf, stepsWith } from './zones.ts';

const LOAD = 'load-test.yml';
const RUN = /^npm run load\b/;

const loading = (estate: Estate): Job[] =>
  jobsOf(estate).filter(({ steps }) => steps.some(({ run }) => RUN.test(run ?? '')));

const where: Contract = {
  promise: `load goes to ${LOADED} alone, by a person's hand, behind that environment's approval`,
  instead: `Start it by workflow_dispatch alone, say \`environment: ${LOADED}\` and \`--env ${LOADED}\`.`,
  findings: (estate) => [
    ...(loading(estate).length === 1 ? [] : [`${loading(estate).length} jobs drive load`]),
    ...loading(estate).flatMap(({ at, file, raw, steps }) => [
      ...(file === LOAD ? [] : [`${at} drives load`]),
      ...(raw['environment'] === LOADED ? [] : [`${at} has environment: ${raw['environment'] ?? '–'}`]),
      ...steps
        .filter(({ run }) => RUN.test(run ?? '') && !run?.includes(` --env ${LOADED} --yes `))
        .map(({ run }) => `${at} runs ${run}`),
      ...(steps.some(({ run }) => /--allow-prod|--endpoint/.test(run ?? ''))
        ? [`${at} may go elsewhere`]
        : []),
    ]),
    ...estate.workflows
      .filter(({ file, triggers }) => file === LOAD && Object.keys(triggers).join() !== 'workflow_dispatch')
      .map(({ file, triggers }) => `${file} starts on ${Object.keys(triggers).join()}`),
  ],
  breaks: [
    { in: LOAD, from: '    environment: staging\n', to: '' },
    { in: LOAD, from: 'environment: staging', to: 'environment: prod' },
    { in: LOAD, from: '--env staging', to: '--env prod' },
    { in: LOAD, from: '--env staging', to: '--env "$ENVIRONMENT"' },
    { in: LOAD, from: '--env staging --yes', to: '--env staging --yes --allow-prod' },
    { in: LOAD, from: '  workflow_dispatch:', to: '  push:\n  workflow_dispatch:' },
    { in: 'drift.yml', from: 'npm run drift --', to: 'npm run load --' },
  ],
};

const noMore: Contract = {
  promise: 'a load test may read the code and ask AWS for its role, and nothing else',
  instead: 'Leave it at `contents: read` and `id-token: write`.',
  findings: (estate) =>
    loading(estate).flatMap(({ at, permissions }) => {
      const may = JSON.stringify(permissions);
      return may === '{"contents":"read","id-token":"write"}' ? [] : [`${at} has ${may}`];
    }),
  breaks: [
    { in: LOAD, from: 'contents: read', to: 'contents: write' },
    { in: LOAD, from: 'id-token: write', to: 'id-token: write\n      issues: write' },
  ],
};

const oneAtATime: Contract = {
  promise: 'one load test runs at a time, and none is ended half way by the next',
  instead: 'Give the job a concurrency group of its own, with `cancel-in-progress: false`.',
  findings: (estate) =>
    loading(estate).flatMap(({ at, raw }) => {
      const expected = JSON.stringify({ group: `load-${LOADED}`, 'cancel-in-progress': false });
      return JSON.stringify(raw['concurrency']) === expected
        ? []
        : [`${at} has concurrency: ${JSON.stringify(raw['concurrency']) ?? '–'}`];
    }),
  breaks: [
    { in: LOAD, from: 'cancel-in-progress: false', to: 'cancel-in-progress: true' },
    // A deployment that waits would be cancelled by a load test that waits behind it.
    { in: LOAD, from: 'group: load-staging', to: 'group: deploy-staging' },
    { in: LOAD, from: 'group: load-staging', to: 'group: load-${{ inputs.profile }}' },
  ],
};

const lasting: Contract = {
  promise: 'the credentials of a load test last as long as its job may, and its run ends before both',
  instead: 'Keep role-duration-seconds, the timeouts of job and step, and stacks/bootstrap.ts together.',
  findings: (estate) =>
    loading(estate).flatMap((job) => {
      const [session] = stepsWith(job, 'aws-actions/configure-aws-credentials').map(({ with: given }) =>
        Number(given?.['role-duration-seconds']),
      );
      const minutes = Number(job.raw['timeout-minutes']);
      const run = job.steps.find(({ run: command }) => RUN.test(command ?? '')) as {
        'timeout-minutes'?: number;
      };
      return [
        ...(session === minutes * 60 && session === loadSessionSeconds()
          ? []
          : [`${job.at}: ${session} s of credentials, ${minutes} minutes of job`]),
        ...(Number(run['timeout-minutes']) <= minutes - 10
          ? []
          : [`${job.at}: no time is left for the report`]),
      ];
    }),
  breaks: [
    { in: LOAD, from: '          role-duration-seconds: 7200\n', to: '' },
    { in: LOAD, from: 'role-duration-seconds: 7200', to: 'role-duration-seconds: 14400' },
    { in: LOAD, from: 'timeout-minutes: 120', to: 'timeout-minutes: 60' },
    { in: LOAD, from: '        timeout-minutes: 110\n', to: '' },
    { in: LOAD, from: 'timeout-minutes: 110', to: 'timeout-minutes: 119' },
  ],
};

function loadSessionSeconds(): number {
  const text = readFileSync(join(ROOT, 'stacks/bootstrap.ts'), 'utf8');
  return Number(/LOAD_SESSION_SECONDS = (\d+);/.exec(text)?.[1]);
}

const asked: Contract = {
  promise: 'a load test is asked for what `npm run load` knows, and every answer reaches it by a variable',
  instead: 'Let the choices be those of loadtest/, and pass each input in `env`.',
  findings: ({ workflows }) =>
    workflows
      .filter(({ file }) => file === LOAD)
      .flatMap(({ triggers, jobs }) => {
        const { inputs = {} } = triggers['workflow_dispatch'] as {
          inputs?: Record<string, { options?: unknown }>;
        };
        const step = jobs.flatMap(({ steps }) => steps).find(({ run }) => RUN.test(run ?? ''));
        return [
          ...(String(inputs['profile']?.options) === String(PROFILE_NAMES) ? [] : ['the profiles differ']),
          ...(String(inputs['writes']?.options) === String(WRITES) ? [] : ['the ways to write differ']),
          ...Object.keys(inputs)
            .filter((name) => step?.env?.[name.toUpperCase()] !== `\${{ inputs.${name} }}`)
            .map((name) => `${name} is not passed on`),
          ...Object.keys(inputs)
            .filter((name) => !step?.run?.includes(` "$${name.toUpperCase()}"`))
            .map((name) => `${name} is not used as one word`),
        ];
      }),
  breaks: [
    { in: LOAD, from: '[baseline, spike,', to: '[baseline, peak,' },
    { in: LOAD, from: '[put, batch]', to: '[put]' },
    { in: LOAD, from: '          PEAK: ${{ inputs.peak }}\n', to: '' },
    { in: LOAD, from: '--peak "$PEAK"', to: '--peak $PEAK' },
    { in: LOAD, from: '--peak "$PEAK"', to: '--peak ${{ inputs.peak }}' },
  ],
};

const reported: Contract = {
  promise: 'the report of a load test is kept, also where a promise was broken',
  instead: 'Upload the folder that --results names, under `if: ${{ !cancelled() }}`, as the last step.',
  findings: (estate) =>
    loading(estate).flatMap(({ at, steps }) => {
      const last = steps.at(-1);
      const run = steps.find(({ run: command }) => RUN.test(command ?? ''));
      return [
        ...(last?.uses?.startsWith('actions/upload-artifact@') && last.if === '${{ !cancelled() }}'
          ? []
          : [`${at} ends otherwise`]),
        ...(run?.run?.includes('--results "$RUNNER_TEMP/load"') &&
        last?.with?.['path'] === '${{ runner.temp }}/load'
          ? []
          : [`${at} keeps ${last?.with?.['path']}`]),
        ...(run?.if === undefined ? [] : [`${at} may drive nothing`]),
      ];
    }),
  breaks: [
    { in: LOAD, from: '        if: ${{ !cancelled() }}\n', to: '' },
    { in: LOAD, from: '--results "$RUNNER_TEMP/load"', to: '--json' },
    { in: LOAD, from: 'path: ${{ runner.temp }}/load', to: 'path: ${{ runner.temp }}' },
  ],
};

const sameK6: Contract = {
  promise: 'k6 is the version that the tests run, by Grafana’s own action, there before any credential is',
  instead: 'Change k6-version with test/load/requirements.txt.',
  findings: (estate) => {
    const tested = /^k6==([\d.]+)$/m.exec(
      readFileSync(join(ROOT, 'test/load/requirements.txt'), 'utf8'),
    )?.[1];
    return loading(estate).flatMap((job) => {
      const { steps } = job;
      const setUp = steps.findIndex(({ uses }) => uses?.startsWith('grafana/setup-k6-action@'));
      const asks = steps.findIndex(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
      const version = String(steps[setUp]?.with?.['k6-version']);
      return [
        ...(version === tested ? [] : [`${job.at} has k6 ${version}, the tests ${tested}`]),
        ...(setUp >= 0 && setUp < asks ? [] : [`${job.at} has credentials before it has k6`]),
      ];
    });
  },
  breaks: [
    { in: LOAD, from: 'k6-version: 1.1.0', to: 'k6-version: 1.2.0' },
    { in: LOAD, from: '        with:\n          k6-version: 1.1.0\n', to: '' },
    { in: LOAD, from: 'grafana/setup-k6-action', to: 'somebody/setup-k6-action' },
  ],
};

export const LOAD_TEST: readonly Contract[] = [where, noMore, oneAtATime, lasting, asked, reported, sameK6];
