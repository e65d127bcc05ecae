/**
 * Lambda's queue of asynchronous events: an accepted event is on disk, is run by a mover, and is tried twice more when
 * the function fails, after one minute and after two. An event that still fails goes to the function's dead-letter
 * queue if it names one. Events are not run in order, and one may run twice when the engine dies between the run and
 * its record: so it is on AWS. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Mover, Outcome, Ports } from '../../ports.ts';
import type { Key, Read, Tx } from '../../store/store.ts';
import type { FunctionRuntime } from './runtime.ts';
import type { FunctionFailure } from './worker.ts';

export type AsyncQueue = {
  add(functionName: string, requestId: string, payload: Uint8Array): Promise<void>;
  waiting(read: Read, functionName: string): number;
};

type Event = {
  requestId: string;
  payload: Uint8Array;
  acceptedAt: number;
  dueAt: number;
  /** Runs that ended in a function error. */
  failures: number;
  /** Times that Lambda itself would not run it. */
  throttles: number;
};

const RETRY_AFTER_MS = [60_000, 120_000];
/** Throttled events are kept for six hours, tried again after 1 s and up to 5 min. */
const EVENT_AGE_MS_MAX = 6 * 60 * 60 * 1000;
const THROTTLE_WAIT_MS_MIN = 1_000;
const THROTTLE_WAIT_MS_MAX = 5 * 60 * 1000;

const COLLECTION = 'lambda-async';

export function createAsyncQueue({ store, clock }: Ports): AsyncQueue {
  return {
    add: (functionName, requestId, payload) =>
      store.transact((tx) => {
        const now = clock.now();
        const event: Event = { requestId, payload, acceptedAt: now, dueAt: now, failures: 0, throttles: 0 };
        tx.put([COLLECTION, functionName, requestId], event);
        tx.signal(topicOf(functionName));
      }),
    waiting: (read, functionName) => entries(read, functionName).length,
  };
}

/** Runs one function's events, one a step. */
export function asyncMover(target: FunctionRuntime, ports: Ports, gaveUp: (what: string) => void): Mover {
  const { name } = target.config;

  async function run(key: Key, event: Event): Promise<Outcome> {
    let failure: FunctionFailure | undefined;
    try {
      failure = (await target.invoke(event.payload, event.requestId, 'event')).failure;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return throttled(key, event);
    }
    if (!failure) {
      await ports.store.transact((tx) => tx.remove(key));
      return { kind: 'delivered', records: 1 };
    }
    return failed(key, { ...event, failures: event.failures + 1 }, failure);
  }

  async function throttled(key: Key, event: Event): Promise<Outcome> {
    const now = ports.clock.now();
    if (now - event.acceptedAt >= EVENT_AGE_MS_MAX)
      return giveUp(key, event, { errorType: 'EventAgeExceeded', errorMessage: 'Rate Exceeded.' });
    const wait = Math.min(THROTTLE_WAIT_MS_MAX, THROTTLE_WAIT_MS_MIN * 2 ** event.throttles);
    await ports.store.transact((tx) =>
      tx.put(key, { ...event, dueAt: now + wait, throttles: event.throttles + 1 }),
    );
    return { kind: 'idle', wakeAt: now + wait };
  }

  async function failed(key: Key, event: Event, failure: FunctionFailure): Promise<Outcome> {
    const wait = RETRY_AFTER_MS[event.failures - 1];
    if (wait === undefined) return giveUp(key, event, failure);
    const dueAt = ports.clock.now() + wait;
    await ports.store.transact((tx) => tx.put(key, { ...event, dueAt }));
    ports.log('warn', `The function ${name} failed on an event; it is tried again`, {
      requestId: event.requestId,
      afterMs: wait,
      failure: failure.errorMessage,
    });
    return { kind: 'delivered', records: 0 };
  }

  async function giveUp(key: Key, event: Event, failure: FunctionFailure): Promise<Outcome> {
    const where = await ports.store.transact((tx) => {
      tx.remove(key);
      return bury(tx, target, ports, event, failure);
    });
    const reason = `${name} failed on event ${event.requestId}: ${failure.errorMessage} (${where})`;
    gaveUp(reason);
    return { kind: 'gave-up', records: 1, reason };
  }

  return {
    name: `lambda/${name}`,
    listensTo: [topicOf(name)],
    async step() {
      const waiting = entries(ports.store, name).sort((a, b) => a.value.dueAt - b.value.dueAt);
      const first = waiting[0];
      if (!first) return { kind: 'idle' };
      if (first.value.dueAt > ports.clock.now()) return { kind: 'idle', wakeAt: first.value.dueAt };
      return run(first.key, first.value);
    },
  };
}

/** Sends the event to the dead-letter queue as the function's role; says where it went.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
function bury(tx: Tx, target: FunctionRuntime, ports: Ports, event: Event, failure: FunctionFailure): string {
  const { deadLetterArn, role, name } = target.config;
  if (deadLetterArn === undefined) return 'dropped: the function names no dead-letter queue';
  const [account, queue] = deadLetterArn.split(':').slice(4);
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  ports.callIn(tx, { kind: 'role', roleArn: role, session: name }, 'sqs', 'SendMessage', {
    QueueUrl: `${ports.endpoint()}/${account}/${queue}`,
    MessageBody: Buffer.from(event.payload).toString(),
    MessageAttributes: {
      RequestID: text(event.requestId),
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: text(failure.errorMessage),
    },
  });
  return `in ${deadLetterArn}`;
}

function entries(read: Read, functionName: string) {
  return read.range<Event>({
    from: [COLLECTION, functionName],
    to: [COLLECTION, `${functionName}\u0000`],
  });
}

function topicOf(functionName: string): string {
  return `lambda-async:${functionName}`;
}
