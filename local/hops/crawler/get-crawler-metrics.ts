/** GetCrawlerMetrics: runtimes of the crawls so far and what the last one changed. */

import type { Operation } from '../../ports.ts';
import { type Crawlers, member, operation, pageOf, parsePage } from './operation.ts';
import { stateOf } from './state.ts';

export function getCrawlerMetrics(crawlers: Crawlers): Operation {
  return operation({
    name: 'GetCrawlerMetrics',
    parse(raw) {
      const names = member(raw, 'CrawlerNameList');
      return { ...parsePage(raw), names: Array.isArray(names) ? names : undefined };
    },
    permissions: () => [{ action: 'glue:GetCrawlerMetrics', resource: '*' }],
    run(tx, { names, ...page }) {
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
