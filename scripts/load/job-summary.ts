/**
 * A report on the page of a GitHub job, as the terminal has it. Elsewhere than in a job there is no such page.
 *
 *     report, report-text → [job-summary] → $GITHUB_STEP_SUMMARY
 */

import { appendFileSync } from 'node:fs';
import type { Report } from './report.ts';

type Told = Pick<Report, 'run' | 'environment' | 'checks'>;

export function writeJobSummary(report: Told, text: string, file: string | undefined): void {
  if (file) appendFileSync(file, jobSummary(report, text));
}

/** Indented, Markdown shows the text's columns as they stand. */
export function jobSummary({ run, environment, checks }: Told, text: string): string {
  const broken = checks.filter(({ holds }) => !holds).length;
  const verdict = broken === 0 ? 'every promise held' : `${broken} of ${checks.length} promises broken`;
  return `### ${run} on ${environment}: ${verdict}\n\n${text.replace(/^(?=.)/gm, '    ')}\n`;
}
