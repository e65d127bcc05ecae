/**
 * One function as it runs: its pool of warm environments, its concurrency, and the forms of Lambda's answers.
 *
 *     Invoke, async queue → [runtime] → worker
 *
 * A laptop has few cores, so at most ENVIRONMENTS_MAX invocations run at a time and the others wait their turn; they
 * count as running all the same where Lambda would throttle.
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import type { Bundle } from './bundle.ts';
import type { FunctionConfig } from './config.ts';
import { openFunctionLog, platformLine, reportLines, startLine } from './function-log.ts';
import { functionArn, LATEST } from './function-reference.ts';
import {
  type Answer,
  type Environment,
  type FunctionFailure,
  startEnvironment,
  type Tally,
} from './worker.ts';

export type Invocation = {
  payload: Uint8Array;
  /** Absent when the function answered. */
  failure?: FunctionFailure;
  /** The end of the invocation's log. */
  logTail: Uint8Array;
};

export type FunctionRuntime = {
  config: FunctionConfig;
  arn: string;
  bundle: Bundle;
  startedAt: number;
  invoke(event: Uint8Array, requestId: string): Promise<Invocation>;
  tally(): Tally & { lastFailure?: string };
  close(): Promise<void>;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESPONSE_BYTES_MAX = 6_291_556;
const ACCOUNT_CONCURRENCY_MAX = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_MS_MAX = 10_000;
/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: the last 4 KB of the execution log. */
const LOG_TAIL_BYTES_MAX = 4_096;
/** Ours: environments of one function at a time. */
const ENVIRONMENTS_MAX = 4;
const MEGABYTE = 1024 * 1024;

export function createRuntime(config: FunctionConfig, bundle: Bundle, ports: Ports): FunctionRuntime {
  const arn = functionArn(ports, config.name);
  const log = openFunctionLog(ports.directory('logs'), config.log.group);
  const pool = createPool(() => startEnvironment(...environmentOf(config, bundle, ports), ports.clock));
  const total: Tally & { lastFailure?: string } = { in: 0, out: 0, failed: 0 };
  const writesPlatformLines = !['WARN', 'ERROR', 'FATAL'].includes(config.log.systemLevel);

  function count(tally: Tally): void {
    total.in += tally.in;
    total.out += tally.out;
    total.failed += tally.failed;
  }

  async function run(environment: Environment, event: Uint8Array, requestId: string): Promise<Invocation> {
    const lines: string[] = [];
    const write = (text: string): void => {
      lines.push(text);
      log.write(text);
    };
    const platform = (text: string): void => (writesPlatformLines ? write(text) : undefined);
    environment.output(write);
    platform(startLine(config.log.format, ports.clock.now(), requestId));

    const begun = ports.clock.now();
    const init = pool.isNew(environment) ? await environment.started(INIT_MS_MAX) : undefined;
    const initMs = init?.kind === 'ready' ? ports.clock.now() - begun : undefined;
    const invokedAt = ports.clock.now();
    const limitMs = config.timeoutSeconds * 1000;
    const answer =
      init === undefined || init.kind === 'ready'
        ? await environment.invoke({ requestId, functionArn: arn, event, remainingMs: limitMs }, limitMs)
        : init;
    const endedAt = ports.clock.now();

    const seconds = init && init.kind !== 'ready' ? INIT_MS_MAX / 1000 : config.timeoutSeconds;
    const outcome = outcomeOf(answer, requestId, seconds);
    if (outcome.line) write(platformLine(endedAt, requestId, outcome.line));
    platform(
      reportLines(config.log.format, endedAt, {
        requestId,
        durationMs: endedAt - invokedAt,
        memoryMb: config.memoryMb,
        usedMb: Math.ceil(('usedBytes' in answer ? answer.usedBytes : 0) / MEGABYTE),
        ...(initMs === undefined ? {} : { initMs }),
      }),
    );
    if (answer.kind === 'done') count(answer.tally);
    if (outcome.failure) total.lastFailure = `${outcome.failure.errorType}: ${outcome.failure.errorMessage}`;
    return {
      payload: outcome.payload,
      ...(outcome.failure ? { failure: outcome.failure } : {}),
      logTail: Buffer.from(lines.join('')).subarray(-LOG_TAIL_BYTES_MAX),
    };
  }

  return {
    config,
    arn,
    bundle,
    startedAt: ports.clock.now(),
    async invoke(event, requestId) {
      throttle(config, pool.running());
      return pool.use((environment) => run(environment, event, requestId));
    },
    tally: () => ({ ...total }),
    async close() {
      await pool.close();
      await log.close();
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html */
function throttle({ reservedConcurrency }: FunctionConfig, running: number): void {
  if (running < (reservedConcurrency ?? ACCOUNT_CONCURRENCY_MAX)) return;
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    Reason:
      reservedConcurrency === undefined
        ? 'ConcurrentInvocationLimitExceeded'
        : 'ReservedFunctionConcurrentInvocationLimitExceeded',
    Type: 'User',
  });
}

/** The payload is no JSON. */
export function unreadable(problem: string): AwsError {
  const sentence = `Could not parse request body into json: ${problem}`;
  return new AwsError('InvalidRequestContentException', sentence, 400, { Type: 'User' });
}

type Outcome = { payload: Uint8Array; failure?: FunctionFailure; line?: string };

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function outcomeOf(answer: Answer, requestId: string, limitSeconds: number): Outcome {
  switch (answer.kind) {
    case 'done':
      if (answer.payload.byteLength <= RESPONSE_BYTES_MAX) return { payload: answer.payload };
      return failed({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES_MAX} bytes).`,
      });
    case 'threw':
    case 'crashed':
      return failed(answer.failure);
    case 'timed-out': {
      const sentence = `Task timed out after ${limitSeconds.toFixed(2)} seconds`;
      return failed(
        { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: ${sentence}` },
        sentence,
      );
    }
    case 'exited':
      return failed(
        { ...answer.failure, errorMessage: `RequestId: ${requestId} Error: ${answer.report}` },
        `Error: ${answer.report}\n${answer.failure.errorType}`,
      );
    case 'unreadable':
      throw unreadable(answer.problem);
    case 'ready':
      throw new Error('An environment that is running a function said that it had just started.');
  }
}

