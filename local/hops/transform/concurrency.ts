/**
 * How many invocations the account runs at once: some reserved by functions for themselves, the rest shared by all
 * others. Who finds no place is throttled, and has to come again: the caller of Invoke by itself, Firehose and the queue
 * of asynchronous events by theirs.
 *
 *     Invoke, async queue → runtime → [concurrency]
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */

import { AwsError, EngineError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { Ports } from '../../ports.ts';
import type { FunctionConfig } from './config.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const ACCOUNT_EXECUTIONS_MAX = 1_000;
const REQUESTS_A_SECOND_AN_EXECUTION = 10;
/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
const UNRESERVED_EXECUTIONS_MIN = 100;

/** Events are bounded by concurrency alone. */
export type InvocationKind = 'request' | 'event';

/** The executions that one function may have, alone or with others. */
export type Executions = {
  /** Counts what `running` answers among the executions. */
  join(running: () => number): void;
  /** Throws AWS's throttling error when there is no place for one more. */
  admit(kind: InvocationKind): void;
};

type Share = { most: number; reasons: { concurrency: string; rate: string } };
type Bucket = { left: number; at: number };

/** Throws an EngineError when the functions reserve more than AWS lets them. */
export function createConcurrency(
  configs: readonly Pick<FunctionConfig, 'reservedConcurrency'>[],
  { clock, quotas }: Pick<Ports, 'clock' | 'quotas'>,
): (config: Pick<FunctionConfig, 'reservedConcurrency'>) => Executions {
  const reserved = configs.reduce((sum, { reservedConcurrency }) => sum + (reservedConcurrency ?? 0), 0);
  const unreserved = ACCOUNT_EXECUTIONS_MAX - reserved;
  if (unreserved < UNRESERVED_EXECUTIONS_MIN)
    throw new EngineError(
      `The functions reserve ${reserved} of the account's ${ACCOUNT_EXECUTIONS_MAX} executions. AWS would say: Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_EXECUTIONS_MIN}].`,
      'Lower reserved_concurrent_executions of the aws_lambda_function resources.',
    );
  if (quotas === 'lifted') return () => ({ join() {}, admit() {} });
  const shared = executions(clock, {
    most: unreserved,
    reasons: {
      concurrency: 'ConcurrentInvocationLimitExceeded',
      rate: 'FunctionInvocationRateLimitExceeded',
    },
  });
  return ({ reservedConcurrency }) =>
    reservedConcurrency === undefined
      ? shared
      : executions(clock, {
          most: reservedConcurrency,
          reasons: {
            concurrency: 'ReservedFunctionConcurrentInvocationLimitExceeded',
            rate: 'ReservedFunctionInvocationRateLimitExceeded',
          },
        });
}

function executions(clock: Clock, { most, reasons }: Share): Executions {
  const functions: (() => number)[] = [];
  const requestsASecond = most * REQUESTS_A_SECOND_AN_EXECUTION;
  const requests: Bucket = { left: requestsASecond, at: clock.now() };
  return {
    join: (running) => void functions.push(running),
    admit(kind) {
      // Invocations that wait for one of our few workers count as running, for in Lambda they would run.
      const running = functions.reduce((sum, each) => sum + each(), 0);
      if (running >= most) throw throttled(reasons.concurrency);
      if (kind === 'event') return;
      const now = clock.now();
      const more = ((now - requests.at) / 1_000) * requestsASecond;
      requests.left = Math.min(requestsASecond, requests.left + more);
      requests.at = now;
      if (requests.left < 1) throw throttled(reasons.rate);
      requests.left -= 1;
    },
  };
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason, Type: 'User' });
}
