/**
 * The Lambda service. Every function of the stack runs here, from the very zip that would be deployed; the one that
 * Firehose calls is the hop that turns a change of an order into a row of the lake.
 *
 *     firehose → [transform] → firehose
 *
 * It does not say who may invoke a function (identity does), and it does not change one: the stack owns them.
 */

import { resolve } from 'node:path';
import type { OpenPart, Part, Ports, Refusal } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import type { Read } from '../../store/store.ts';
import { asyncMover, createAsyncQueue } from './async-queue.ts';
import { unpack } from './bundle.ts';
import { createConcurrency } from './concurrency.ts';
import { lambdaFunction } from './config.ts';
import { describeFunctions } from './describe-functions.ts';
import { invoke } from './invoke.ts';
import { createRuntime, type FunctionRuntime } from './runtime.ts';

const OWNED_BY_STACK = [
  'CreateFunction',
  'UpdateFunctionCode',
  'UpdateFunctionConfiguration',
  'DeleteFunction',
  'PublishVersion',
  'CreateAlias',
  'AddPermission',
  'RemovePermission',
  'PutFunctionConcurrency',
  'DeleteFunctionConcurrency',
  'CreateEventSourceMapping',
];

export const transform: Part = {
  name: 'transform',
  kinds: [lambdaFunction],
  open(stack: Stack, ports: Ports): OpenPart {
    const functions = new Map<string, FunctionRuntime>();
    const configs = stack.all(lambdaFunction);
    const executionsOf = createConcurrency(configs, ports);
    for (const config of configs) {
      const zip = resolve(stack.directory, config.filename);
      const bundle = unpack(config.name, zip, ports.directory('lambda'));
      functions.set(config.name, createRuntime(config, bundle, executionsOf(config), ports));
    }
    const queue = createAsyncQueue(ports);
    const lost: string[] = [];
    const runtimes = [...functions.values()];
    return {
      operations: [invoke(functions, queue, ports), ...describeFunctions(functions, ports)],
      refusals: OWNED_BY_STACK.map(refusal),
      movers: runtimes.map((runtime) => asyncMover(runtime, ports, (what) => lost.push(what))),
      status(read: Read) {
        const tallies = runtimes.map((runtime) => runtime.tally());
        const sum = (of: 'in' | 'out' | 'failed') => tallies.reduce((total, tally) => total + tally[of], 0);
        const lastFailure = lost.at(-1) ?? tallies.find((tally) => tally.lastFailure)?.lastFailure;
        return {
          in: sum('in'),
          out: sum('out'),
          waiting: runtimes.reduce((total, { config }) => total + queue.waiting(read, config.name), 0),
          failed: sum('failed') + lost.length,
          ...(lastFailure === undefined ? {} : { lastFailure }),
        };
      },
      async close() {
        await Promise.all(runtimes.map((runtime) => runtime.close()));
      },
    };
  },
};

function refusal(name: string): Refusal {
  return {
    service: 'lambda',
    name,
    sentence: `${name} is refused: the stack owns its functions. Change stacks/ and start the engine again.`,
  };
}
