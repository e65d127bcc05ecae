/**
 * What the workflows say twice, because YAML cannot ask: names of roles, the region, the versions. Each is held to the
 * place where it is decided.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { BASE_NAMES } from '../../stacks/names.ts';
import { DEPLOYED } from './chain.ts';
import type { Contract } from './contract.ts';
import { ROOT } from './workflow.ts';
import { credentialed, jobsOf, stepsWith } from './zones.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8').trim();

const roles: Contract = {
  promise:
    'a job takes on the role of its environment: deploy.yml the one that applies, the others the one that reads',
  instead: 'Write the name of stacks/names.ts with the environment behind it.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) =>
      stepsWith(job, 'aws-actions/configure-aws-credentials').flatMap(({ with: given }) => {
        const role = /:role\/(.*)$/.exec(String(given?.['role-to-assume']))?.[1];
        const expected =
          job.file === 'deploy.yml'
            ? `${BASE_NAMES.applyRole}-${job.id}`
            : `${BASE_NAMES.planRole}-${job.file === 'plan.yml' ? '${{ inputs.environment }}' : '${{ matrix.environment }}'}`;
        return role === expected ? [] : [`${job.at} takes on ${role}`];
      }),
    ),
  breaks: [
    { in: 'plan.yml', from: 'role/sales-order-pipeline-plan', to: 'role/sales-order-pipeline-apply' },
    { in: 'drift.yml', from: 'role/sales-order-pipeline-plan', to: 'role/sales-order-pipeline-apply' },
    { in: 'deploy.yml', from: 'apply-prod', to: 'apply-dev' },
    { in: 'deploy.yml', from: 'role/sales-order-pipeline-apply-dev', to: 'role/admin' },
  ],
};

const noKeys: Contract = {
  promise: 'AWS is reached by a short-lived token of GitHub alone: no key is kept anywhere',
  instead: 'Give configure-aws-credentials a role and a region and nothing else.',
  findings: (estate) =>
    jobsOf(estate).flatMap((job) => [
      ...stepsWith(job, 'aws-actions/configure-aws-credentials').flatMap(({ with: given }) =>
        Object.keys(given ?? {})
          .filter((name) => name !== 'role-to-assume' && name !== 'aws-region')
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
    { in: 'drift.yml', from: 'GH_TOKEN: ${{ github.token }}', to: 'AWS_SECRET_ACCESS_KEY: ${{ vars.KEY }}' },
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
  promise: 'every workflow that may ask AWS for a role is one that the roles trust',
  instead: 'Ask in plan.yml, deploy.yml or drift.yml, or name the file in stacks/identity/ as well.',
  findings: (estate) => {
    const asking = jobsOf(estate)
      .filter(
        (job) => credentialed(job) && stepsWith(job, 'aws-actions/configure-aws-credentials').length > 0,
      )
      .map(({ file }) => file);
    return [...new Set(asking)]
      .filter((file) => !TRUSTED.includes(file))
      .map((file) => `${file} asks, and no role trusts it`);
  },
  breaks: [
    {
      in: 'pull-request.yml',
      from: '      - run: .ci/run',
      to: `      - uses: aws-actions/configure-aws-credentials@${'0'.repeat(40)} # v6.0.0\n      - run: .ci/run\n        env: { A: "\${{ secrets.A }}" }`,
    },
  ],
};

const TRUSTED = ['plan.yml', 'deploy.yml', 'drift.yml'];

export const AGREEMENT: readonly Contract[] = [roles, noKeys, region, versions, trusted];
