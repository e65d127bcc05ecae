/**
 * The host's side of one execution environment: a worker thread that runs one invocation at a time with the
 * function's memory as its heap limit. An environment that timed out, ran out of memory or crashed is gone; the pool
 * (`runtime.ts`) starts another.
 *
 *     runtime → [worker] ⇄ bootstrap.mjs
 */

import { Worker } from 'node:worker_threads';
import type { Clock } from '../../clock.ts';
import type { LogFormat } from './function-log.ts';

/** What a function's failure looks like to its caller. */
export type FunctionFailure = { errorType: string; errorMessage: string; trace?: string[] };

export type Tally = { in: number; out: number; failed: number };

export type WorkerSetting = {
  taskRoot: string;
  handler: string;
  functionName: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
  logFormat: LogFormat;
  logLevel: string;
};

export type ToWorker = { requestId: string; functionArn: string; event: Uint8Array; remainingMs: number };

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'log'; text: string }
  | { kind: 'done'; payload: Uint8Array; usedBytes: number; tally: Tally }
  | { kind: 'threw'; failure: FunctionFailure; usedBytes: number }
  | { kind: 'unreadable'; problem: string }
  | { kind: 'crashed'; failure: FunctionFailure };

/** What became of one invocation, or of the start of the environment. */
export type Answer =
  | Exclude<FromWorker, { kind: 'log' }>
  | { kind: 'timed-out' }
  | { kind: 'exited'; failure: FunctionFailure; report: string };

/** Room for new objects, which V8 would let grow to 48 MB in each environment and never give back. */
const YOUNG_MEGABYTES = 12;

/** After these the environment serves the next invocation. */
const SURVIVES: readonly Answer['kind'][] = ['ready', 'done', 'threw', 'unreadable'];

export type Environment = {
  /** Resolves when the handler is loaded, or when it could not be. */
  started(limitMs: number): Promise<Answer>;
  invoke(message: ToWorker, limitMs: number): Promise<Answer>;
  /** Where the function's output goes from now on. */
  output(write: (text: string) => void): void;
  /** False once it can serve no more. */
  alive(): boolean;
  stop(): Promise<void>;
};

export function startEnvironment(
  setting: WorkerSetting,
  env: Record<string, string>,
  clock: Clock,
): Environment {
  const worker = new Worker(new URL('./bootstrap.mjs', import.meta.url), {
    workerData: setting,
    env,
    // The engine's loader and flags are none of the function's business, and cost a start 200 ms.
    execArgv: [],
    // The streams stay unread: the bootstrap sends output as messages, in order with the answers.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: setting.memoryMb, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  let alive = true;
  let write: (text: string) => void = () => {};
  /** An answer that came before somebody waited for it: `ready`, or a crash between invocations. */
  let early: Answer | undefined;
  let waiter: ((answer: Answer) => void) | undefined;

  function settle(answer: Answer): void {
    alive &&= SURVIVES.includes(answer.kind);
    if (waiter) waiter(answer);
    else early ??= answer;
  }

  function next(limitMs: number): Promise<Answer> {
    return new Promise((resolve) => {
      const cancel = clock.after(limitMs, () => {
        void worker.terminate();
        settle({ kind: 'timed-out' });
      });
      waiter = (answer) => {
        waiter = undefined;
        cancel();
        resolve(answer);
      };
      if (early) {
        const answer = early;
        early = undefined;
        waiter(answer);
      }
    });
  }

  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'log') write(message.text);
    else settle(message);
  });
  worker.on('error', (error) => settle(crash(error)));
  worker.on('exit', (code) => settle(exit(code)));

  return {
    started: next,
    invoke(message, limitMs) {
      worker.postMessage(message);
      return next(limitMs);
    },
    output: (sink) => {
      write = sink;
    },
    alive: () => alive,
    async stop() {
      alive = false;
      await worker.terminate();
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function crash(error: Error & { code?: string }): Answer {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY')
    return { kind: 'crashed', failure: { errorType: error.name, errorMessage: error.message, trace: [] } };
  const report = 'Runtime exited with error: signal: killed';
  return { kind: 'exited', failure: { errorType: 'Runtime.OutOfMemory', errorMessage: report }, report };
}

function exit(code: number): Answer {
  const report =
    code === 0
      ? 'Runtime exited without providing a reason'
      : `Runtime exited with error: exit status ${code}`;
  return { kind: 'exited', failure: { errorType: 'Runtime.ExitError', errorMessage: report }, report };
}
