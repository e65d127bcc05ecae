/**
 * What a lake that grows costs the laptop's queries: all views over two million changes, from kept rows and groups
 * against the same DuckDB that reads the files each time; and what one more object costs with little and with much
 * history before it. No engine runs beside: this is Athena's own code over files.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, keepingDatabase, readingDatabase } from '../../local/hops/athena/database.ts';
import { openSession } from '../../local/hops/athena/session.ts';
import { type Benchmark, type Figure, median } from './figure.ts';
import { DATABASE, type LakeOnDisk, lakeOnDisk } from './lake-on-disk.ts';

const ROWS_BEFORE = 100_000;
const ROWS = 2_000_000;
const OBJECTS = 225;
const OBJECT_ROWS = Math.ceil(ROWS / OBJECTS);
const REFRESH_ROWS = 10_000;
const REFRESHES = 5;
const ROUNDS = 3;
const TIMES_AS_FAST_MIN = 10;
const TIMES_AS_DEAR_MAX = 2;

export const growth: Benchmark = {
  name: 'growth',
  about: `all views over ${count(ROWS)} changes, and a refresh after one more object`,
  async run(say) {
    const directory = mkdtempSync(join(tmpdir(), 'growth-'));
    const lake = await lakeOnDisk(join(directory, 'lake'));
    const keeping = await keepingDatabase(join(directory, 'kept'), (problem, error) => {
      throw new Error(problem, { cause: error });
    });
    const reading = await readingDatabase();
    try {
      grow(lake, ROWS_BEFORE);
      await askAll(lake, keeping);
      const before = await refreshSeconds(lake, keeping);
      say(`refresh at ${count(ROWS_BEFORE)} rows: ${before.map((each) => each.toFixed(2)).join(', ')} s`);
      grow(lake, ROWS);
      say(`${count(lake.rows())} rows are in the lake`);
      const first = await timed(() => askAll(lake, keeping));
      const kept: Map<string, number>[] = [];
      for (let round = 0; round < ROUNDS; round++) kept.push(await askAll(lake, keeping));
      const read = await askAll(lake, reading);
      for (const [view, seconds] of read) {
        const ours = kept.map((round) => (round.get(view) ?? 0).toFixed(2)).join(', ');
        say(`${view}: ${ours} s, from the files ${seconds.toFixed(1)} s`);
      }
      const after = await refreshSeconds(lake, keeping);
      say(`refresh at ${count(ROWS)} rows: ${after.map((each) => each.toFixed(2)).join(', ')} s`);
      return figuresOf({
        read: sum(read),
        kept: median(kept.map(sum)),
        first,
        before: median(before),
        after: median(after),
      });
    } finally {
      await keeping.close();
      await reading.close();
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

type Measured = { read: number; kept: number; first: number; before: number; after: number };

function figuresOf({ read, kept, first, before, after }: Measured): Figure[] {
  return [
    {
      what: `all views over ${count(ROWS)} changes, times as fast as from the files`,
      ours: read / kept,
      unit: '×',
      against: { kind: 'at least', value: TIMES_AS_FAST_MIN, source: 'limit' },
      note: `${kept.toFixed(1)} s against ${read.toFixed(1)} s; after the first look at ${count(ROWS - ROWS_BEFORE)} new rows ${first.toFixed(1)} s`,
    },
    {
      what: `refresh after ${count(REFRESH_ROWS)} rows, at ${count(ROWS)} by at ${count(ROWS_BEFORE)} rows`,
      ours: after / before,
      unit: '×',
      against: { kind: 'at most', value: TIMES_AS_DEAR_MAX, source: 'limit' },
      note: `${before.toFixed(2)} s and ${after.toFixed(2)} s of processor time`,
    },
  ];
}

function grow(lake: LakeOnDisk, rows: number): void {
  while (lake.rows() < rows) lake.deliver(OBJECT_ROWS);
}

/** Processor seconds until all views can be asked after one more object, each time it was done. */
async function refreshSeconds(lake: LakeOnDisk, database: Database): Promise<number[]> {
  const seconds: number[] = [];
  for (let refresh = 0; refresh < REFRESHES; refresh++) {
    lake.deliver(REFRESH_ROWS);
    const before = process.cpuUsage();
    for (const view of lake.views) await asked(`SELECT * FROM ${view} LIMIT 0`, lake, database);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  return seconds;
}

/** Asks each view for all of its rows and columns, but has one row as the answer: two million rows as text would cost
 * either way the same, and more than the view. Seconds by view. */
async function askAll(lake: LakeOnDisk, database: Database): Promise<Map<string, number>> {
  const seconds = new Map<string, number>();
  for (const view of lake.views) {
    const { columns } = await asked(`SELECT * FROM ${view} LIMIT 0`, lake, database);
    const question = `SELECT count(*), ${columns.map(({ name }) => `max("${name}")`).join(', ')} FROM ${view}`;
    seconds.set(view, await timed(() => asked(question, lake, database)));
  }
  return seconds;
}

async function asked(sql: string, lake: LakeOnDisk, database: Database) {
  const session = await openSession(sql, DATABASE, lake.lookup, database);
  try {
    const columns = await session.columns();
    const rows: (string | null)[][] = [];
    for await (const batch of session.rows()) rows.push(...batch);
    return { columns, rows };
  } finally {
    await session.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1_000;
}

function sum(seconds: ReadonlyMap<string, number>): number {
  return [...seconds.values()].reduce((a, b) => a + b, 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
