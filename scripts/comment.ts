/**
 * Writes what the plans of a pull request come to where people look: one comment, updated in place, a status for each
 * environment on the commit that was planned, and the whole text in the job's summary.
 *
 *     npm run comment -- --pull-request 7 --summaries DIR
 *
 * It needs no AWS credentials and runs nothing of the pull request's. A fork's pull request is planned nowhere: `--proposal`
 * says what its stacks hold, in the job's summary alone.
 */

import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { complain, flags, run, UsageError } from './command.ts';
import { EXIT_OK, EXIT_REFUSED } from './exit-codes.ts';
import { type GitHub, github } from './github.ts';
import { COMMENT_BYTES_MAX, type CommentSubject, comment, JOB_SUMMARY_BYTES_MAX } from './summary/comment.ts';
import { ACTIONS_LOGIN, plannedHead, putComment, putStatus } from './summary/publish.ts';
import { PLANNED, readSummaries, type Summaries } from './summary/read-folder.ts';
import { missingStatus, statusOf } from './summary/status.ts';
import { summarize } from './summary/summary.ts';
import { JUDGES } from './terraform/judges.ts';
import { readProposal } from './terraform/proposal.ts';
import { sourceTree } from './terraform/source-tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Flags = {
  pullRequest?: number | undefined;
  summaries?: string | undefined;
  proposal?: string | undefined;
  author: string;
  out?: string | undefined;
  dryRun: boolean;
};

function readFlags(): Promise<Flags> {
  return flags('Comments on a pull request what its plans come to, and sets a status for each environment.')
    .option('pull-request', { describe: 'the number of the pull request', type: 'number' })
    .option('summaries', {
      describe: 'the folder with the summaries that `npm run plan -- --summary FILE` wrote',
      type: 'string',
    })
    .option('proposal', {
      describe: 'instead: say what a folder that synth wrote holds, without any plan, comment or status',
      type: 'string',
    })
    .option('author', {
      describe: 'the login whose comment is ours: that of the token',
      type: 'string',
      default: ACTIONS_LOGIN,
    })
    .option('out', { describe: 'write the whole text to this file too', type: 'string' })
    .option('dry-run', {
      describe: 'print the comment and the statuses only',
      type: 'boolean',
      default: false,
    })
    .conflicts('proposal', ['summaries', 'pull-request'])
    .example('npm run comment -- --pull-request 7 --summaries DIR', 'in a workflow')
    .example('npm run comment -- --summaries DIR --dry-run', 'to see what would be written')
    .example('npm run comment -- --proposal cdktf.out', 'for a pull request from a fork')
    .epilogue(
      'Reads GITHUB_TOKEN and GITHUB_REPOSITORY, writes to GITHUB_STEP_SUMMARY where it is set. Exit code 0: written, ' +
        `whatever the plans say. ${EXIT_REFUSED}: the pull request has moved on, and nothing was written to it.`,
    )
    .parseAsync();
}

async function main(): Promise<number> {
  const given = await readFlags();
  if (given.proposal !== undefined) return tellProposal(given.proposal, given);
  if (given.summaries === undefined)
    throw new UsageError('There is nothing to write about.', 'Give --summaries DIR, or --proposal DIR.');
  const read = readSummaries(given.summaries);
  const subject = subjectOf(read, process.env);
  if (given.dryRun) return printOnly(subject);
  if (!Number.isSafeInteger(given.pullRequest) || Number(given.pullRequest) < 1)
    throw new UsageError(
      'There is no pull request to comment on.',
      'Give --pull-request NUMBER, or --dry-run.',
    );
  writeWhole(subject, given.out, process.env);
  return publish(github(process.env), Number(given.pullRequest), subject, {
    author: given.author,
    runCommit: process.env['GITHUB_SHA'],
  });
}

export async function publish(
  client: GitHub,
  pullRequest: number,
  subject: CommentSubject,
  { author, runCommit }: { author: string; runCommit: string | undefined },
): Promise<number> {
  const { summaries, missing, runUrl } = subject;
  // Where no plan came so far, the run itself knows its commit.
  const commit = summaries[0]?.commit ?? runCommit;
  const head = commit && (await plannedHead(client, pullRequest, commit));
  if (commit && head === undefined) {
    complain({
      message: `Pull request ${pullRequest} has moved on since ${commit} was planned; nothing was written to it.`,
      nextStep: 'The run of its newest commit writes the comment.',
    });
    return EXIT_REFUSED;
  }
  const { text, linesMissed } = comment(subject, COMMENT_BYTES_MAX);
  const { kind, url } = await putComment(client, pullRequest, text, author);
  console.log(`comment ${kind} ${url}`);
  if (!head) return EXIT_OK;
  for (const status of [
    ...summaries.map((each) => statusOf(each, linesMissed)),
    ...missing.map(missingStatus),
  ]) {
    await putStatus(client, head, status, runUrl);
    console.log(`${status.context} ${status.state}: ${status.description}`);
  }
  return EXIT_OK;
}

function subjectOf(read: Summaries, environment: NodeJS.ProcessEnv): CommentSubject {
  const {
    GITHUB_SERVER_URL: server = 'https://github.com',
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: runId,
  } = environment;
  const url = repository === undefined ? undefined : `${server}/${repository}`;
  return {
    ...read,
    ...(url !== undefined && runId !== undefined ? { runUrl: `${url}/actions/runs/${runId}` } : {}),
    pageOf: (rule) => {
      const page = `docs/review/${rule}.md`;
      if (url === undefined || !/^[a-z0-9-]+$/.test(rule) || !existsSync(`${ROOT}/${page}`)) return undefined;
      return `${url}/blob/main/${page}`;
    },
  };
}

function printOnly(subject: CommentSubject): number {
  const { text, linesMissed } = comment(subject, COMMENT_BYTES_MAX);
  console.log(text);
  const statuses = [
    ...subject.summaries.map((each) => statusOf(each, linesMissed)),
    ...subject.missing.map(missingStatus),
  ];
  for (const { context, state, description } of statuses)
    console.error(`${context} ${state}: ${description}`);
  return EXIT_OK;
}

function writeWhole(subject: CommentSubject, out: string | undefined, environment: NodeJS.ProcessEnv): void {
  const { GITHUB_STEP_SUMMARY: jobSummary } = environment;
  if (jobSummary) appendFileSync(jobSummary, comment(subject, JOB_SUMMARY_BYTES_MAX).text);
  if (out === undefined) return;
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, comment(subject, Number.POSITIVE_INFINITY).text);
}

/** What a fork's stacks hold, as far as it can be judged without a cloud. */
async function tellProposal(folder: string, { out }: Flags): Promise<number> {
  const source = await sourceTree(ROOT);
  const now = new Date();
  const summaries = PLANNED.map((environment) => {
    const proposal = readProposal(folder, environment);
    const findings = JUDGES.ofProposal(proposal, now);
    return summarize({ environment, ...source, findings, kind: 'proposal', stack: proposal.stack });
  });
  const subject = subjectOf({ summaries, missing: [] }, process.env);
  writeWhole(subject, out, process.env);
  console.log(comment(subject, JOB_SUMMARY_BYTES_MAX).text);
  return EXIT_OK;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(main);
