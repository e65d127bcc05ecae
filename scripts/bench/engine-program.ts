/**
 * The engine as a process of its own, without the generator and the crawls of `npm start`: it tells its parent how
 * long it took to serve, and its hops' status, or for how long its event loop was busy, whenever it is asked.
 */

import { type Engine, startEngine } from '../../local/engine.ts';
import type { Quotas } from '../../local/ports.ts';
import { synthesize } from '../synth.ts';

export type EngineReady = { endpoint: string; port: number; startMs: number; dataDirectory: string };

async function main(dataDirectory: string, quotas: Quotas, stack: string | undefined): Promise<Engine> {
  const stackFile = stack ?? (await synthesize('local')).stackFile;
  const startedAt = performance.now();
  const engine = await startEngine({
    stackFile,
    dataDirectory,
    fresh: true,
    port: 0,
    quotas,
    log: (level, message, about) => {
      if (level === 'error') console.error(message, about ?? '');
    },
  });
  const ready: EngineReady = {
    endpoint: engine.endpoint,
    port: Number(new URL(engine.endpoint).port),
    startMs: performance.now() - startedAt,
    dataDirectory: engine.dataDirectory,
  };
  process.send?.(ready);
  return engine;
}

const engine = await main(process.argv[2] as string, process.argv[3] as Quotas, process.argv[4]);
process.on('message', (message) => {
  if (message === 'status') process.send?.(engine.status());
  if (message === 'busy') process.send?.(performance.eventLoopUtilization().active / 1_000);
  if (message === 'close') void engine.close().then(() => process.exit(0));
});
