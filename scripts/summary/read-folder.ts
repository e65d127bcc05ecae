/**
 * The summaries of a folder into which the artifacts of a run were put, `summary-prod/summary.json`, or any file.json of
 * it. All are of one commit, and each environment is there once; what is missing is said by name.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { readSummary } from './read-summary.ts';
import type { EnvironmentSummary } from './summary.ts';

const FILE_BYTES_MAX = 32 * 1024 * 1024;

/** Every environment that is deployed. */
export const PLANNED: readonly EnvironmentName[] = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

export type Summaries = { summaries: EnvironmentSummary[]; missing: EnvironmentName[] };

export function readSummaries(folder: string): Summaries {
  const found = new Map<EnvironmentName, EnvironmentSummary>();
  for (const path of jsonFiles(folder)) {
    const summary = readSummary(readFileSync(path, 'utf8'), path);
    if (found.has(summary.environment))
      throw new UsageError(
        `${folder} holds two summaries of ${summary.environment}.`,
        'Give a folder with the summaries of one run.',
      );
    found.set(summary.environment, summary);
  }
  const summaries = PLANNED.flatMap((name) => found.get(name) ?? []);
  const [first] = summaries;
  const other = summaries.find(({ commit, tree }) => commit !== first?.commit || tree !== first.tree);
  if (first && other)
    throw new UsageError(
      `The summaries are of two commits: ${first.environment}'s of ${first.commit}, ${other.environment}'s of ${other.commit}.`,
      'Give a folder with the summaries of one run.',
    );
  return { summaries, missing: PLANNED.filter((name) => !found.has(name)) };
}

function jsonFiles(folder: string): string[] {
  let entries: ReturnType<typeof listing>;
  try {
    entries = listing(folder);
  } catch {
    // As when no job came so far as to write one: then nothing is downloaded either.
    return [];
  }
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths)
    if (statSync(path).size > FILE_BYTES_MAX)
      throw new UsageError(
        `${path} has more than ${FILE_BYTES_MAX} bytes.`,
        'No plan of ours has such a summary.',
      );
  return paths;
}

const listing = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true });
