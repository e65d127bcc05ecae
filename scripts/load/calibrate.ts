/**
 * What k6 can do on this machine: two seconds of the same script against a server that does nothing but answer. It
 * shares the machine with that server, as it will with the pipeline, so the figure errs on the careful side.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRICS } from '../../loadtest/measures.ts';
import { type Profile, profileOf } from '../../loadtest/profile.ts';
import { UsageError } from '../command.ts';
import { type K6, startK6 } from './k6.ts';

const SECONDS = 2;
const VUS = 16;

/** Changes a second that k6 can write at the most. */
export async function changesPerSecondMax(
  k6: K6,
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'calibrate-'));
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const here = { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const run = await startK6(k6, script, directory, here, [
      '--vus',
      String(VUS),
      '--duration',
      `${SECONDS}s`,
    ]).ended;
    if (run.kind === 'broke') throw new Error(run.reason);
    const { state, metrics } = run.summary;
    return (
      ((metrics[METRICS.changes]?.values['count'] ?? 0) * 1_000) /
      (state?.testRunDurationMs ?? SECONDS * 1_000)
    );
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Of what k6 made in the trial: the pipeline takes its part of the machine too. */
const SURE_SHARE = 0.8;

/**
 * A peak that this machine cannot make would end as iterations never begun; better said before. The usual peak, which
 * nobody asked for, is taken down to what k6 surely makes.
 */
export function withPeakWithin(profile: Profile, ordersPerSecondMax: number, peakAsked: boolean): Profile {
  if (ordersPerSecondMax >= profile.peak) return profile;
  const sure = Math.floor(ordersPerSecondMax * SURE_SHARE);
  if (!peakAsked && sure > 0) return profileOf(profile.name, sure, profile.seconds);
  const [most, peak] = [Math.floor(ordersPerSecondMax), profile.peak].map((each) =>
    each.toLocaleString('en-US'),
  );
  throw new UsageError(
    `k6 makes about ${most} orders a second on this machine, and the peak is ${peak}.`,
    'Give a lower --peak or --writes batch, or use several machines (docs/load.md).',
  );
}
