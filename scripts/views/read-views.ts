/**
 * The views of `sql/views/` and the seeds of `sql/seeds/` as views, read from the directories: the file's name is the
 * view's. What each reads stands in `sql/lineage.json`, which `npm run generate` writes, so that the Lambda carries no
 * parser; a file that has changed since is parsed here. Throws ViewsError for what cannot be published.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type View, ViewsError } from '../../lambdas/publish-views/dependencies.ts';
import { checkSeeds, type Seed, seedView } from '../../lambdas/publish-views/seeds.ts';
import { checkPortable } from './portability.ts';

/** By view: the digest of its SQL, and how often it reads each table or view. */
export type Lineage = Record<string, { sha256: string; reads: Record<string, number> }>;

const LINEAGE = new URL('../../sql/lineage.json', import.meta.url);

export async function readViews(): Promise<View[]> {
  const seeds = readSeeds();
  checkSeeds(seeds);
  const lineage = readLineage();
  const views: View[] = [];
  for (const { name, text: sql } of filesIn('views', '.sql')) {
    checkPortable({ name, sql });
    const known = lineage[name];
    const reads =
      known?.sha256 === sha256(sql) ? new Map(Object.entries(known.reads)) : await parsed({ name, sql });
    views.push({ name, sql, reads });
  }
  return [...seeds.map(seedView), ...views];
}

/** What sql/lineage.json should say. */
export async function lineageOf(): Promise<Lineage> {
  const lineage: Lineage = {};
  for (const { name, text: sql } of filesIn('views', '.sql'))
    lineage[name] = { sha256: sha256(sql), reads: Object.fromEntries(await parsed({ name, sql })) };
  return lineage;
}

/** The grammar takes half a second to load, so only who needs it does. */
async function parsed(view: { name: string; sql: string }) {
  const { readsOf } = await import('./parse-view.ts');
  return readsOf(view);
}

export function readSeeds(): Seed[] {
  return filesIn('seeds', '.csv').map(({ name, text }) => ({ name, csv: text }));
}

function readLineage(): Lineage {
  try {
    return JSON.parse(readFileSync(LINEAGE, 'utf8')) as Lineage;
  } catch {
    // Not there, or half merged: then every view is parsed, and `npm run generate` writes it again.
    return {};
  }
}

function filesIn(room: string, ending: string): { name: string; text: string }[] {
  const directory = new URL(`../../sql/${room}/`, import.meta.url);
  if (!existsSync(directory))
    throw new ViewsError(`There is no directory sql/${room}.`, 'Restore it, or run in a whole clone.');
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      text: readFileSync(new URL(file, directory), 'utf8'),
    }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
