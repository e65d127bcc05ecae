/**
 * One crawl: list the targets, read what is new or changed, decide the tables, write the catalog.
 *
 *     lake → [crawl] → catalog
 *
 * Everything is done as the crawler's role. What was read is remembered as it is read; the catalog is written at the
 * end, in one unit of work together with the crawl's ending.
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import type { Read, Tx } from '../../store/store.ts';
import type { CustomClassifier, Profile } from './classify.ts';
import type { CrawlerConfig, Target } from './config.ts';
import type { Crawl, Summary } from './crawl-record.ts';
import { type Item, planTables, type TablePlan } from './group.ts';
import { parseJsonPath } from './json-path.ts';
import { folderOf, type Listed, listTarget, sampled } from './listing.ts';
import { fingerprint, forget, isUnchanged, type Remembered, recall, remember } from './memory.ts';
import { readProfile } from './sample.ts';
import { putTablesFound, stateOf, stop, tablesFound } from './state.ts';
import { writeCatalog } from './write.ts';

/** Objects that are read side by side, and remembered together. */
const READS_AT_ONCE = 8;

export type Progress = { objects(count: number): void; written(summary: Summary): void };

type Found = {
  target: Target;
  profiles: Map<string, Remembered>;
  /** Remembered objects that are gone. */
  gone: string[];
};

/** Runs the crawl to its ending; a crawl that was stopped meanwhile leaves the catalog as it was. */
export async function crawl(
  ports: Ports,
  config: CrawlerConfig,
  role: Principal,
  current: Crawl,
  progress: Progress,
): Promise<void> {
  const classifiers = await classifiersOf(ports, config);
  const found: Found[] = [];
  for (const target of config.targets) {
    const each = await look(ports, config, role, target, current, classifiers, progress);
    if (!each) return;
    found.push(each);
  }
  const plans = found.flatMap(({ target, profiles }) =>
    planTables(target, jsonItems(profiles), config.output),
  );
  await ports.store.transact((tx) => {
    if (!isRunning(tx, config, current)) return;
    const glue = <O>(operation: string, input: Record<string, unknown>) =>
      ports.callIn<O>(tx, role, 'glue', operation, input);
    glue('GetDatabase', { Name: config.database });
    const { summary, tables } = writeCatalog(glue, config, plans, tablesFound(tx, config.name));
    putTablesFound(tx, config.name, tables);
    for (const each of found) forgetAll(tx, config, each);
    stop(tx, config.name, current, { status: 'SUCCEEDED', summary, warning: warningOf(found, plans) });
    progress.written(summary);
  });
}

function isRunning(read: Read, config: CrawlerConfig, current: Crawl): boolean {
  const now = stateOf(read, config.name);
  return now.state === 'RUNNING' && now.crawl.id === current.id;
}

async function classifiersOf(ports: Ports, config: CrawlerConfig): Promise<CustomClassifier[]> {
  type Answer = { Classifier: { JsonClassifier: { JsonPath: string } } };
  return Promise.all(
    config.classifiers.map(async (Name) => {
      const answer = await ports.call<Answer>({ kind: 'aws' }, 'glue', 'GetClassifier', { Name });
      const jsonPath = answer.Classifier.JsonClassifier.JsonPath;
      const path = parseJsonPath(jsonPath);
      if (path) return { jsonPath, path };
      throw new AwsError('InvalidInputException', `Classifier ${Name}: cannot read JsonPath ${jsonPath}`);
    }),
  );
}

/** What lies under the target, reading what is not remembered; undefined when the crawl was stopped meanwhile. */
async function look(
  ports: Ports,
  config: CrawlerConfig,
  role: Principal,
  target: Target,
  current: Crawl,
  classifiers: readonly CustomClassifier[],
  progress: Progress,
): Promise<Found | undefined> {
  const listed = await listTarget(ports, role, target);
  const remembered = recall(ports.store, config.name, target);
  const kept = config.recrawl === 'CRAWL_NEW_FOLDERS_ONLY' ? ofOldFolders(remembered, current) : new Map();
  const oldFolders = new Set([...kept.keys()].map(folderOf));
  const open = listed.filter(({ key }) => !oldFolders.has(folderOf(key)));
  const paths = fingerprint(classifiers);
  const profiles = new Map<string, Remembered>(kept);
  const unread: Listed[] = [];
  for (const each of sampled(open, target.sampleSize)) {
    const entry = remembered.get(each.key);
    if (entry && isUnchanged(entry, each, paths)) profiles.set(each.key, entry);
    else unread.push(each);
  }
  for (let from = 0; from < unread.length; from += READS_AT_ONCE) {
    if (!isRunning(ports.store, config, current)) return undefined;
    const batch = unread.slice(from, from + READS_AT_ONCE);
    const read = await Promise.all(batch.map((each) => profileOf(ports, role, target, each, classifiers)));
    const entries = batch.flatMap((each, index): Remembered[] => {
      const profile = read[index];
      return profile ? [{ listed: each, profile, classifiers: paths, crawl: current.id }] : [];
    });
    await ports.store.transact((tx) => {
      for (const entry of entries) remember(tx, config.name, target, entry);
    });
    for (const entry of entries) profiles.set(entry.listed.key, entry);
    progress.objects(entries.length);
  }
  return { target, profiles, gone: [...remembered.keys()].filter((key) => !profiles.has(key)) };
}

/** What earlier crawls read: with CRAWL_NEW_FOLDERS_ONLY those folders are not looked at again. */
function ofOldFolders(remembered: ReadonlyMap<string, Remembered>, current: Crawl): Map<string, Remembered> {
  return new Map([...remembered].filter(([, entry]) => entry.crawl !== current.id));
}

/** Undefined when the object is gone since it was listed. */
async function profileOf(
  ports: Ports,
  role: Principal,
  target: Target,
  { key, size }: Listed,
  classifiers: readonly CustomClassifier[],
): Promise<Profile | undefined> {
  try {
    const { Body } = await ports.call<{ Body: AsyncIterable<Uint8Array> }>(role, 's3', 'GetObject', {
      Bucket: target.bucket,
      Key: key,
    });
    return await readProfile(Body, size, classifiers);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** The objects that can be in a table, in key order, whatever order they were read in. */
function jsonItems(profiles: ReadonlyMap<string, Remembered>): Item[] {
  return [...profiles.values()]
    .flatMap(({ listed: { key, size }, profile }): Item[] =>
      profile.kind === 'json' ? [{ key, size, profile }] : [],
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function forgetAll(tx: Tx, config: CrawlerConfig, { target, gone }: Found): void {
  for (const key of gone) forget(tx, config.name, target, key);
}

function warningOf(found: readonly Found[], plans: readonly TablePlan[]): string | null {
  const warnings: string[] = [];
  for (const { target, profiles } of found) {
    if (profiles.size === 0) warnings.push(`Nothing lies under ${target.path}.`);
    for (const { listed, profile } of profiles.values())
      if (profile.kind === 'unknown')
        warnings.push(`s3://${target.bucket}/${listed.key} is UNKNOWN: ${profile.reason}.`);
  }
  for (const { location, strays } of plans)
    if (strays > 0) warnings.push(`${strays} objects under ${location} lie above its partitions.`);
  const [first] = warnings;
  if (first === undefined) return null;
  return warnings.length === 1 ? first : `${first} (and ${warnings.length - 1} more)`;
}
