import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Mover } from '../../ports.ts';
import { standIn } from '../../testing/ports.ts';
import { type Fixture, functionFixture } from './testing.ts';

let open: Fixture | undefined;
afterEach(async () => {
  await open?.cleanUp();
  open = undefined;
});

const FAILS = {
  'index.mjs': "export const handler = async (event) => { if (event.fail) throw new Error('no'); };",
};

function given(settings: Record<string, unknown> = {}): Fixture & { mover: Mover } {
  open = functionFixture(FAILS, settings);
  return { ...open, mover: open.part.movers?.[0] as Mover };
}

test('an event is accepted before it runs, and is gone once it ran', async () => {
  const { ports, part, mover, invoke } = given();
  const output = await invoke({}, { InvocationType: 'Event' });
  assert.equal(output.StatusCode, 202);
  assert.equal(part.status?.(ports.store).waiting, 1);
  assert.deepEqual(await mover.step(), { kind: 'delivered', records: 1 });
  assert.deepEqual(await mover.step(), { kind: 'idle' });
  assert.equal(part.status?.(ports.store).waiting, 0);
});

test('an event of 1 MB is accepted, one byte more is refused', async () => {
  const { invoke } = given();
  const about = (bytes: number) => ({
    InvocationType: 'Event',
    Payload: JSON.stringify('x'.repeat(bytes - 2)),
  });
  assert.equal((await invoke({}, about(1_048_576))).StatusCode, 202);
  await assert.rejects(invoke({}, about(1_048_577)), {
    code: 'RequestTooLargeException',
    message: '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  });
});

test('a failed event is tried again after one minute and after two, then it is given up', async () => {
  const { ports, part, mover, invoke } = given();
  await invoke({ fail: true }, { InvocationType: 'Event' });
  for (const wait of [60_000, 120_000]) {
    assert.deepEqual(await mover.step(), { kind: 'delivered', records: 0 });
    const wakeAt = ports.clock.now() + wait;
    ports.clock.advance(wait - 1);
    assert.deepEqual(await mover.step(), { kind: 'idle', wakeAt });
    ports.clock.advance(1);
  }
  const last = await mover.step();
  assert.equal(last.kind, 'gave-up');
  assert.deepEqual(await mover.step(), { kind: 'idle' });
  const status = part.status?.(ports.store);
  assert.equal(status?.failed, 1);
  assert.match(status?.lastFailure ?? '', /^f failed on event \S+: no \(dropped/);
});

test('an event that is given up lies in the dead-letter queue with its payload', async () => {
  const { ports, mover, invoke } = given({
    dead_letter_config: { target_arn: 'arn:aws:sqs:us-east-2:000000000000:letters' },
  });
  const sent: Record<string, unknown>[] = [];
  ports.register({
    operations: [standIn('sqs', 'SendMessage', (input: Record<string, unknown>) => void sent.push(input))],
  });
  await invoke({ fail: true }, { InvocationType: 'Event' });
  await mover.step();
  ports.clock.advance(60_000);
  await mover.step();
  ports.clock.advance(120_000);
  assert.equal((await mover.step()).kind, 'gave-up');
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.['QueueUrl'], 'http://127.0.0.1:4566/000000000000/letters');
  assert.equal(sent[0]?.['MessageBody'], '{"fail":true}');
});

test('an accepted event outlives the engine that accepted it', async () => {
  const { ports, part, invoke } = given();
  await invoke({}, { InvocationType: 'Event' });
  await part.close?.();
  const next = functionFixture(FAILS, {}, ports);
  assert.deepEqual(await next.part.movers?.[0]?.step(), { kind: 'delivered', records: 1 });
  open = next;
});

test('a throttled event waits longer each time and is not lost', async () => {
  const { ports, part, mover, invoke } = given({ reserved_concurrent_executions: 0 });
  await invoke({}, { InvocationType: 'Event' });
  for (const wait of [1_000, 2_000, 4_000]) {
    assert.deepEqual(await mover.step(), { kind: 'idle', wakeAt: ports.clock.now() + wait });
    ports.clock.advance(wait);
  }
  assert.equal(part.status?.(ports.store).waiting, 1);
});
