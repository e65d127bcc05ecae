/**
 * EventBridge Pipes: carries each change of a table from its stream into Kinesis, in order within its lane, as the
 * pipe's role. What cannot be delivered is named in the dead-letter queue.
 *
 *     stream → [pipe] → kinesis
 *                 ↳ queue (dead letters)
 *
 * It enriches nothing, and knows no other sources and targets.
 */

import type { HopStatus, OpenPart, Part, Ports, Refusal } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import type { Read } from '../../store/store.ts';
import { type PipeConfig, pipeKind } from './config.ts';
import { describePipe, listPipes, type OpenPipe } from './describe-pipe.ts';
import { createExecutions } from './executions.ts';
import { type PipeMover, pipeMover } from './mover.ts';
import { startPipe, stopPipe } from './start-pipe.ts';
import { pipeState, putPipeState, stateAtStart } from './state.ts';

export const pipe: Part = { name: 'pipe', kinds: [pipeKind], open };

const OWNED_BY_THE_STACK = ['CreatePipe', 'UpdatePipe', 'DeletePipe'];

function open(stack: Stack, ports: Ports): OpenPart {
  const opened = stack.all(pipeKind).map((config) => openPipe(config, ports));
  const pipes = new Map(opened.map((each) => [each.config.name, each]));
  const executions = createExecutions(ports);
  const movers = opened.map(({ config, arn }) => pipeMover(config, arn, executions, ports));
  return {
    operations: [describePipe(pipes), listPipes(pipes), startPipe(pipes, ports), stopPipe(pipes, ports)],
    refusals: OWNED_BY_THE_STACK.map(
      (name): Refusal => ({
        service: 'pipes',
        name,
        sentence: `${name} is not possible here: the stack owns its pipes. Change aws_pipes_pipe in the stack and start again.`,
      }),
    ),
    movers,
    status: (read) => status(read, movers),
  };
}

function openPipe(config: PipeConfig, { account, region, store, clock, log }: Ports): OpenPipe {
  const arn = `arn:aws:pipes:${region}:${account}:pipe/${config.name}`;
  const state = stateAtStart(config, pipeState(store, arn), clock.now());
  store
    .transact((tx) => putPipeState(tx, arn, state))
    .catch((error) => log('error', `pipe ${config.name} could not be begun`, { error: String(error) }));
  return { config, arn };
}

function status(read: Read, movers: readonly PipeMover[]): HopStatus {
  const total: HopStatus = { in: 0, out: 0, waiting: 0, failed: 0 };
  for (const mover of movers) {
    const each = mover.status(read);
    total.in += each.in;
    total.out += each.out;
    total.waiting += each.waiting;
    total.failed += each.failed;
    if (each.lagMs !== undefined) total.lagMs = Math.max(total.lagMs ?? 0, each.lagMs);
    if (each.lastFailure !== undefined) total.lastFailure = each.lastFailure;
    if (each.retrying !== undefined) total.retrying = each.retrying;
  }
  return total;
}
