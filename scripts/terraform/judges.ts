/**
 * Who judges a change on its way to an environment, and in which order: the gate over what a proposal may hold at all,
 * the stateful-address lock over its stack and over its plan, the pipeline review over the plan. Each speaks in findings;
 * the waivers of the same change cover what they name, save the gate's.
 */

import { blocks, type Finding } from '../finding.ts';
import { gateText } from '../gate/gate.ts';
import { review } from '../review/review.ts';
import { statefulInPlan } from '../stateful/in-plan.ts';
import { statefulInStack } from '../stateful/in-stack.ts';
import { LOCK_PATH, readLock } from '../stateful/lock.ts';
import { readWaivers, utcDay, type Waivers, waive } from '../waivers.ts';
import type { Plan } from './plan-json.ts';
import { type Proposal, STACK_FILE } from './proposal.ts';

export type Judges = {
  /** Without any cloud. */
  ofProposal(proposal: Proposal, now: Date): Finding[];
  ofPlan(plan: Plan, proposal: Proposal, now: Date): Finding[];
};

export const JUDGES: Judges = {
  ofProposal: (proposal, now) => {
    const { environment, stack, files, paths, statefulLock } = proposal;
    const gate = gateText(Buffer.from(files.get(STACK_FILE) ?? []).toString('utf8'), paths);
    // What the gate refuses is no stack that anyone else should have to read.
    if (blocks(gate)) return gate;
    const lock = readLock(statefulLock, LOCK_PATH);
    return [...gate, ...statefulInStack(environment, stack, lock, waiversOf(proposal), utcDay(now))];
  },
  ofPlan: (plan, proposal, now) => {
    const { environment, stack, statefulLock } = proposal;
    const [waivers, today] = [waiversOf(proposal), utcDay(now)];
    const lock = readLock(statefulLock, LOCK_PATH);
    return [
      ...statefulInPlan(plan, lock, waivers, { environment, today }),
      ...waive(review(plan, { environment, stack }), waivers, { kind: 'review', environment, today }),
    ];
  },
};

function waiversOf({ waivers }: Proposal): Waivers {
  return readWaivers(waivers, '.github/waivers.json');
}
