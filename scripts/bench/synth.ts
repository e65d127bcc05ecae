/** How long the synthesis of every environment takes, from nothing, and what memory it holds at most. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_NAMES } from '../../stacks/names.ts';
import { type Benchmark, median } from './figure.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROUNDS = 3;
const SECONDS_MAX = 4;
const MEGABYTES_MAX = 300;
/** Told by the process itself as it ends: the kernel's own count, in kilobytes. */
const TELL_MEMORY =
  'data:text/javascript,process.on("exit",()=>process.stdout.write("rss "+process.resourceUsage().maxRSS))';

export const synth: Benchmark = {
  name: 'synth',
  about: `all ${ENVIRONMENT_NAMES.length} environments to Terraform JSON and zips, nothing cached`,
  async run(say) {
    const rounds: { seconds: number; megabytes: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await synthesizeAll());
      say(`${rounds.at(-1)?.seconds.toFixed(2)} s`);
    }
    return [
      {
        what: 'synth of all environments',
        ours: median(rounds.map(({ seconds }) => seconds)),
        unit: 's',
        against: { kind: 'at most', value: SECONDS_MAX, source: 'limit' },
      },
      {
        what: 'its memory (RSS)',
        ours: median(rounds.map(({ megabytes }) => megabytes)),
        unit: 'MB',
        against: { kind: 'at most', value: MEGABYTES_MAX, source: 'limit' },
      },
    ];
  },
};

async function synthesizeAll(): Promise<{ seconds: number; megabytes: number }> {
  const out = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', TELL_MEMORY, join(ROOT, 'stacks/main.ts')],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDKTF_OUTDIR: out } },
  );
  let told = '';
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - startedAt) / 1_000;
  rmSync(out, { recursive: true });
  if (code !== 0) throw new Error(`The synthesis ended with exit code ${code}.`);
  return { seconds, megabytes: Number(/rss (\d+)/.exec(told)?.[1]) / 1_024 };
}
