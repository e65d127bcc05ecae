/** The views of `sql/views/`, read from the directory: the file's name is the view's. */

import { readdirSync, readFileSync } from 'node:fs';
import type { View } from '../lambdas/publish-views/dependencies.ts';

const DIRECTORY = new URL('../sql/views/', import.meta.url);
const ENDING = '.sql';

export function readViews(): View[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ENDING.length),
      sql: readFileSync(new URL(file, DIRECTORY), 'utf8'),
    }));
}
