import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Mover, Outcome } from './ports.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';
import { type TestPorts, testPorts } from './testing/ports.ts';

let ports: TestPorts;
let scheduler: Scheduler;
beforeEach(() => {
  ports = testPorts();
  scheduler = createScheduler(ports);
});
afterEach(async () => {
  await scheduler.stop();
  await ports.cleanUp();
});

/** A mover that answers from a list and then is idle; `steps` counts its calls. */
function scripted(outcomes: (Outcome | Error)[]): Mover & { steps: number } {
  const mover = {
    name: 'scripted',
    listensTo: ['topic'],
    steps: 0,
    async step(): Promise<Outcome> {
      const outcome = outcomes[mover.steps++] ?? { kind: 'idle' };
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  return mover;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a mover is called again while it delivers, and rests when it is idle', async () => {
  const mover = scripted([
    { kind: 'delivered', records: 1 },
    { kind: 'gave-up', records: 1, reason: 'r' },
  ]);
  scheduler.add(mover);
  await settle();
  assert.equal(mover.steps, 3);
});

test('a signal wakes an idle mover, but does not cut a retry short', async () => {
  const mover = scripted([{ kind: 'idle' }, { kind: 'retry', afterMs: 500, reason: 'r' }]);
  scheduler.add(mover);
  await settle();
  assert.equal(mover.steps, 1);
  ports.clock.advance(100);
  await ports.store.transact((tx) => tx.signal('topic'));
  await settle();
  assert.equal(mover.steps, 2);
  await ports.store.transact((tx) => tx.signal('topic'));
  ports.clock.advance(499);
  await settle();
  assert.equal(mover.steps, 2);
  ports.clock.advance(1);
  await settle();
  assert.equal(mover.steps, 3);
});

test('signals that follow one another closely end a rest once, when they were gathered for a while', async () => {
  const mover = scripted([]);
  scheduler.add(mover);
  await settle();
  for (let signal = 0; signal < 3; signal++) {
    await ports.store.transact((tx) => tx.signal('topic'));
    await settle();
  }
  ports.clock.advance(99);
  await settle();
  assert.equal(mover.steps, 1);
  ports.clock.advance(1);
  await settle();
  assert.equal(mover.steps, 2);
});

test('an idle mover wakes at its time, not before', async () => {
  const mover = scripted([{ kind: 'idle', wakeAt: ports.clock.now() + 1_000 }]);
  scheduler.add(mover);
  await settle();
  ports.clock.advance(999);
  await settle();
  assert.equal(mover.steps, 1);
  ports.clock.advance(1);
  await settle();
  assert.equal(mover.steps, 2);
});

test('a signal that comes while a step runs is not lost', async () => {
  let finish: (outcome: Outcome) => void = () => {};
  let steps = 0;
  scheduler.add({
    name: 'slow',
    listensTo: ['topic'],
    step() {
      steps++;
      return steps > 1 ? Promise.resolve({ kind: 'idle' }) : new Promise((resolve) => (finish = resolve));
    },
  });
  await ports.store.transact((tx) => tx.signal('topic'));
  finish({ kind: 'idle' });
  await settle();
  ports.clock.advance(100);
  await settle();
  assert.equal(steps, 2);
});

test('a step that throws is tried again after a pause', async () => {
  const mover = scripted([new Error('defect')]);
  scheduler.add(mover);
  await settle();
  assert.equal(mover.steps, 1);
  ports.clock.advance(1_000);
  await settle();
  assert.equal(mover.steps, 2);
});

test('after stop nothing steps', async () => {
  const mover = scripted([]);
  scheduler.add(mover);
  await settle();
  await scheduler.stop();
  await ports.store.transact((tx) => tx.signal('topic'));
  await settle();
  assert.equal(mover.steps, 1);
});
