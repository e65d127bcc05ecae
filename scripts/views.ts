/**
 * The views of `sql/views/` and the seeds of `sql/seeds/` as views, read from the directories: the file's name is the
 * view's. Throws ViewsError for a seed on which a projection could not stand.
 */

import { readdirSync, readFileSync } from 'node:fs';
import type { View } from '../lambdas/publish-views/dependencies.ts';
import { checkSeeds, type Seed, seedView } from '../lambdas/publish-views/seeds.ts';

export function readViews(): View[] {
  const seeds = readSeeds();
  checkSeeds(seeds);
  const views = filesIn('views', '.sql').map(({ name, text }) => ({ name, sql: text }));
  return [...seeds.map(seedView), ...views];
}

function readSeeds(): Seed[] {
  return filesIn('seeds', '.csv').map(({ name, text }) => ({ name, csv: text }));
}

function filesIn(room: string, ending: string): { name: string; text: string }[] {
  const directory = new URL(`../sql/${room}/`, import.meta.url);
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      text: readFileSync(new URL(file, directory), 'utf8'),
    }));
}
