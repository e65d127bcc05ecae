/** A crawler that sees less, or makes other tables of what it sees. */

import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, turned, UNKNOWN, type Unknown } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

/** What each argument should be, and what happens when it is something else. */
const WANTED: readonly { path: string; fine: (value: Json) => boolean; effect: string }[] = [
  {
    path: 'schema_change_policy.0.update_behavior',
    fine: (value) => value === 'UPDATE_IN_DATABASE' || value === null,
    effect: 'a column that is new in the orders does not join the table, and no view can ask for it',
  },
  {
    path: 'recrawl_policy.0.recrawl_behavior',
    fine: (value) => value === 'CRAWL_EVERYTHING' || value === null,
    effect: 'it looks only at folders it has not seen, and misses what comes late into an hour it has',
  },
  {
    path: 's3_target.0.exclusions',
    fine: (value) => value === null || (Array.isArray(value) && value.length === 0),
    effect: 'the files that match are in the lake and in no partition',
  },
  {
    path: 's3_target.0.sample_size',
    fine: (value) => value === null || value === 0,
    effect: 'a column that only some files have may be missed',
  },
  {
    path: 'configuration',
    fine: keepsOneTable,
    effect: 'an hour whose orders have other columns may become a table or a partition schema of its own',
  },
  {
    path: 'classifiers',
    fine: (value) => value === null || (Array.isArray(value) && value.length === 0),
    effect:
      'a classifier of ours decides before Glue’s JSON one, and its types may be other than the views expect',
  },
];

export const CRAWLER_UPDATES: Rule = {
  name: 'crawler-updates',
  looksAt:
    'What the crawler sees, and what it makes of it: update behaviour, recrawl policy, exclusions, sample, grouping, classifiers.',
  types: ['aws_glue_crawler'],
  judge: (change) => WANTED.flatMap(({ path, fine, effect }) => judged(change, path, fine, effect)),
};

function judged(
  change: ResourceChange,
  path: string,
  fine: (value: Json) => boolean,
  effect: string,
): Remark[] {
  const turn = turned(change, path);
  if (!turn) return [];
  const argument = path.split('.').at(-1);
  if (turn.to === UNKNOWN) return [cannotTell(`The crawler's ${argument}`, 'warn')];
  if (fine(turn.to)) return [];
  return [
    {
      severity: 'warn',
      sentence: `The crawler's ${argument} is ${brief(turn.to)}: ${effect}.`,
      nextStep: 'Let it crawl in dev, and compare the table’s columns and partitions with those of before.',
    },
  ];
}

/** One table for all of orders/, its partitions with the table's columns. */
function keepsOneTable(value: Json): boolean {
  try {
    const { Grouping, CrawlerOutput } = JSON.parse(String(value)) as {
      Grouping?: { TableGroupingPolicy?: string };
      CrawlerOutput?: { Partitions?: { AddOrUpdateBehavior?: string } };
    };
    return (
      Grouping?.TableGroupingPolicy === 'CombineCompatibleSchemas' &&
      CrawlerOutput?.Partitions?.AddOrUpdateBehavior === 'InheritFromTable'
    );
  } catch {
    return false;
  }
}

function brief(value: Json | Unknown): string {
  const text = shown(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
