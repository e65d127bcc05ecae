/**
 * The Lambda's entry: `handler` for Firehose, bundled to `index.mjs` by scripts/bundle.ts. It adds to the
 * transform only where the log goes: standard output, one JSON object a line, which CloudWatch Logs Insights reads
 * as fields (console.log would put the request id before it).
 */

import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import { type LogLine, transform } from './transform.ts';

export async function handler(event: FirehoseTransformationEvent): Promise<FirehoseTransformationResult> {
  return transform(event, writeLine);
}

function writeLine(line: LogLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
