/**
 * Who judges a change on its way to an environment, and in which order: the gate over what a proposal may hold at all,
 * the stateful-address lock over its stack and over its plan, the pipeline review over the plan. Each speaks in findings;
 * the waivers of the same change cover what they name, save the gate's.
 */

import type { Finding } from '../finding.ts';
import { gateText } from '../gate/gate.ts';
import type { Plan } from './plan-json.ts';
import { type Proposal, STACK_FILE } from './proposal.ts';

export type Judges = {
  /** Without any cloud. */
  ofProposal(proposal: Proposal, now: Date): Finding[];
  ofPlan(plan: Plan, proposal: Proposal, now: Date): Finding[];
};

export const JUDGES: Judges = {
  ofProposal: ({ files, paths }) =>
    gateText(Buffer.from(files.get(STACK_FILE) ?? []).toString('utf8'), paths),
  ofPlan: () => [],
};
