/**
 * The issue of an environment's drift, in GitHub's Markdown. Values in it were written by whoever changed something in
 * AWS, so all of them stand in one block of code whose fence is longer than any in them, and an `@` calls nobody. The
 * same drift gives the same text: an issue changes when the drift does.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { blocks } from '../finding.ts';
import type { DriftFinding } from './findings.ts';
import { findingLine } from './report-text.ts';

/** GitHub takes 65,536 characters; the rest is room for what is written around the block. */
const BLOCK_CHARACTERS_MAX = 60_000;

export type IssueText = { title: string; body: string };

/** By its first line our issue is known; in the block of code it could not stand there. */
export function marker(environment: EnvironmentName): string {
  return `<!-- drift of ${environment}, kept up to date by npm run drift -->`;
}

export function issueText(environment: EnvironmentName, findings: readonly DriftFinding[]): IssueText {
  const open = findings.filter((each) => blocks([each]));
  const rest = findings.filter((each) => !blocks([each]));
  const count = open.length === 1 ? '1 difference' : `${open.length} differences`;
  const body = [
    marker(environment),
    `**${environment}** is not as it was applied last: ${count} that no waiver covers. It was changed outside this repository.`,
    '',
    block([...open, ...rest]),
    '',
    'For each of them, one of three:',
    '',
    '- it is meant: write it into `stacks/` and let it be planned and applied;',
    `- it is not meant: an apply puts back what \`stacks/\` names (\`npm run plan -- --env ${environment}\` shows it);`,
    '- it stays for a time: a waiver of kind `drift` in `.github/waivers.json`, with a reason and a last day.',
    '',
    'This issue is closed when nothing of it is left.',
  ];
  return { title: `Drift in ${environment}`, body: body.join('\n') };
}

function block(findings: readonly DriftFinding[]): string {
  const lines: string[] = [];
  let address: string | undefined;
  for (const finding of findings) {
    if (finding.address !== address) lines.push(finding.address);
    ({ address } = finding);
    lines.push(`    ${findingLine(finding)}`);
  }
  const kept = fitting(lines.map(harmless));
  const longest = Math.max(2, ...kept.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...kept, fence].join('\n');
}

function fitting(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let characters = 0;
  for (const line of lines) {
    characters += line.length + 1;
    if (characters > BLOCK_CHARACTERS_MAX) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  return left === 0 ? kept : [...kept, `… and ${left} more lines: npm run drift shows them all`];
}

/** One line of it, whatever it holds, in which no `@name` is a mention. */
function harmless(line: string): string {
  return line.replace(/[\r\n\u2028\u2029]+/g, ' ').replaceAll('@', '@\u200b');
}
