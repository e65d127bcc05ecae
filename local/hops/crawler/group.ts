/**
 * Which tables lie under a target, and which folders are their partitions. A folder is one table when most of the
 * folders below it hold data of one kind; else its folders are looked at one by one, and files that have nothing in
 * common are tables of their own.
 *
 * AWS tells the rule by example and by two numbers: more than 70 % of the schemas alike, at most five kinds
 * (https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html,
 * https://repost.aws/knowledge-center/glue-crawler-detect-schema).
 */

import type { JsonProfile } from './classify.ts';
import type { OutputConfig, Target } from './config.ts';
import { type Field, mergeFields, similarity } from './schema.ts';

export type Item = { key: string; size: number; profile: JsonProfile };

export type PartitionPlan = { values: string[]; location: string; items: Item[] };
export type TablePlan = {
  /** The last folder's name, as the table's name is made of it. */
  baseName: string;
  location: string;
  keys: string[];
  items: Item[];
  partitions: PartitionPlan[];
  /** Objects that lie above the partitions' level, which no query will see. */
  strays: number;
};

const SIMILARITY_MIN = 0.7;
const KINDS_MAX = 5;

type Located = { item: Item; folders: string[] };
/** Located items below the folder of these names. */
type Folder = { path: string[]; items: Located[] };
/** A folder whose files are of too many kinds to be one table. */
const MIXED = 'mixed';

type Unit = { kind: string; fields: Field[]; depth: number };

export function planTables(target: Target, items: readonly Item[], output: OutputConfig): TablePlan[] {
  const located = items.map((item) => ({
    item,
    folders: item.key.slice(target.prefix.length).split('/').slice(0, -1),
  }));
  const root: Folder = { path: [], items: located };
  const level = output.tableLevel;
  if (level === undefined) return tablesAt(target, root, output.combineCompatibleSchemas);
  const depth = Math.max(0, level - 1 - target.prefix.split('/').filter(Boolean).length);
  return foldersAt(root, depth).map((folder) => tableOf(target, folder, depthOf(leaves(folder))));
}

function tablesAt(target: Target, folder: Folder, combine: boolean): TablePlan[] {
  if (folder.items.length === 0) return [];
  const found = majority(unitsOf(folder, combine), combine);
  if (found) return [tableOf(target, folder, found.depth)];
  const here = folder.items.filter(({ folders }) => folders.length === folder.path.length);
  const below = foldersAt(folder, folder.path.length + 1);
  return [
    ...here.map((each) => fileTable(target, each)),
    ...below.flatMap((each) => tablesAt(target, each, combine)),
  ];
}

/** The folders `depth` below the target that hold something, by name. */
function foldersAt(folder: Folder, depth: number): Folder[] {
  const byPath = new Map<string, Folder>();
  for (const each of folder.items) {
    if (each.folders.length < depth) continue;
    const path = each.folders.slice(0, depth);
    const known = byPath.get(path.join('/'));
    if (known) known.items.push(each);
    else byPath.set(path.join('/'), { path, items: [each] });
  }
  return [...byPath.values()];
}

/** The folders that hold files themselves. */
function leaves(folder: Folder): Folder[] {
  const byPath = new Map<string, Folder>();
  for (const each of folder.items) {
    const known = byPath.get(each.folders.join('/'));
    if (known) known.items.push(each);
    else byPath.set(each.folders.join('/'), { path: each.folders, items: [each] });
  }
  return [...byPath.values()];
}

/** What is compared: the folders that hold files, or the files when all lie in this one folder. */
function unitsOf(folder: Folder, combine: boolean): Unit[] {
  const all = leaves(folder);
  const own = all.length === 1 && all[0]?.path.length === folder.path.length;
  if (own) return folder.items.map((each) => fileUnit(each, combine));
  return all.map((leaf) => {
    const units = leaf.items.map((each) => fileUnit(each, combine));
    const main = majority(units, combine);
    return main ?? { kind: MIXED, fields: [], depth: leaf.path.length };
  });
}

