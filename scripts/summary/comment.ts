/**
 * The one comment of a pull request: what would be applied to each environment, what that does to stored data, what
 * stops it, and what it costs. The verdict stands first; what must not be missed stands before what may be left out, and
 * what is left out is said, with where it stands whole. The same text, without a limit, is the job's summary.
 *
 * Every word that is not ours goes through markdown.ts.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { type Alike, alike, type Difference, differencesOf } from './alike.ts';
import { changeLines, keptLines, lossLines } from './change-lines.ts';
import { checkLine } from './checks.ts';
import { costSection } from './cost-lines.ts';
import { blockLines, findingGroups, type PageOf, waivedLines, warningLines } from './finding-lines.ts';
import { code, prose } from './markdown.ts';
import { OMITTED, type Omits, omittedText } from './omissions.ts';
import type { EnvironmentSummary } from './summary.ts';
import { summaryTable } from './summary-table.ts';
import { verdict } from './verdict.ts';
import { counted, DEED, listed, planOf } from './words.ts';

export type CommentSubject = {
  summaries: readonly EnvironmentSummary[];
  /** Environments that should have been planned and came without a summary. */
  missing: readonly EnvironmentName[];
  /** Where the whole text stands. */
  runUrl?: string;
  pageOf: PageOf;
};

/** By it the comment is found again; it shows nowhere. */
export const MARKER = '<!-- prime-day-order-pipeline: plan -->';

/** GitHub counts to 65,536; whether it counts characters or bytes differs by what it is asked, and bytes are more. */
export const COMMENT_BYTES_MAX = 65_000;
/** GitHub refuses a job's summary of more than 1 MiB. */
export const JOB_SUMMARY_BYTES_MAX = 1_000_000;

export type Comment = {
  text: string;
  /** Lines that nobody may miss and that did not fit: such a change cannot be reviewed here. */
  linesMissed: number;
};

export function comment(subject: CommentSubject, bytesMax: number): Comment {
  for (const omits of OMITTED) {
    const text = render(subject, omits, Number.POSITIVE_INFINITY).join('\n');
    if (Buffer.byteLength(text) <= bytesMax) return { text, linesMissed: 0 };
  }
  return cutComment(subject, bytesMax);
}

/** Even the lines that nobody may miss are too many: as many as fit, and how many are missing stands first. */
function cutComment(subject: CommentSubject, bytesMax: number): Comment {
  const omits = OMITTED.at(-1) as Omits;
  const total = mustLines(subject).length;
  let [fits, fitsNot] = [0, total];
  while (fitsNot - fits > 1) {
    const middle = Math.floor((fits + fitsNot) / 2);
    if (Buffer.byteLength(render(subject, omits, middle).join('\n')) <= bytesMax) fits = middle;
    else fitsNot = middle;
  }
  return { text: render(subject, omits, fits).join('\n'), linesMissed: total - fits };
}

function render(subject: CommentSubject, omits: Omits, mustMax: number): string[] {
  const { summaries, missing, runUrl } = subject;
  const must = mustLines(subject);
  const missed = Math.max(0, must.length - mustMax);
  return [
    MARKER,
    ...verdict(summaries, missing),
    ...(missed > 0 ? ['', tooMuch(missed, runUrl)] : []),
    '',
    ...summaryTable(summaries, missing),
    '',
    checkLine(summaries),
    ...withHeadings(must.slice(0, mustMax)),
    ...(missed > 0 ? [] : rest(subject, omits)),
    ...footer(subject, omits),
    '',
  ];
}

type Must = { heading: string; line: string };

/** What stops the change, what is lost, and what a waiver let through, in this order. */
function mustLines({ summaries, pageOf }: CommentSubject): Must[] {
  const { blocks, waived } = findingGroups(summaries);
  const under = (heading: string, lines: readonly string[]) => lines.map((line) => ({ heading, line }));
  return [
    ...under('Stopped by', blockLines(blocks, pageOf)),
    ...under('Destroyed, replaced or let go of', lossLines(alike(summaries))),
    ...under('Let through by a waiver', waivedLines(waived, pageOf)),
    ...under('Terraform’s errors', errorLines(summaries)),
  ];
}

const ERRORS_MAX = 20;

function errorLines(summaries: readonly EnvironmentSummary[]): string[] {
  return summaries.flatMap(({ environment, outcome }) => {
    if (outcome.kind !== 'failed') return [];
    const more = outcome.errors.length - ERRORS_MAX;
    return [
      ...outcome.errors.slice(0, ERRORS_MAX).map((error) => `- **${environment}** ${prose(error)}`),
      ...(more > 0 ? [`- **${environment}** and ${counted(more, 'more error')}`] : []),
    ];
  });
}

function withHeadings(lines: readonly Must[]): string[] {
  const headings = [...new Set(lines.map(({ heading }) => heading))];
  return headings.flatMap((heading) =>
    section(
      heading,
      lines.filter((each) => each.heading === heading).map(({ line }) => line),
    ),
  );
}

