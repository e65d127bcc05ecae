/**
 * What CloudWatch Logs would hold of a function: a file named after its log group under `<data dir>/logs`, with the
 * START, END and REPORT lines that Lambda adds.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */

import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { EngineError } from '../../aws-error.ts';

export type FunctionLog = { write(text: string): void; close(): Promise<void> };

export type Report = {
  requestId: string;
  durationMs: number;
  memoryMb: number;
  usedMb: number;
  initMs?: number;
};

/** A log that cannot be written (a full disk) is said once and stops nobody: it is no part of the data's way. */
export function openFunctionLog(
  directory: string,
  group: string,
  failed: (error: Error) => void,
): FunctionLog {
  const path = join(directory, `${group}.log`);
  if (!path.startsWith(normalize(directory)))
    throw new EngineError(
      `The log group "${group}" would lie outside the data directory.`,
      'Name the log group without "..".',
    );
  mkdirSync(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flags: 'a' }).on('error', failed);
  return {
    write: (text) => void (stream.writable && stream.write(text)),
    close: () => new Promise((resolve) => (stream.writable ? stream.end(resolve) : resolve())),
  };
}

export type LogFormat = 'Text' | 'JSON';

export function startLine(format: LogFormat, at: number, requestId: string): string {
  return format === 'Text'
    ? `START RequestId: ${requestId} Version: $LATEST\n`
    : platformEvent(at, 'platform.start', { requestId, version: '$LATEST' });
}

export function reportLines(format: LogFormat, at: number, report: Report): string {
  const billed = Math.max(1, Math.ceil(report.durationMs));
  if (format === 'JSON')
    return platformEvent(at, 'platform.report', {
      requestId: report.requestId,
      metrics: {
        durationMs: report.durationMs,
        billedDurationMs: billed,
        memorySizeMB: report.memoryMb,
        maxMemoryUsedMB: report.usedMb,
        ...(report.initMs === undefined ? {} : { initDurationMs: report.initMs }),
      },
    });
  const init = report.initMs === undefined ? '' : `Init Duration: ${report.initMs.toFixed(2)} ms\t`;
  return (
    `END RequestId: ${report.requestId}\n` +
    `REPORT RequestId: ${report.requestId}\tDuration: ${report.durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${billed} ms\tMemory Size: ${report.memoryMb} MB\tMax Memory Used: ${report.usedMb} MB\t${init}\n`
  );
}

/** What the platform itself has to say of an invocation, such as that it timed out. */
export function platformLine(at: number, requestId: string, text: string): string {
  return `${new Date(at).toISOString()} ${requestId} ${text}\n\n`;
}

function platformEvent(at: number, type: string, record: Record<string, unknown>): string {
  return `${JSON.stringify({ time: new Date(at).toISOString(), type, record })}\n`;
}
