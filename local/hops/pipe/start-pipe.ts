/** StartPipe and StopPipe: the desired state, kept over restarts. AWS takes a minute; here it holds from the answer on.
 * https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_StopPipe.html */

import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import type { DesiredState } from './config.ts';
import { type Pipes, pipeNamed, summary } from './describe-pipe.ts';
import { type PipeState, pipeState, putPipeState } from './state.ts';

export function startPipe(pipes: Pipes, ports: Ports): Operation {
  return stateOperation('StartPipe', 'RUNNING', 'STARTING', pipes, ports);
}

export function stopPipe(pipes: Pipes, ports: Ports): Operation {
  return stateOperation('StopPipe', 'STOPPED', 'STOPPING', pipes, ports);
}

function stateOperation(
  name: string,
  desired: DesiredState,
  onTheWay: string,
  pipes: Pipes,
  { clock }: Ports,
): Operation {
  return transaction({
    service: 'pipes',
    name,
    parse: (raw) => pipeNamed(pipes, raw),
    permissions: ({ arn }) => [{ action: `pipes:${name}`, resource: arn }],
    run(tx, pipe) {
      const before = pipeState(tx, pipe.arn) as PipeState;
      const state = { ...before, desired, modifiedAt: clock.now() };
      putPipeState(tx, pipe.arn, state);
      const { Arn, Name, CreationTime, LastModifiedTime } = summary(pipe, state);
      const CurrentState = before.desired === desired ? desired : onTheWay;
      return { Arn, Name, DesiredState: desired, CurrentState, CreationTime, LastModifiedTime };
    },
  });
}