function fileUnit({ item, folders }: Located, combine: boolean): Unit {
  const { jsonPath, compression, fields } = item.profile;
  return { kind: `json/${jsonPath ?? ''}/${combine ? '' : compression}`, fields, depth: folders.length };
}

/** The kind that most units are of, its schema merged; undefined when there is no such kind. */
function majority(units: readonly Unit[], combine: boolean): Unit | undefined {
  const clusters: { unit: Unit; count: number }[] = [];
  for (const unit of units) {
    const home = clusters.find((each) => (combine ? each.unit.kind === unit.kind : alike(each.unit, unit)));
    if (home) {
      home.unit = { ...home.unit, fields: mergeFields(home.unit.fields, unit.fields) };
      home.count += 1;
    } else clusters.push({ unit, count: 1 });
  }
  const largest = clusters.reduce((a, b) => (b.count > a.count ? b : a));
  if (largest.unit.kind === MIXED || clusters.length > KINDS_MAX) return undefined;
  if (largest.count / units.length <= SIMILARITY_MIN) return undefined;
  return combine ? { ...largest.unit, depth: commonDepth(units.map(({ depth }) => depth)) } : largest.unit;
}

function alike(a: Unit, b: Unit): boolean {
  return a.kind === b.kind && a.depth === b.depth && similarity(a.fields, b.fields) > SIMILARITY_MIN;
}

function depthOf(folders: readonly Folder[]): number {
  return commonDepth(folders.map(({ path }) => path.length));
}

/** The most frequent depth; the deeper of two that are equally frequent. */
function commonDepth(depths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const depth of depths) counts.set(depth, (counts.get(depth) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a))[0];
}

function locationOf(target: Target, folders: readonly string[]): string {
  return `s3://${target.bucket}/${target.prefix}${folders.map((folder) => `${folder}/`).join('')}`;
}

function tableOf(target: Target, folder: Folder, depth: number): TablePlan {
  const whole = foldersAt(folder, depth);
  const levels = depth - folder.path.length;
  const keys = Array.from({ length: levels }, (_, level) =>
    keyOf(
      whole.map(({ path }) => path[folder.path.length + level] ?? ''),
      level,
    ),
  );
  const location = locationOf(target, folder.path);
  const partitions =
    levels === 0
      ? []
      : whole.map(({ path, items }) => ({
          values: path.slice(folder.path.length).map((name, level) => valueIn(name, keys[level] ?? '')),
          location: locationOf(target, path),
          items: items.map(({ item }) => item),
        }));
  const within = whole.reduce((sum, { items }) => sum + items.length, 0);
  return {
    baseName: location.split('/').filter(Boolean).pop() ?? target.bucket,
    location,
    keys,
    items: folder.items.map(({ item }) => item),
    partitions,
    strays: folder.items.length - within,
  };
}

function fileTable(target: Target, { item }: Located): TablePlan {
  return {
    baseName: item.key.split('/').pop() ?? item.key,
    location: `s3://${target.bucket}/${item.key}`,
    keys: [],
    items: [item],
    partitions: [],
    strays: 0,
  };
}

const HIVE_FOLDER = /^([^=]+)=(.*)$/s;

/** The key of a level: Hive's when most folders are `key=value` with one key, else Glue's `partition_<level>`. */
function keyOf(names: readonly string[], level: number): string {
  const counts = new Map<string, number>();
  for (const name of new Set(names)) {
    const key = HIVE_FOLDER.exec(name)?.[1]?.toLowerCase();
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [best, count] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  return count / new Set(names).size > SIMILARITY_MIN ? best : `partition_${level}`;
}

function valueIn(name: string, key: string): string {
  const match = HIVE_FOLDER.exec(name);
  return match?.[1]?.toLowerCase() === key ? (match[2] ?? '') : name;
}
