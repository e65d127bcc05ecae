import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkGitIds, sourceTree } from './source-tree.ts';

const work = mkdtempSync(join(tmpdir(), 'source-tree-test-'));
after(() => rmSync(work, { recursive: true }));

const git = (...args: string[]) =>
  execFileSync('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
  }).trim();
const write = (name: string, text: string) => writeFileSync(join(work, name), text);

test('a clean work tree is its commit, and what differs from it is dirty and has the tree of its own files', async () => {
  git('init', '--quiet', '--initial-branch=main');
  write('.gitignore', 'ignored\n');
  write('a', 'one');
  git('add', '--all');
  git('commit', '--quiet', '--message=one');
  const [commit, tree] = git('rev-parse', 'HEAD', 'HEAD^{tree}').split('\n');
  assert.deepEqual(await sourceTree(work), { commit, tree });

  write('ignored', 'whatever');
  assert.deepEqual(await sourceTree(work), { commit, tree });

  mkdirSync(join(work, 'new'));
  write('new/b', 'two');
  write('a', 'three');
  const dirty = await sourceTree(work);
  assert.equal(dirty.commit, `${commit}-dirty`);
  assert.equal(git('status', '--porcelain'), 'M a\n?? new/', 'nothing was staged');

  git('add', '--all');
  git('commit', '--quiet', '--message=two');
  assert.equal(
    git('rev-parse', 'HEAD^{tree}'),
    dirty.tree,
    'the same files have the same tree once committed',
  );
  git('commit', '--quiet', '--amend', '--message=the same under another commit');
  assert.deepEqual(await sourceTree(work), { commit: git('rev-parse', 'HEAD'), tree: dirty.tree });
});

test('a folder that is no clone says what to give instead', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-clone-'));
  await assert.rejects(sourceTree(folder), /git does not tell which sources these are/);
  rmSync(folder, { recursive: true });
});

test('a flag takes a whole id of git’s and nothing else', () => {
  checkGitIds({ tree: 'a'.repeat(40), commit: `${'a'.repeat(64)}-dirty`, other: undefined });
  for (const id of ['', 'main', 'a'.repeat(39), 'a'.repeat(41), 'A'.repeat(40), `${'a'.repeat(40)}\n`])
    assert.throws(() => checkGitIds({ tree: id }), /--tree .*is no id of git's/s, id);
});
