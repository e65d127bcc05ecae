/**
 * What load costs k6: its own processor time, by the system's accounting, so that whatever else runs on the machine
 * hardly matters. k6 is held to one core and sends to a process that only answers; each round takes every kind of turn,
 * and what k6 costs without any is taken off.
 *
 *     [load] → k6 (load-script) → load-sink
 */

import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { orderText } from '../../loadtest/order-text.ts';
import { bundleScript } from '../load/bundle.ts';
import { findK6, type K6 } from '../load/k6.ts';
import { type Benchmark, type Figure, median } from './figure.ts';
import type { SinkReady } from './load-sink.ts';
import { MODEL, TURNS, type Turn } from './load-turns.ts';
import { forkProgram } from './processes.ts';

const ROUNDS = 7;
const SIGNED_SHARE_MIN = 0.9;
const BATCH_FACTOR_MIN = 5;
const ORDERS_PER_SECOND_MIN = { k6: 30_000, node: 300_000 } as const;
const ORDERS_IN_NODE = 200_000;

/** A second of k6's or Node's processor time. */
const PER_CORE_SECOND = 'a core-second';

type Measured = Exclude<Turn, 'nothing'>;
const MEASURED: readonly Measured[] = ['unsigned', 'put', 'batch', 'orders'];
type Rates = Record<Measured | 'node', number[]>;

export const load: Benchmark = {
  name: 'load',
  about: 'k6: what a signature costs, a batch saves, and the order model makes, by processor time',
  async run(say) {
    const k6 = findK6();
    const directory = mkdtempSync(join(tmpdir(), 'bench-load-'));
    const sink = forkProgram('load-sink.ts', []);
    try {
      const [{ port }] = (await once(sink, 'message')) as [SinkReady];
      const script = join(directory, 'script.js');
      bundleScript(fileURLToPath(new URL('load-script.ts', import.meta.url)), script);
      const seconds = (turn: Turn) => processorSeconds(k6, script, turn, port);
      const rates: Rates = { unsigned: [], put: [], batch: [], orders: [], node: [] };
      // The first round warms up and is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        const now = await measure(seconds);
        say(
          `round ${round}: ${MEASURED.map((turn) => `${turn} ${Math.round(now[turn])}`).join(', ')}, node ${Math.round(now.node)}`,
        );
        if (round === 0) continue;
        for (const turn of [...MEASURED, 'node'] as const) rates[turn].push(now[turn]);
      }
      return figuresOf(rates);
    } finally {
      sink.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** Orders a core-second, of each kind of turn. */
async function measure(seconds: (turn: Turn) => Promise<number>): Promise<Record<Measured | 'node', number>> {
  const idle = await seconds('nothing');
  const now = { unsigned: 0, put: 0, batch: 0, orders: 0, node: ordersPerSecondInNode() };
  for (const turn of MEASURED) {
    const { count, ordersEach } = TURNS[turn];
    now[turn] = (count * ordersEach) / ((await seconds(turn)) - idle);
  }
  return now;
}

/** The shell tells what its children cost, which Node does not. */
async function processorSeconds(k6: K6, script: string, turn: Turn, port: number): Promise<number> {
  const command = [k6.program, 'run', '--quiet', '--no-usage-report', '--address', '', script];
  const child = spawn('sh', ['-c', '"$@" >&2 && times', 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      GOMAXPROCS: '1',
      TURN: turn,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
  });
  const [told, said, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const [, userMinutes, user, systemMinutes, system] = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(told) ?? [];
  const seconds = Number(userMinutes) * 60 + Number(user) + Number(systemMinutes) * 60 + Number(system);
  if (code !== 0 || !(seconds > 0))
    throw new Error(`k6 did not take its turns (${turn}, exit ${code}): ${said.slice(-500)}`);
  return seconds;
}

function ordersPerSecondInNode(): number {
  const sha256 = (message: string): string => hash('sha256', message, 'hex');
  const before = process.cpuUsage();
  for (let i = 0; i < ORDERS_IN_NODE; i++) orderText(MODEL, i, sha256);
  const { user, system } = process.cpuUsage(before);
  return (ORDERS_IN_NODE * 1_000_000) / (user + system);
}

function figuresOf({ unsigned, put, batch, orders, node }: Rates): Figure[] {
  const atLeast = (value: number, source: string) => ({ kind: 'at least' as const, value, source });
  return [
    {
      what: 'k6: signed PutItem',
      ours: median(put),
      unit: `orders ${PER_CORE_SECOND}`,
      against: atLeast(
        median(unsigned) * SIGNED_SHARE_MIN,
        `unsigned ${Math.round(median(unsigned))}, less 10 %`,
      ),
      note: rounds(put),
    },
    {
      what: 'k6: signed BatchWriteItem',
      ours: median(batch),
      unit: `orders ${PER_CORE_SECOND}`,
      against: atLeast(median(put) * BATCH_FACTOR_MIN, `${BATCH_FACTOR_MIN} × PutItem`),
      note: rounds(batch),
    },
    {
      what: 'k6: orders of the model, one VU',
      ours: median(orders),
      unit: `orders ${PER_CORE_SECOND}`,
      against: atLeast(ORDERS_PER_SECOND_MIN.k6, 'limit'),
      note: rounds(orders),
    },
    {
      what: 'Node: orders of the model',
      ours: median(node),
      unit: `orders ${PER_CORE_SECOND}`,
      against: atLeast(ORDERS_PER_SECOND_MIN.node, 'limit'),
      note: rounds(node),
    },
  ];
}

function rounds(rates: readonly number[]): string {
  return `rounds: ${rates.map(Math.round).join(', ')}`;
}