/** What may be told shorter. */
function rest({ summaries, pageOf }: CommentSubject, omits: Omits): string[] {
  const { warnings, notes } = findingGroups(summaries);
  const groups = alike(summaries);
  return [
    ...section('Things that hold data', keptLines(groups, omits)),
    ...section('Warnings', warningLines(warnings, omits, pageOf)),
    ...section('What it costs', costSection(summaries, omits)),
    ...section('Which environments differ', differenceLines(groups, omits)),
    ...groups.flatMap((group) => details(group, omits)),
    ...folded('What was changed outside Terraform', driftLines(summaries, omits)),
    ...summaries.flatMap(proposalDetails),
    ...folded(
      `${counted(notes.length, 'note')}`,
      omits.has('notes') ? [] : warningLines(notes, omits, pageOf),
    ),
  ];
}

function differenceLines(groups: readonly Alike[], omits: Omits): string[] {
  const [first, ...others] = groups;
  if (!first || (others.length === 0 && first.environments.length < 2)) return [];
  const together = groups
    .filter(({ environments, changes }) => environments.length > 1 && changes.length > 0)
    .map(({ environments }) => `- ${listed(environments)} change alike.`);
  if (omits.has('differences'))
    return [...together, ...others.map((other) => `- ${named(other)} differs from ${named(first)}.`)];
  return [...together, ...others.flatMap((other) => differenceTo(first, other))];
}

const DIFFERENCES_MAX = 30;

function differenceTo(first: Alike, other: Alike): string[] {
  const all = differencesOf(first, other);
  const more = all.length - DIFFERENCES_MAX;
  return [
    `- ${named(other)} differs from ${named(first)} in ${all.length === 1 ? 'one address' : `${all.length} addresses`}:`,
    ...all.slice(0, DIFFERENCES_MAX).map((each) => `  - ${differenceText(each)}`),
    ...(more > 0 ? [`  - and ${more} more`] : []),
  ];
}

function differenceText({ address, one, other }: Difference): string {
  if (one && other && one.action === other.action)
    return `${code(address)}: ${DEED[one.action]}, with other values`;
  return `${code(address)}: ${other ? DEED[other.action] : 'left alone'} instead of ${one ? DEED[one.action] : 'left alone'}`;
}

function named({ environments }: Alike): string {
  return listed(environments);
}

function details({ environments, changes }: Alike, omits: Omits): string[] {
  const title = `${listed(environments)}: ${counted(changes.length, 'change')}`;
  return folded(title, changeLines(changes, omits));
}

function driftLines(summaries: readonly EnvironmentSummary[], omits: Omits): string[] {
  if (omits.has('notes')) return [];
  return summaries.flatMap((summary) =>
    (planOf(summary)?.drifted ?? []).map((address) => `- **${summary.environment}** ${code(address)}`),
  );
}

function proposalDetails({ environment, outcome }: EnvironmentSummary): string[] {
  if (outcome.kind !== 'proposal') return [];
  const types = Object.entries(outcome.resources);
  const total = types.reduce((sum, [, count]) => sum + count, 0);
  const lines = types.map(([type, count]) => `- ${count} × ${code(type)}`);
  return folded(`${environment} would hold ${counted(total, 'resource')}`, lines);
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `### ${heading}`, '', ...lines];
}

/** `title` is of our own words: the line that it stands on is HTML. */
function folded(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return ['', `<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

function tooMuch(missed: number, runUrl: string | undefined): string {
  const where = runUrl === undefined ? 'the whole text' : `[the whole text](${runUrl})`;
  return (
    `**${counted(missed, 'line')} of what is stopped, destroyed, replaced or let go of do not fit here.** ` +
    `This is too much to review at once, so no environment is ready: read ${where}, and make the change smaller.`
  );
}

function footer({ summaries, runUrl }: CommentSubject, omits: Omits): string[] {
  const omitted = omittedText(omits);
  const whole = runUrl === undefined ? 'The whole text' : `[The whole text](${runUrl})`;
  const [first] = summaries;
  const serials = summaries.flatMap((summary) => {
    const plan = planOf(summary);
    return plan ? [`${summary.environment} ${plan.state.serial}`] : [];
  });
  const facts = [
    ...(first ? [`commit ${code(first.commit.slice(0, 12))}`, `tree ${code(first.tree.slice(0, 12))}`] : []),
    ...(serials.length > 0 ? [`state serials: ${serials.join(', ')}`] : []),
  ];
  return [
    '',
    '---',
    '',
    ...(omitted ? [`Left out, as it would not fit: ${omitted}. ${whole} has it.`, ''] : []),
    `<sub>${facts.join(' · ')}${omitted || runUrl === undefined ? '' : ` · ${whole}`}</sub>`,
  ];
}
