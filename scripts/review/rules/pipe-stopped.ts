/** Nothing carries changes any more: the pipe is told to stop, or is gone. */

import { cannotTell, set, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

const CLOCK =
  'The stream keeps a change for 24 hours from its write; what the pipe has not read by then never reaches the lake.';

export const PIPE_STOPPED: Rule = {
  name: 'pipe-stopped',
  looksAt: 'Whether the pipe runs: desired_state, and a pipe that is deleted.',
  types: ['aws_pipes_pipe'],
  judge(change, plan) {
    if (change.action === 'delete') {
      // All of an environment that is torn down goes; what loses data there, the stateful-address lock names.
      const heir = plan.changes.find(({ type, action }) => type === change.type && action === 'create');
      const then = heir
        ? ` ${heir.address} takes its place and starts over at its own starting position.`
        : '';
      return [
        {
          severity: 'block',
          sentence: `The pipe is deleted, and with it how far it had read.${then} ${CLOCK}`,
          nextStep: heir
            ? 'Rename it with a moved block instead of making a second pipe.'
            : 'Keep the pipe, or stop the writers and let it drain first.',
        },
      ];
    }
    const state = set(change, 'desired_state');
    if (state?.to === UNKNOWN) return [cannotTell('Whether the pipe runs', 'block')];
    if (state?.to !== 'STOPPED') return [];
    return [
      {
        severity: 'block',
        sentence: `The pipe stops: no order reaches the lake until it is started again. ${CLOCK}`,
        nextStep:
          'To stop it for a while, use `aws pipes stop-pipe` and watch the clock; leave desired_state RUNNING.',
      },
    ];
  },
};
