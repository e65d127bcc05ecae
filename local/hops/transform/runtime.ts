/**
 * One function as it runs: its pool of warm environments, its log and its counts.
 *
 *     Invoke, async queue → [runtime] → concurrency, pool → worker
 */

import type { Ports } from '../../ports.ts';
import type { Bundle } from './bundle.ts';
import type { Executions, InvocationKind } from './concurrency.ts';
import type { FunctionConfig } from './config.ts';
import { environmentOf } from './environment.ts';
import { openFunctionLog } from './function-log.ts';
import { functionArn } from './function-reference.ts';
import { type Invocation, runInvocation } from './invocation.ts';
import { functionMeasure } from './metrics.ts';
import { createPool } from './pool.ts';
import { startEnvironment, type Tally } from './worker.ts';

export type FunctionRuntime = {
  config: FunctionConfig;
  arn: string;
  bundle: Bundle;
  startedAt: number;
  invoke(event: Uint8Array, requestId: string, kind: InvocationKind): Promise<Invocation>;
  tally(): Tally & { lastFailure?: string };
  close(): Promise<void>;
};

export function createRuntime(
  config: FunctionConfig,
  bundle: Bundle,
  executions: Executions,
  ports: Ports,
): FunctionRuntime {
  const { clock } = ports;
  const arn = functionArn(ports, config.name);
  const log = openFunctionLog(ports.directory('logs'), config.log.group, (error) =>
    ports.log('warn', `The log of the function ${config.name} is not written any more`, {
      error: error.message,
    }),
  );
  const pool = createPool(() => {
    const { setting, env } = environmentOf(config, bundle, ports);
    return startEnvironment(setting, env, clock);
  });
  executions.join(pool.running);
  const measure = functionMeasure(ports.measuring, config.name);
  const total: Tally & { lastFailure?: string } = { in: 0, out: 0, failed: 0 };

  function admit(kind: InvocationKind): void {
    try {
      executions.admit(kind);
    } catch (error) {
      measure('Throttles', 1);
      throw error;
    }
    measure('Throttles', 0);
    measure('ConcurrentExecutions', pool.running() + 1);
  }

  function count({ tally, failure, durationMs }: Invocation): void {
    measure('Invocations', 1);
    measure('Errors', failure ? 1 : 0);
    measure('Duration', durationMs);
    total.in += tally?.in ?? 0;
    total.out += tally?.out ?? 0;
    total.failed += tally?.failed ?? 0;
    if (failure) total.lastFailure = `${config.name}: ${failure.errorType}: ${failure.errorMessage}`;
  }

  return {
    config,
    arn,
    bundle,
    startedAt: clock.now(),
    async invoke(event, requestId, kind) {
      admit(kind);
      const invocation = await pool.use((environment, isFirst) =>
        runInvocation(config, environment, { requestId, functionArn: arn, event, isFirst }, log, clock),
      );
      count(invocation);
      return invocation;
    },
    tally: () => ({ ...total }),
    async close() {
      await pool.close();
      await log.close();
    },
  };
}
