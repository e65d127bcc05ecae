/** GetCrawlerMetrics: runtimes of the crawls so far and what the last one changed. */

import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { inputOf, list, structure, text } from '../../shape.ts';
import { type Crawlers, pageMembers, pageOf } from './operation.ts';
import { stateOf } from './state.ts';

const parse = inputOf(structure({}, { ...pageMembers, CrawlerNameList: list(text) }));

export function getCrawlerMetrics(crawlers: Crawlers): Operation {
  return transaction({
    service: 'glue',
    name: 'GetCrawlerMetrics',
    parse,
    permissions: () => [{ action: 'glue:GetCrawlerMetrics', resource: '*' }],
    run(tx, { CrawlerNameList: names, ...page }) {
      const { shown, next } = pageOf(crawlers, page);
      const wanted = shown.filter(({ name }) => names === undefined || names.includes(name));
      return {
        CrawlerMetricsList: wanted.map(({ name }) => {
          const now = stateOf(tx, name);
          const ending = now.last?.ending;
          const summary = ending?.status === 'SUCCEEDED' ? ending.summary : undefined;
          return {
            CrawlerName: name,
            TimeLeftSeconds: 0,
            StillEstimating: now.state !== 'READY' && now.runtimesMs.length === 0,
            LastRuntimeSeconds: (now.runtimesMs[now.runtimesMs.length - 1] ?? 0) / 1000,
            MedianRuntimeSeconds: median(now.runtimesMs) / 1000,
            TablesCreated: summary?.tablesCreated ?? 0,
            TablesUpdated: summary?.tablesUpdated ?? 0,
            TablesDeleted: summary?.tablesDeleted ?? 0,
          };
        }),
        ...next,
      };
    },
  });
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
