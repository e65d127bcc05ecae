/** The files that the tidy test looks at: everything in the repository that .gitignore does not name. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from './rule.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Text only; zips and pictures have no style. */
const TEXT = /(\.(ts|mts|mjs|js|json|sql|py|sh|md|ya?ml|toml)|\/\.?(run|npmrc|gitignore|CODEOWNERS))$/;

export function repositoryFiles(): Source[] {
  const ignored = ignoredFolders();
  const paths: string[] = [];
  const folders = [ROOT];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const own = relative(ROOT, path).split(sep).join('/');
      if (ignored.has(own) || ignored.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (TEXT.test(`/${own}`)) paths.push(own);
    }
  return paths.sort().map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function ignoredFolders(): Set<string> {
  const lines = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
  const folders = lines.map((line) => line.trim()).filter((line) => line.endsWith('/'));
  return new Set(['.git', ...folders.map((line) => line.slice(0, -1))]);
}
