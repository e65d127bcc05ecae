/**
 * Files that import each other, however long the way round: which of them runs first is then an accident. Types do not
 * run, so a file may know the type of one that uses it. This rule looks at all files together.
 */

import { importsOf, isCode, ownFile, type Source } from './rule.ts';

/** A whole statement of types; the compiler erases it. */
const TYPES_ALONE = /^import type [^;]*;$/gm;

/** Each circle once, as the way round: `a.ts → b.ts → a.ts`. */
export function circles(files: readonly Source[]): string[] {
  const code = files.filter(({ path }) => isCode(path));
  const known = new Set(code.map(({ path }) => path));
  const targets = new Map(
    code.map(({ path, text }) => [
      path,
      importsOf(text.replace(TYPES_ALONE, ''))
        .flatMap(({ module }) => ownFile(path, module) ?? [])
        .filter((target) => known.has(target)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];

  function follow(path: string, way: string[]): void {
    const begin = way.indexOf(path);
    if (begin >= 0) found.push([...way.slice(begin), path].join(' → '));
    if (begin >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) follow(target, [...way, path]);
    done.add(path);
  }
  for (const path of known) follow(path, []);
  return found;
}
