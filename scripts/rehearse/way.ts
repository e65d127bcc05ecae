/**
 * The whole way of a change, on moto, which reads back nearly all that Terraform makes: bootstrap, the first plan and
 * its apply, a change that merges, an apply that fails half way, drift, and at the end everything destroyed again. Each
 * step is the command that a person or a workflow runs. What is refused on the way stands in bundle-refusals.ts, and
 * what drift is in drift-promises.ts.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { BASE_NAMES, nameIn } from '../../stacks/names.ts';
import { EXIT_FAILED, EXIT_OK } from '../exit-codes.ts';
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
import { compare, MOTO_DIFFERENCES } from './differences.ts';
import { driftPromises } from './drift-promises.ts';
import { driver } from './driver.ts';
import { check, type Promised } from './promise.ts';
import { addBlock, blockOf, type ProposalOf, type Stack, withChange } from './proposals.ts';
import { queueSetting } from './queue.ts';
import { bootstrapArguments, ENVIRONMENT, planArguments, type Stage } from './stage.ts';
import { expect } from './verb.ts';

const PART = 'way';
const RETENTION_SECONDS = 1_209_600;
/** A role that somebody made by hand, so that a plan which creates it fails. */
const TAKEN = 'taken';

export function wayOfAChange(stage: Stage): Promised[] {
  const { base } = stage;
  const during = meanwhile(stage);
  const merged = withChange(base.directory, ENVIRONMENT, 'merged', (stack) => {
    blockOf(stack, 'aws_sqs_queue.pipe_dead_letters')['message_retention_seconds'] = RETENTION_SECONDS;
  });
  return [
    bootstrapped(stage),
    firstPlan(stage),
    ...altered(stage),
    applied(stage, during),
    heldLock(during),
    usedUp(stage),
    otherEnvironment(stage),
    nothingLeft(stage),
    ...changeThatMerges(stage, merged),
    replacedTable(stage, merged),
    ...driftPromises(stage),
    ...halfWay(stage, merged),
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
    promise: 'the first plan is sealed and stored in the state bucket',
    see: async () =>
      expect(await stage.run('plan', planArguments(stage.base)), EXIT_OK, /^stored .*\.sealed/),
  };
}

function applied(stage: Stage, { hear }: Meanwhile): Promised {
  return {
    part: PART,
    needed: true,
    promise: 'apply makes every resource of the stack from that very bundle',
    see: async () => {
      const resources = resourcesIn(stage.base);
      const said = await stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree], { hear });
      return expect(said, EXIT_OK, new RegExp(`^Applied the plan .*: ${resources} addresses\\.`));
    },
  };
}

/** A plan right after an apply. Its differences are moto's own, or the promise is broken. */
function nothingLeft(stage: Stage): Promised {
  return {
    part: PART,
    promise:
      'a plan made after the apply has nothing left to do, save what moto reads back otherwise than AWS',
    see: async () => {
      const plan = await driver(stage).plan(stage.base);
      const { unexpected, seen, stale } = compare(plan, MOTO_DIFFERENCES);
      check(unexpected.length === 0, `It would do more: ${unexpected.join(', ')}`);
      check(
        stale.length === 0,
        `moto no longer differs in: ${stale.join(', ')}. Take it off differences.ts.`,
      );
      return `moto differs in ${seen.join(', ')}`;
    },
  };
}

function changeThatMerges(stage: Stage, merged: ProposalOf): Promised[] {
  return [
    {
      part: PART,
      needed: true,
      promise: 'a change is planned under its own tree',
      see: async () => expect(await stage.run('plan', planArguments(merged)), EXIT_OK, /^stored .*\.sealed/),
    },
    {
      part: PART,
      needed: true,
      promise: 'and once it is merged exactly that is applied, in place',
      see: async () => {
        const said = await stage.run('apply', ['--env', ENVIRONMENT, '--tree', merged.tree]);
        const line = expect(said, EXIT_OK, /^Applied the plan/);
        const is = await queueSetting(stage, 'MessageRetentionPeriod');
        check(
          is === String(RETENTION_SECONDS),
          `The queue keeps its messages ${is} s, not ${RETENTION_SECONDS}.`,
        );
        return `${line} The queue keeps its messages ${is} s.`;
      },
    },
  ];
}

/** One address is changed, one fails, and what rests on that one is not begun. */
function halfWay(stage: Stage, before: ProposalOf): Promised[] {
  const change = withChange(before.directory, ENVIRONMENT, 'half-way', (stack) => {
    blockOf(stack, 'aws_cloudwatch_log_group.pipe_log')['retention_in_days'] = 14;
    addBlock(stack, 'aws_iam_role.taken', { ...blockOf(stack, 'aws_iam_role.pipe_role'), name: TAKEN });
    addBlock(stack, 'aws_iam_role_policy.taken', {
      ...blockOf(stack, 'aws_iam_role_policy.pipe_role_policy'),
      role: '${aws_iam_role.taken.name}',
    });
  });
  const apply = () => stage.run('apply', ['--env', ENVIRONMENT, '--tree', change.tree]);
  return [
    {
      part: PART,
      promise: 'an apply that fails half way says what was applied, what failed and what was not begun',
      see: async () => {
        await stage.clients.iam.send(
          new CreateRoleCommand({ RoleName: TAKEN, AssumeRolePolicyDocument: '{}' }),
        );
        expect(await stage.run('plan', planArguments(change)), EXIT_OK, /^stored/);
        const said = await apply();
        return [
          expect(said, EXIT_FAILED, /failed half way: .* 1 failed, 1 not begun/),
          expect(said, EXIT_FAILED, /^applied +aws_cloudwatch_log_group\.pipe_log/),
          expect(said, EXIT_FAILED, /^FAILED +aws_iam_role\.taken: .*EntityAlreadyExists/).slice(0, 120),
          expect(said, EXIT_FAILED, /^not begun +aws_iam_role_policy\.taken/),
        ].join('\n    ');
      },
    },
    {
      part: PART,
      promise: 'and once its cause is mended a new plan of the same tree finishes it',
      see: async () => {
        await stage.clients.iam.send(new DeleteRoleCommand({ RoleName: TAKEN }));
        expect(await stage.run('plan', planArguments(change)), EXIT_OK, /in place of an older plan/);
        return expect(await apply(), EXIT_OK, /^Applied the plan/);
      },
    },
  ];
}

function destroyed(stage: Stage): Promised {
  return {
    part: PART,
    promise: 'everything can be destroyed again, and the state is empty',
    see: async () => {
      const left = await driver(stage).destroy(stage.base);
      check(left === 0, `${left} resources are left in the state.`);
      return `the state of ${nameIn(ENVIRONMENT, BASE_NAMES.state)} holds nothing`;
    },
  };
}

function resourcesIn({ directory }: ProposalOf): number {
  const file = join(directory, 'stacks', ENVIRONMENT, STACK_FILE);
  const { resource } = JSON.parse(readFileSync(file, 'utf8')) as Stack;
  return Object.values(resource).flatMap((each) => Object.keys(each)).length;
}