function failed(failure: FunctionFailure, line?: string): Outcome {
  return { payload: Buffer.from(JSON.stringify(failure)), failure, ...(line === undefined ? {} : { line }) };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function environmentOf(
  config: FunctionConfig,
  bundle: Bundle,
  ports: Ports,
): [Parameters<typeof startEnvironment>[0], Record<string, string>] {
  const date = new Date(ports.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${date}/[${LATEST}]${ports.chance.bytes(16).toString('hex')}`;
  const credentials = ports.credentials(config.role, config.name);
  const setting = {
    taskRoot: bundle.taskRoot,
    handler: config.handler,
    functionName: config.name,
    memoryMb: config.memoryMb,
    logGroup: config.log.group,
    logStream,
    logFormat: config.log.format,
    logLevel: config.log.applicationLevel,
  };
  const env = {
    AWS_ENDPOINT_URL: ports.endpoint(),
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
    ...config.variables,
    _HANDLER: config.handler,
    AWS_REGION: ports.region,
    AWS_DEFAULT_REGION: ports.region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: LATEST,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: config.log.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: bundle.taskRoot,
  };
  return [setting, env];
}

type Pool = {
  /** Invocations that run or wait for an environment. */
  running(): number;
  /** Whether no invocation ran in it yet. */
  isNew(environment: Environment): boolean;
  use<T>(work: (environment: Environment) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

function createPool(start: () => Environment): Pool {
  const idle: Environment[] = [];
  const all = new Set<Environment>();
  const used = new WeakSet<Environment>();
  const turns: (() => void)[] = [];
  let busy = 0;

  function take(): Environment {
    let environment = idle.pop();
    while (environment && !environment.alive()) {
      all.delete(environment);
      environment = idle.pop();
    }
    environment ??= start();
    all.add(environment);
    return environment;
  }

  return {
    running: () => busy + turns.length,
    isNew: (environment) => !used.has(environment),
    async use(work) {
      // A turn is handed on by whoever ends, so `busy` does not fall in between.
      if (busy >= ENVIRONMENTS_MAX) await new Promise<void>((resolve) => turns.push(resolve));
      else busy++;
      const environment = take();
      try {
        return await work(environment);
      } finally {
        used.add(environment);
        if (environment.alive()) idle.push(environment);
        else {
          all.delete(environment);
          void environment.stop();
        }
        const next = turns.shift();
        if (next) next();
        else busy--;
      }
    },
    async close() {
      await Promise.all([...all].map((environment) => environment.stop()));
    },
  };
}
