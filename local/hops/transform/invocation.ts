/**
 * One invocation in one environment: starts it if it is new, hands it the event within the function's time, writes
 * Lambda's lines into the log around what the function prints, and puts whatever happened into Lambda's form.
 */

import { AwsError } from '../../aws-error.ts';
import type { Clock } from '../../clock.ts';
import type { FunctionConfig } from './config.ts';
import { type FunctionLog, platformLine, reportLines, startLine } from './function-log.ts';
import type { Answer, Environment, FunctionFailure, Tally } from './worker.ts';

export type Invocation = {
  payload: Uint8Array;
  /** Absent when the function answered. */
  failure?: FunctionFailure;
  /** Absent when it did not. */
  tally?: Tally;
  durationMs: number;
  /** The end of the invocation's log. */
  logTail: Uint8Array;
};

export type Call = { requestId: string; functionArn: string; event: Uint8Array; isFirst: boolean };

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const RESPONSE_BYTES_MAX = 6_291_556;
/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_MS_MAX = 10_000;
/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: the last 4 KB of the execution log. */
const LOG_TAIL_BYTES_MAX = 4_096;
const MEGABYTE = 1024 * 1024;
const QUIET_LEVELS: readonly string[] = ['WARN', 'ERROR', 'FATAL'];

export async function runInvocation(
  config: FunctionConfig,
  environment: Environment,
  call: Call,
  log: FunctionLog,
  clock: Clock,
): Promise<Invocation> {
  const { requestId } = call;
  const lines: string[] = [];
  const write = (text: string): void => {
    lines.push(text);
    log.write(text);
  };
  const platform = (text: string): void =>
    QUIET_LEVELS.includes(config.log.systemLevel) ? undefined : write(text);
  environment.output(write);
  platform(startLine(config.log.format, clock.now(), requestId));

  const { answer, initMs, durationMs, limitMs } = await timed(config, environment, call, clock);
  const outcome = outcomeOf(answer, requestId, limitMs / 1000);
  if (outcome.line) write(platformLine(clock.now(), requestId, outcome.line));
  const usedMb = Math.ceil(('usedBytes' in answer ? answer.usedBytes : 0) / MEGABYTE);
  const report = { requestId, durationMs, memoryMb: config.memoryMb, usedMb };
  platform(
    reportLines(config.log.format, clock.now(), { ...report, ...(initMs === undefined ? {} : { initMs }) }),
  );
  return {
    payload: outcome.payload,
    durationMs,
    ...(outcome.failure ? { failure: outcome.failure } : {}),
    ...(answer.kind === 'done' ? { tally: answer.tally } : {}),
    logTail: Buffer.from(lines.join('')).subarray(-LOG_TAIL_BYTES_MAX),
  };
}

type Timed = { answer: Answer; initMs?: number; durationMs: number; limitMs: number };

/** The start of an environment has a time limit of its own and is not the function's to pay. */
async function timed(
  config: FunctionConfig,
  environment: Environment,
  { requestId, functionArn, event, isFirst }: Call,
  clock: Clock,
): Promise<Timed> {
  const begun = clock.now();
  const init = isFirst ? await environment.started(INIT_MS_MAX) : undefined;
  const invokedAt = clock.now();
  if (init && init.kind !== 'ready')
    return { answer: init, durationMs: invokedAt - begun, limitMs: INIT_MS_MAX };
  const limitMs = config.timeoutSeconds * 1000;
  const answer = await environment.invoke({ requestId, functionArn, event, remainingMs: limitMs }, limitMs);
  const durationMs = clock.now() - invokedAt;
  return { answer, durationMs, limitMs, ...(init ? { initMs: invokedAt - begun } : {}) };
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
