/**
 * From the plans of three environments, as Terraform prints them, to the comment of a pull request: how long it takes,
 * and whether it fits, with 80 resources in each and every change of stored data among them.
 */

import { COMMENT_BYTES_MAX, comment } from '../summary/comment.ts';
import { PLANNED } from '../summary/read-folder.ts';
import { summarize } from '../summary/summary.ts';
import { largeChanges } from '../summary/testing/hostile.ts';
import { about } from '../summary/testing/plans.ts';
import type { ResourceChange } from '../terraform/plan-json.ts';
import { readPlan } from '../terraform/read-plan.ts';
import type { Benchmark } from './figure.ts';

const RESOURCES = 80;
const SECONDS_MAX = 1;
/** GitHub's own limit. */
const CHARACTERS_MAX = 65_536;

export const summary: Benchmark = {
  name: 'summary',
  about: `the comment of three environments of ${RESOURCES} resources, from plan JSON, in the first run of a process`,
  async run() {
    const plans = PLANNED.map((environment) => ({
      environment,
      json: planJson(largeChanges(environment, RESOURCES)),
    }));
    const startedAt = performance.now();
    const summaries = plans.map(({ environment, json }) =>
      summarize({
        ...about(environment),
        kind: 'sealed',
        plan: readPlan(json),
        state: { lineage: 'a', serial: 1 },
        bundle: new Uint8Array(),
      }),
    );
    const { text } = comment({ summaries, missing: [], pageOf: () => undefined }, COMMENT_BYTES_MAX);
    const seconds = (performance.now() - startedAt) / 1_000;
    const kilobytes = Math.round(plans.reduce((sum, { json }) => sum + json.length, 0) / 1_000);
    return [
      {
        what: `comment of 3 × ${RESOURCES} resources from plan JSON`,
        ours: seconds,
        unit: 's',
        against: { kind: 'at most', value: SECONDS_MAX, source: 'limit' },
        note: `${kilobytes} kB of JSON`,
      },
      {
        what: `characters of that comment`,
        ours: text.length,
        unit: '',
        against: { kind: 'at most', value: CHARACTERS_MAX - 1, source: 'GitHub’s limit' },
      },
    ];
  },
};

/** As `terraform show -json` tells the changes. */
function planJson(changes: readonly ResourceChange[]): string {
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: changes.map(({ address, type, action, before, after, replacePaths }) => ({
      address,
      mode: 'managed',
      type,
      change: {
        actions: action === 'replace' ? ['delete', 'create'] : [action],
        before,
        after,
        after_unknown: {},
        replace_paths: replacePaths.map((path) => path.split('.')),
      },
    })),
    applyable: true,
    complete: true,
    errored: false,
  });
}
