/**
 * Delivers one target's events: calls the function asynchronously as EventBridge does, as `events.amazonaws.com` for
 * the rule. What fails for a passing reason is tried again with growing pauses, up to the target's retry policy; what
 * cannot succeed, or was tried enough, goes to the dead-letter queue or is given up with its reason.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 *
 * A crash between the call and its note in the store repeats the call: at least once, as AWS promises.
 */

import { AwsError } from '../../aws-error.ts';
import type { Mover, Outcome, Ports, Principal } from '../../ports.ts';
import type { Entry } from '../../store/store.ts';
import { type Delivery, deliveryKey, type Target, topicOf } from './bus.ts';

const BACKOFF_FIRST_MS = 1000;
/** 185 attempts then take about a day, as AWS's default policy does. */
const BACKOFF_MAX_MS = 480_000;

/** AWS's names in a dead letter for errors that no retry mends. */
const PERMANENT: Record<string, string> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  InvalidRequestContentException: 'SDK_CLIENT_ERROR',
  RequestTooLargeException: 'SDK_CLIENT_ERROR',
  ResourceNotFoundException: 'NO_RESOURCE',
};

type Verdict =
  | { kind: 'again'; afterMs: number }
  | { kind: 'enough'; errorCode: string; condition?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' };

export function deliveryMover(target: Target, ports: Ports): Mover {
  const { store, clock } = ports;
  const principal: Principal = {
    kind: 'service',
    service: 'events.amazonaws.com',
    sourceArn: target.ruleArn,
  };

  function next(until: number): Entry<Delivery> | undefined {
    const [entry] = store.range<Delivery>({
      from: deliveryKey(target, 0, ''),
      to: deliveryKey(target, until, ''),
      limit: 1,
    });
    return entry;
  }

  async function attempt({ value }: Entry<Delivery>): Promise<AwsError | undefined> {
    try {
      await ports.call(principal, 'lambda', 'Invoke', {
        FunctionName: target.arn,
        InvocationType: 'Event',
        Payload: Buffer.from(value.input),
      });
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }

  function judge({ attempts, firstAt }: Delivery, error: AwsError): Verdict {
    const permanent = PERMANENT[error.code];
    if (permanent !== undefined) return { kind: 'enough', errorCode: permanent };
    if (attempts >= target.retryAttemptsMax)
      return { kind: 'enough', errorCode: error.code, condition: 'MaximumRetryAttempts' };
    const afterMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempts);
    if (clock.now() + afterMs - firstAt > target.eventAgeSecondsMax * 1000)
      return { kind: 'enough', errorCode: error.code, condition: 'MaximumEventAgeInSeconds' };
    return { kind: 'again', afterMs };
  }

  async function postpone(
    { key, value }: Entry<Delivery>,
    afterMs: number,
    reason: string,
  ): Promise<Outcome> {
    await store.transact((tx) => {
      tx.remove(key);
      const later: Delivery = { ...value, attempts: value.attempts + 1 };
      tx.put(deliveryKey(target, clock.now() + afterMs, value.eventId), later);
    });
    return { kind: 'retry', afterMs, reason };
  }

  async function giveUp(
    { key, value }: Entry<Delivery>,
    error: AwsError,
    verdict: Extract<Verdict, { kind: 'enough' }>,
  ): Promise<Outcome> {
    const why = `${target.arn} did not take an event of rule ${target.rule} (${error.code}: ${error.message})`;
    const where = await store.transact((tx) => {
      tx.remove(key);
      if (target.deadLetterArn === undefined) return 'it is dropped, as the target has no dead-letter queue';
      const [, , , , account, name] = target.deadLetterArn.split(':');
      try {
        ports.callIn(tx, principal, 'sqs', 'SendMessage', {
          QueueUrl: `${ports.endpoint()}/${account}/${name}`,
          MessageBody: value.input,
          MessageAttributes: letterAttributes(target, value, error, verdict),
        });
        return `it lies in the queue ${name}`;
      } catch (refused) {
        if (!(refused instanceof AwsError)) throw refused;
        return `it is dropped, as the queue ${name} does not take it (${refused.code}: ${refused.message})`;
      }
    });
    return { kind: 'gave-up', records: 1, reason: `${why}; ${where}` };
  }

  return {
    name: `events/${target.rule}/${target.id}`,
    listensTo: [topicOf(target)],
    async step() {
      const due = next(clock.now() + 1);
      if (!due) {
        const later = next(Number.MAX_SAFE_INTEGER);
        return later ? { kind: 'idle', wakeAt: later.key[2] as number } : { kind: 'idle' };
      }
      const error = await attempt(due);
      if (!error) {
        await store.transact((tx) => tx.remove(due.key));
        return { kind: 'delivered', records: 1 };
      }
      const verdict = judge(due.value, error);
      return verdict.kind === 'again'
        ? postpone(due, verdict.afterMs, `${error.code}: ${error.message}`)
        : giveUp(due, error, verdict);
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function letterAttributes(
  target: Target,
  { attempts }: Delivery,
  error: AwsError,
  { errorCode, condition }: Extract<Verdict, { kind: 'enough' }>,
) {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    RULE_ARN: text(target.ruleArn),
    TARGET_ARN: text(target.arn),
    ERROR_CODE: text(errorCode),
    ERROR_MESSAGE: text(error.message || error.code),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(attempts) },
    ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: text(condition) }),
  };
}
