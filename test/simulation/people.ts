/** Who acts on the pipeline from outside: the clients that write orders, and the operator who stops the pipe at times. */

import assert from 'node:assert/strict';
import { AwsError } from '../../local/aws-error.ts';
import { ADMINISTRATOR } from '../../local/testing/ports.ts';
import type { Dice } from './dice.ts';
import type { Ledger } from './ledger.ts';
import { type Desk, type Request, unwritten } from './requests.ts';
import { PIPE } from './stack.ts';
import { Abandoned, type Task } from './turns.ts';
import type { World } from './world.ts';

export type Counts = { asked: number; acknowledged: number; refused: number };

const THROTTLING = /Throttling|ProvisionedThroughputExceeded|TransactionCanceled/;

/** Writes until the requests of all clients together are used up, or its world ends. */
export async function write(
  name: string,
  world: World,
  desk: Desk,
  ledger: Ledger,
  left: { requests: number },
  counts: Counts,
): Promise<void> {
  const task: Task = { name, running: 0, waiting: 0 };
  await world.turns.run(task, async () => {
    while (left.requests > 0) {
      await world.turns.turn('asks');
      if (left.requests-- <= 0) return;
      counts.asked++;
      await ask(task, world, desk.next(), ledger, counts);
    }
  });
}

async function ask(
  task: Task,
  world: World,
  request: Request,
  ledger: Ledger,
  counts: Counts,
): Promise<void> {
  for (let attempts = 0; attempts < 3; attempts++) {
    let committed = false;
    task.committed = (answer) => {
      committed = true;
      const missing = unwritten(answer);
      ledger.committed(request.writes.filter(({ orderid }) => !missing.has(orderid)));
    };
    try {
      await world.ports.call(ADMINISTRATOR, 'dynamodb', request.operation, request.input);
      assert.ok(committed, `${request.operation} was acknowledged before it was on disk`);
      counts.acknowledged++;
      return;
    } catch (error) {
      if (error instanceof Abandoned || error instanceof assert.AssertionError) throw error;
      assert.ok(!committed, `${request.operation} was refused and kept: ${error}`);
      counts.refused++;
      if (!(error instanceof AwsError) || !THROTTLING.test(error.code)) return;
    } finally {
      delete task.committed;
    }
    await world.turns.turn('asks again');
  }
}

/** Stops the pipe and starts it again, a few times. While it is stopped nothing may pass. */
export async function operate(world: World, dice: Dice, carried: () => number): Promise<void> {
  const task: Task = { name: 'operator', running: 0, waiting: 0 };
  const lookOn = async (): Promise<void> => {
    for (let patience = 2 + dice.below(8); patience > 0; patience--) await world.turns.turn('looks on');
  };
  const order = (operation: 'StartPipe' | 'StopPipe') =>
    world.ports.call(ADMINISTRATOR, 'pipes', operation, { Name: PIPE }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Abandoned) throw error;
        return false;
      },
    );
  await world.turns.run(task, async () => {
    for (let pauses = 0; pauses < 3; pauses++) {
      await lookOn();
      let before = 0;
      task.committed = () => {
        before = carried();
      };
      const stopped = await order('StopPipe');
      delete task.committed;
      await lookOn();
      if (stopped) assert.equal(carried(), before, 'the stopped pipe went on carrying');
      await order('StartPipe');
    }
  });
}
