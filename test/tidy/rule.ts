/**
 * What a rule of the tidy test is: a promise about one file, what to do instead, and a sample that breaks it, so that
 * a rule which has gone blind fails too. Rules judge text; none of them runs or compiles anything.
 */

export type Source = { path: string; text: string };

export type Rule = {
  /** The promise, as the test's name says it. */
  promise: string;
  /** What to do instead. */
  instead: string;
  applies(path: string): boolean;
  /** What breaks the promise, one sentence each. */
  findings(source: Source): string[];
  /** Files that break it: each must be found. */
  breaks: readonly Source[];
  /** Files that come near and keep it: none may be found. */
  keeps: readonly Source[];
};

export const isTest = (path: string): boolean => /\.test\.ts$/.test(path);

/** Tests and what only tests and benchmarks use: they may know more of the house than the code does. */
export const isTestRoom = (path: string): boolean =>
  /(^|\/)(testing|fixture)\.ts$|\.(test|bench|fixture)\.ts$|^(test|scripts\/bench)\/|\/testing\/|\/test-[a-z-]+\.ts$/.test(
    path,
  );

export const isCode = (path: string): boolean => /\.(ts|mts|mjs|js)$/.test(path);
export const isGenerated = (path: string): boolean => /\.gen\.(d\.)?(ts|js)$/.test(path);

/** Every module that a file imports or re-exports, types included, with the line it stands on. */
export function importsOf(text: string): { module: string; line: number }[] {
  const statement =
    /^(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(statement)].map((found) => ({
    module: found[1] ?? found[2] ?? found[3] ?? '',
    line: lineOf(text, found.index),
  }));
}

/** The file of ours that `module` names, seen from `path`; undefined for a library. */
export function ownFile(path: string, module: string): string | undefined {
  if (!module.startsWith('.')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const step of module.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

/** Where `pattern` is found in the code: comments are blanked first, the lines stay where they are. */
export function linesWith(text: string, pattern: RegExp): string[] {
  return withoutComments(text)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`line ${index + 1}: ${line.trim()}`] : []));
}

/** Biome puts every comment of ours on lines of its own or after code and a space; that is all this has to know. */
function withoutComments(text: string): string {
  const blank = (comment: string) => comment.replace(/[^\n]/g, ' ');
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, blank).replace(/(?<=^|\s)\/\/ .*$/gm, blank);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
