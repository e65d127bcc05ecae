/**
 * What load costs k6: its own processor time, by the system's accounting, so that whatever else runs on the machine
 * hardly matters. k6 is held to one core and sends to a process that only answers; each round takes every kind of turn,
 * and what k6 costs without any is taken off.
 *
 *     [load] → k6 (load-script) → load-sink
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { orderText } from '../../loadtest/orders.ts';
import { sha256Bytes } from '../../loadtest/sha256-in-node.ts';
import { bundleScript } from '../load/bundle.ts';
import { findK6, type K6 } from '../load/k6.ts';
import { type Benchmark, type Figure, median } from './figure.ts';
import type { SinkReady } from './load-sink.ts';
import { MODEL, TURNS, type Turn } from './load-turns.ts';
import { forkProgram } from './processes.ts';

const ROUNDS = 11;
const SIGNED_SHARE_MIN = 0.9;
const BATCH_FACTOR_MIN = 5;
const ORDERS_PER_SECOND_MIN = { k6: 30_000, node: 300_000 } as const;
const ORDERS_IN_NODE = 200_000;

/** A second of k6's or Node's processor time. */
const PER_CORE_SECOND = 'a core-second';

const KINDS = Object.keys(TURNS) as Turn[];
type Rates = Record<Exclude<Turn, 'nothing'> | 'node', number[]>;

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
      return figuresOf(await measure((turn) => processorSeconds(k6, script, turn, port), say));
    } finally {
      sink.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** Orders a core-second, of each kind of turn in each round. */
async function measure(
  secondsOf: (turn: Turn) => Promise<number>,
  say: (line: string) => void,
): Promise<Rates> {
  const seconds: Record<Turn, number[]> = {
    nothing: [],
    orders: [],
    unsigned: [],
    'signed once': [],
    put: [],
    batch: [],
  };
  const node: number[] = [];
  // The first round warms up and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const now: string[] = [];
    for (const turn of KINDS) {
      const taken = await secondsOf(turn);
      now.push(`${turn} ${taken.toFixed(2)} s`);
      if (round > 0) seconds[turn].push(taken);
    }
    const inNode = ordersPerSecondInNode();
    if (round > 0) node.push(inNode);
    say(`round ${round}: ${now.join(', ')}`);
  }
  const rates = (turn: Turn) => {
    const { count, ordersEach } = TURNS[turn];
    return seconds[turn].map((taken) => (count * ordersEach) / (taken - median(seconds.nothing)));
  };
  return {
    unsigned: rates('unsigned'),
    'signed once': rates('signed once'),
    put: rates('put'),
    batch: rates('batch'),
    orders: rates('orders'),
    node,
  };
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
  const before = process.cpuUsage();
  for (let i = 0; i < ORDERS_IN_NODE; i++) orderText(MODEL, i, sha256Bytes);
  const { user, system } = process.cpuUsage(before);
  return (ORDERS_IN_NODE * 1_000_000) / (user + system);
}

function figuresOf({ unsigned, 'signed once': resent, put, batch, orders, node }: Rates): Figure[] {
  const atLeast = (value: number, source: string) => ({ kind: 'at least' as const, value, source });
  const lessTenth = (rates: readonly number[], what: string) =>
    atLeast(median(rates) * SIGNED_SHARE_MIN, `${what} ${Math.round(median(rates))}, less 10 %`);
  return [
    {
      what: 'k6: signed PutItem',
      ours: median(put),
      unit: `orders ${PER_CORE_SECOND}`,
      against: lessTenth(unsigned, 'unsigned'),
      note: rounds(put),
    },
    {
      what: 'k6: signed PutItem, beside one signature for all',
      ours: median(put),
      unit: `orders ${PER_CORE_SECOND}`,
      against: lessTenth(resent, 'one signature'),
      note: 'what the signer itself costs, without k6’s work on two more headers',
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
