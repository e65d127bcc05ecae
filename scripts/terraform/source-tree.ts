/**
 * Which sources a plan is made of: the git tree of the work tree as it lies there, its commit for whoever reads. A merge,
 * a squash and a rebase make other commits of the same sources, and the tree is the same for all of them, so bundles are
 * kept by tree. It is also right of sources that were never committed.
 */

import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../command.ts';

const run = promisify(execFile);

export type SourceTree = {
  /** HEAD's, with `-dirty` behind it when the work tree holds something else. */
  commit: string;
  tree: string;
};

const GIT_ID = /^([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?$/;

/** Of flags, by their names. */
export function checkGitIds(ids: Readonly<Record<string, string | undefined>>): void {
  for (const [name, id] of Object.entries(ids))
    if (id !== undefined && !GIT_ID.test(id))
      throw new UsageError(`--${name} ${id} is no id of git's.`, 'Give all of its 40 hexadecimal digits.');
}

export async function sourceTree(root: string): Promise<SourceTree> {
  const [commit = '', headTree = '', gitFolder = ''] = await git(root, [
    'rev-parse',
    'HEAD',
    'HEAD^{tree}',
    '--absolute-git-dir',
  ]);
  const tree = await workTree(root, gitFolder);
  return { commit: tree === headTree ? commit : `${commit}-dirty`, tree };
}

/** What `git add --all` and a commit would make the tree, with an index and objects that are thrown away. */
async function workTree(root: string, gitFolder: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'source-tree-'));
  try {
    const [index, objects] = [join(scratch, 'index'), join(scratch, 'objects')];
    mkdirSync(objects);
    // The real index knows which files did not change; without it git would read every one.
    if (existsSync(join(gitFolder, 'index'))) copyFileSync(join(gitFolder, 'index'), index);
    const [shared = ''] = await git(root, ['rev-parse', '--path-format=absolute', '--git-path', 'objects']);
    const environment = {
      GIT_INDEX_FILE: index,
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: shared,
    };
    await git(root, ['add', '--all', '--', '.'], environment);
    const [tree = ''] = await git(root, ['write-tree'], environment);
    return tree;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function git(
  root: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string[]> {
  try {
    const { stdout } = await run('git', ['-C', root, ...args], { env: { ...process.env, ...environment } });
    return stdout.trim().split('\n');
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new UsageError(
      `git does not tell which sources these are: ${(stderr || message).trim().split('\n')[0]}`,
      'Run this in a clone of the repository, or say it with --commit and --tree.',
    );
  }
}
