/** Reports that were kept: by a run's name under the results, or by the path of a run or of its report.json. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../command.ts';
import { REPORT_VERSION, type Report } from './report.ts';

const FILE = 'report.json';
const SHOWN_MAX = 5;

export function keptReport(name: string, results: string): Report {
  const place = [join(results, name), name].find((path) => existsSync(path));
  if (place === undefined) throw new UsageError(`There is no run "${name}".`, runsText(results));
  const file = statSync(place).isDirectory() ? join(place, FILE) : place;
  if (!existsSync(file))
    throw new UsageError(`The run "${name}" has no report: it was left before its end.`, runsText(results));
  return parseReport(name, readFileSync(file, 'utf8'));
}

function parseReport(name: string, text: string): Report {
  let value: Partial<Report> | null;
  try {
    value = JSON.parse(text) as Partial<Report> | null;
  } catch {
    throw new UsageError(`"${name}" is no report: it holds no JSON.`, 'Name a run, or its report.json.');
  }
  if (typeof value?.run !== 'string' || !Array.isArray(value.checks))
    throw new UsageError(`"${name}" is no report of a load test.`, 'Name a run, or its report.json.');
  if (value.version !== REPORT_VERSION)
    throw new UsageError(
      `"${name}" was written by another version of this command (report ${value.version ?? 1}, this one reads ${REPORT_VERSION}).`,
      'Run that load again, or compare with the version that wrote both.',
    );
  return value as Report;
}

function runsText(results: string): string {
  const runs = existsSync(results)
    ? readdirSync(results)
        .filter((run) => existsSync(join(results, run, FILE)))
        .map((run) => ({ run, at: statSync(join(results, run, FILE)).mtimeMs }))
        .sort((a, b) => b.at - a.at)
        .map(({ run }) => run)
    : [];
  if (runs.length === 0) return `No run has a report in ${results}; \`npm run load -- spike\` makes one.`;
  return `The newest are ${runs.slice(0, SHOWN_MAX).join(', ')}.`;
}
