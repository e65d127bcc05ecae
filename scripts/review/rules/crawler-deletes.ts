/** A crawler that takes things out of the catalog by itself. */

import { cannotTell, set, shown, UNKNOWN } from '../change.ts';
import type { Rule } from '../rule.ts';

const BEHAVIOR = 'schema_change_policy.0.delete_behavior';

export const CRAWLER_DELETES: Rule = {
  name: 'crawler-deletes',
  looksAt:
    'What the crawler does to a table whose files it does not find: delete_behavior; a crawler that is deleted.',
  types: ['aws_glue_crawler', 'aws_glue_catalog_database'],
  judge(change) {
    if (change.type === 'aws_glue_catalog_database')
      return change.action === 'delete' || change.action === 'replace' ? [DATABASE] : [];
    if (change.action === 'delete') return [CRAWLER];
    const turn = set(change, BEHAVIOR);
    if (!turn) return [];
    if (turn.to === UNKNOWN) return [cannotTell('What the crawler does to a table that it misses', 'block')];
    if (turn.to === 'DELETE_FROM_DATABASE')
      return [
        {
          severity: 'block',
          sentence:
            'The crawler deletes tables and partitions whose files it does not find. One crawl with a wrong path, a missing right or an emptied prefix, and every view fails until the table is back.',
          nextStep: 'Use LOG; remove by hand what is to go.',
        },
      ];
    if (turn.to === 'LOG') return [];
    return [
      {
        severity: 'warn',
        sentence: `The crawler marks what it does not find as deprecated (${shown(turn.to ?? 'DEPRECATE_IN_DATABASE')}, AWS's default). Athena goes on reading it; tools that look at the mark do not.`,
        nextStep: 'State LOG.',
      },
    ];
  },
};

const CRAWLER = {
  severity: 'warn',
  sentence:
    'The crawler is deleted: the partitions of new hours join no table, so the views stop at the last crawl. The files keep coming.',
  nextStep: 'Keep it, or have something else add the partitions before.',
} as const;

const DATABASE = {
  severity: 'block',
  sentence:
    'The Glue database goes with the table of orders and every view in it: whoever asks gets an error until a crawl and a publishing have made them anew. The files in the lake stay.',
  nextStep: 'Keep its name and its address; a moved block renames the address.',
} as const;
