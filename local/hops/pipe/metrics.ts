/**
 * What pipes measure, under AWS's names. An execution is one batch of one lane; failures are measured as 0, too, as AWS
 * does. How many run at once is the account's to know, not the pipe's.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html
 */

import type { Ports } from '../../ports.ts';

const NAMESPACE = 'AWS/EventBridge/Pipes';
const PIPE_UNITS = {
  Duration: 'Milliseconds',
  EventCount: 'None',
  ExecutionFailed: 'None',
  ExecutionPartiallyFailed: 'None',
  ExecutionThrottled: 'None',
  Invocations: 'None',
} as const;
const ACCOUNT_UNITS = { Concurrency: 'None', ExecutionThrottled: 'None', Invocations: 'None' } as const;

type Execution = { read: number; delivered: number; left: number; gaveUp: number };

export type PipeMetrics = {
  /** Executions of the account that are under way. */
  concurrency(executions: number): void;
  throttled(): void;
  execution(execution: Execution, durationMs: number): void;
};

export function pipeMetrics({ measuring, account }: Ports, PipeName: string): PipeMetrics {
  const ofPipe = measuring({ namespace: NAMESPACE, dimensions: { PipeName } }, PIPE_UNITS);
  const ofAccount = measuring({ namespace: NAMESPACE, dimensions: { AwsAccountId: account } }, ACCOUNT_UNITS);
  function ofBoth(name: 'ExecutionThrottled' | 'Invocations', value: number): void {
    ofPipe(name, value);
    ofAccount(name, value);
  }
  return {
    concurrency: (executions) => ofAccount('Concurrency', executions),
    throttled: () => ofBoth('ExecutionThrottled', 1),
    execution({ read, delivered, left, gaveUp }, durationMs) {
      const failed = left + gaveUp > 0;
      ofBoth('Invocations', 1);
      ofBoth('ExecutionThrottled', 0);
      ofPipe('EventCount', read);
      ofPipe('Duration', durationMs);
      ofPipe('ExecutionFailed', failed && delivered === 0 ? 1 : 0);
      ofPipe('ExecutionPartiallyFailed', failed && delivered > 0 ? 1 : 0);
    },
  };
}
