/**
 * The objects of one delivery: the records that were processed, one after the other, and beside them, under the error
 * prefix, the records that failed. A second put under the same key overwrites the first.
 */

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Ports, Principal } from '../../ports.ts';
import type { DeliveryStreamConfig } from './config.ts';
import { errorLine } from './error-record.ts';
import type { Plan } from './plan.ts';
import type { Processed } from './processor.ts';

export type Carried = { written: number; failed: number; firstFailure?: string };

const compress = promisify(gzip);
/** Speed matters more than a few percent of an object's size. */
const GZIP_LEVEL = 6;

export async function putObjects(
  config: DeliveryStreamConfig,
  ports: Ports,
  plan: Plan,
  processed: readonly Processed[],
): Promise<Carried> {
  const rows: Uint8Array[] = [];
  const errors: string[] = [];
  let firstFailure: string | undefined;
  for (const { record, result } of processed) {
    if (result.kind === 'ok') rows.push(result.data);
    if (result.kind !== 'failed') continue;
    errors.push(errorLine(record, result.failure, config.lambda?.functionArn ?? ''));
    firstFailure ??= `${result.failure.errorCode}: ${result.failure.errorMessage}`;
  }
  // A try before this one may have put rows that have failed since: an object without them takes their place.
  if (plan.rows) await put(config, ports, plan.key, await encode(config, Buffer.concat(rows)));
  if (errors.length > 0) await put(config, ports, plan.errorKey, Buffer.from(errors.join('')));
  return {
    written: rows.length,
    failed: errors.length,
    ...(firstFailure === undefined ? {} : { firstFailure }),
  };
}

async function encode({ compression }: DeliveryStreamConfig, body: Buffer): Promise<Uint8Array> {
  return compression === 'GZIP' ? compress(body, { level: GZIP_LEVEL }) : body;
}

async function put(config: DeliveryStreamConfig, ports: Ports, key: string, body: Uint8Array): Promise<void> {
  const role: Principal = { kind: 'role', roleArn: config.roleArn, session: config.name };
  await ports.call(role, 's3', 'PutObject', {
    Bucket: config.bucket,
    Key: key,
    Body: body,
    ContentType: 'application/octet-stream',
  });
}
