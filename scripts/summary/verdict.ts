/** The first lines of the comment: whether this can be applied, where not, and whether data is lost. Our own words. */

import type { EnvironmentName } from '../../stacks/names.ts';
import type { EnvironmentSummary } from './summary.ts';
import { listed, type Standing, standingOf, standingText } from './words.ts';

export function verdict(
  summaries: readonly EnvironmentSummary[],
  missing: readonly EnvironmentName[],
): string[] {
  const standings = new Map(summaries.map((summary) => [summary.environment, standingOf(summary)]));
  const those = (standing: Standing) =>
    summaries.map(({ environment }) => environment).filter((each) => standings.get(each) === standing);
  const stopped = those('stopped');
  const losing = those('loses-data');
  const ready = [...losing, ...those('ready')];
  const idle = those('nothing-to-do');
  const reasons = summaries
    .filter(({ environment }) => stopped.includes(environment))
    .map((summary) => `${summary.environment} is ${standingText(summary)}.`.replace('is cannot', 'cannot'));
  const lines = [
    ...reasons,
    ...missing.map((name) => `No plan of ${name} came out of its job; the run says why.`),
    ...(losing.length > 0 ? [`Data is lost in ${listed(losing)}, as a waiver allows.`] : []),
    ...(ready.length > 0 ? [`Ready: ${listed(ready)}.`] : []),
    ...(idle.length > 0 ? [`Nothing to do in ${listed(idle)}.`] : []),
    ...(those('not-planned').length > 0
      ? [
          'Nothing was planned: no credentials are given to this pull request, so this is what its stacks hold.',
        ]
      : []),
  ];
  if (stopped.length > 0 || missing.length > 0) return alert('CAUTION', 'This cannot be applied.', lines);
  if (losing.length > 0) return alert('WARNING', 'Merging applies this, and data is lost.', lines);
  if (ready.length > 0) return alert('NOTE', 'Merging applies this.', lines);
  return alert('NOTE', idle.length > 0 ? 'Merging changes nothing.' : 'A proposal.', lines);
}

/** https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function alert(kind: 'CAUTION' | 'WARNING' | 'NOTE', headline: string, lines: readonly string[]): string[] {
  return [`> [!${kind}]`, `> **${headline}**`, ...lines.flatMap((line) => ['>', `> ${line}`])];
}
