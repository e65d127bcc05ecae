/**
 * The whole way of a change, on moto, which reads back nearly all that Terraform makes: bootstrap, the first plan and
 * its apply, a change that merges and whose apply fails half way, the plan that finishes it, drift, and at the end
 * everything destroyed again. Each step is the command that a person or a workflow runs. What is refused on the way
 * stands in bundle-refusals.ts, and what drift is in drift-promises.ts.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { EXIT_FAILED, EXIT_OK } from '../exit-codes.ts';
import { readSummary } from '../summary/read-summary.ts';
import type { PlanSummary } from '../summary/summary.ts';
import { STACK_FILE } from '../terraform/proposal.ts';
import {
  altered,
  heldLock,
  type Meanwhile,
  meanwhile,
  otherEnvironment,
  replacedTable,
  usedUp,
} from './bundle-refusals.ts';
import { destroyEverything } from './destroy.ts';
import { compare, MOTO_DIFFERENCES } from './differences.ts';
import { driftPromises } from './drift-promises.ts';
import { check, type Promised } from './promise.ts';
import { addBlock, blockOf, type ProposalOf, type Stack, withChange } from './proposals.ts';
import { bootstrapArguments, ENVIRONMENT, planArguments, type Stage } from './stage.ts';
import { expect } from './verb.ts';

const PART = 'way';
const RETENTION_HOURS = 48;
/** A role that somebody made by hand, so that an apply which makes it fails. */
const TAKEN = 'taken';
const STORED = /^stored .*\.sealed/;

export function wayOfAChange(stage: Stage): Promised[] {
  const during = meanwhile(stage);
  return [
    bootstrapped(stage),
    firstPlan(stage),
    altered(stage),
    applied(stage, during),
    heldLock(during),
    usedUp(stage),
    otherEnvironment(stage),
    replacedTable(stage),
    ...changeThatMerges(stage),
    ...driftPromises(stage),
    destroyed(stage),
  ];
}

function bootstrapped(stage: Stage): Promised {
  return {
    part: PART,
    needed: true,
    promise: `bootstrap makes what ${ENVIRONMENT} needs in an empty account`,
    see: async () =>
      expect(await stage.run('bootstrap', bootstrapArguments(ENVIRONMENT, stage)), EXIT_OK, /^made: /),
  };
}

function firstPlan(stage: Stage): Promised {
  return {
    part: PART,
    needed: true,
    promise: 'the first plan makes every resource of the stack; it is sealed and stored in the state bucket',
    see: async () => {
      const { counts, line } = await plan(stage, stage.base);
      const resources = resourcesIn(stage.base);
      check(counts.create === resources, `${counts.create} of ${resources} resources would be made.`);
      return `${counts.create} to make; ${line}`;
    },
  };
}

function applied(stage: Stage, { hear }: Meanwhile): Promised {
  return {
    part: PART,
    needed: true,
    promise: 'apply makes every resource from that very bundle',
    see: async () => {
      const said = await stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree], { hear });
      return expect(said, EXIT_OK, new RegExp(`^Applied .*: ${resourcesIn(stage.base)} addresses\\.`));
    },
  };
}

/** One address is changed, one fails, and what rests on that one is not begun. */
function changeThatMerges(stage: Stage): Promised[] {
  const kept = 'aws_kinesis_stream.kinesis';
  const change = withChange(stage.base.directory, ENVIRONMENT, 'merged', (stack) => {
    blockOf(stack, kept)['retention_period'] = RETENTION_HOURS;
    addBlock(stack, 'aws_iam_role.taken', { ...blockOf(stack, 'aws_iam_role.pipe_role'), name: TAKEN });
    addBlock(stack, 'aws_iam_role_policy.taken', {
      ...blockOf(stack, 'aws_iam_role_policy.pipe_role_policy'),
      role: '${aws_iam_role.taken.name}',
    });
  });
  const own = [`${kept} retention_period`, 'aws_iam_role.taken create', 'aws_iam_role_policy.taken create'];
  const apply = () => stage.run('apply', ['--env', ENVIRONMENT, '--tree', change.tree]);
  return [
    {
      part: PART,
      needed: true,
      promise: 'a change is planned under its own tree, and nothing is planned but the change',
      see: async () => {
        const { changes } = await plan(stage, change);
        const { unexpected, seen, stale } = compare(changes, MOTO_DIFFERENCES);
        check(unexpected.sort().join() === own.sort().join(), `It would do: ${unexpected.join(', ')}`);
        check(
          stale.length === 0,
          `moto no longer differs in: ${stale.join(', ')}. Take it off differences.ts.`,
        );
        return [own.join(', '), `save what moto reads back otherwise than AWS: ${seen.join(', ')}`].join(
          '\n    ',
        );
      },
    },
    {
      part: PART,
      needed: true,
      promise: 'an apply that fails half way says what was applied, what failed and what was not begun',
      see: async () => {
        const { iam } = stage.clients;
        await iam.send(new CreateRoleCommand({ RoleName: TAKEN, AssumeRolePolicyDocument: '{}' }));
        const said = await apply();
        await iam.send(new DeleteRoleCommand({ RoleName: TAKEN }));
        return [
          expect(said, EXIT_FAILED, /failed half way: .* 1 failed, 1 not begun/),
          expect(said, EXIT_FAILED, new RegExp(`^applied +${kept}`)),
          expect(said, EXIT_FAILED, /^FAILED +aws_iam_role\.taken: .*EntityAlreadyExists/),
          expect(said, EXIT_FAILED, /^not begun +aws_iam_role_policy\.taken/),
        ].join('\n    ');
      },
    },
    {
      part: PART,
      needed: true,
      promise: 'once its cause is mended a new plan of the same tree finishes it, in place',
      see: async () => {
        const { line } = await plan(stage, change);
        return `${line}\n    ${expect(await apply(), EXIT_OK, /^Applied /)}`;
      },
    },
  ];
}

/** The command, and what its summary says. */
async function plan(stage: Stage, proposal: ProposalOf): Promise<PlanSummary & { line: string }> {
  const file = join(stage.folder, 'summary.json');
  const said = await stage.run('plan', planArguments(proposal, ['--summary', file]));
  const line = expect(said, EXIT_OK, STORED);
  const { outcome } = readSummary(readFileSync(file, 'utf8'), file);
  check(outcome.kind === 'sealed', `The summary says ${outcome.kind}.`);
  return { ...outcome.plan, line };
}

function destroyed(stage: Stage): Promised {
  return {
    part: PART,
    promise: 'everything can be destroyed again, and the state is empty',
    see: async () => {
      const left = await destroyEverything(stage, stage.base);
      check(left === 0, `${left} resources are left in the state.`);
      return `the state in ${stage.bucket} holds nothing`;
    },
  };
}

function resourcesIn({ directory }: ProposalOf): number {
  const file = join(directory, 'stacks', ENVIRONMENT, STACK_FILE);
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as Stack;
  return Object.values(resource).flatMap((each) => Object.keys(each)).length;
}
