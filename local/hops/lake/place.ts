/**
 * Puts an object's file into its bucket's directory and takes it out again. All of it is synchronous: no other write
 * of this process can come between the look and the rename.
 */

import { mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { besidePath, objectKey, objectPath, plainPath } from '../../store/files.ts';

/** Renames `file` to where the object lies; returns the directories whose entries changed. */
export function place(s3Directory: string, bucket: string, key: string, file: string): string[] {
  const path = objectPath(s3Directory, bucket, key);
  const changed = makeDirectories(s3Directory, bucket, dirname(path));
  renameSync(file, path);
  return [dirname(path), ...changed];
}

/** Removes the object's file and the directories that it leaves empty; returns the directory that stays. */
export function removeFile(s3Directory: string, bucket: string, key: string): string {
  const root = `${s3Directory}/${bucket}`;
  // By hand both may have come to be there; the object is gone only when both are.
  for (const path of [`${root}/${besidePath(key)}`, `${root}/${plainPath(key)}`]) {
    const stats = look(path);
    if (stats?.isFile()) rmSync(path);
  }
  let directory = dirname(`${root}/${plainPath(key)}`);
  while (directory !== root && removedEmpty(directory)) directory = dirname(directory);
  return directory;
}

/** Makes what is missing of `directory`; an object in its way moves beside it. */
function makeDirectories(s3Directory: string, bucket: string, directory: string): string[] {
  const changed: string[] = [];
  const root = `${s3Directory}/${bucket}`;
  let path = s3Directory;
  for (const name of directory.slice(s3Directory.length + 1).split('/')) {
    const parent = path;
    path = `${path}/${name}`;
    const stats = look(path);
    if (stats?.isDirectory()) continue;
    if (stats) changed.push(moveBeside(root, path.slice(root.length + 1)));
    mkdirSync(path);
    changed.push(parent);
  }
  return changed;
}

function moveBeside(root: string, path: string): string {
  const key = objectKey(path);
  if (key === undefined)
    throw Object.assign(
      new Error(`${root}/${path} is no object's file and stands where a directory must be.`),
      {
        code: 'ENOTDIR',
        path: `${root}/${path}`,
      },
    );
  const beside = `${root}/${besidePath(key)}`;
  mkdirSync(dirname(beside), { recursive: true });
  renameSync(`${root}/${path}`, beside);
  return dirname(beside);
}

function removedEmpty(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (reason) {
    // Already gone counts as removed: the parent may be empty too.
    return (reason as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function look(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (reason) {
    if ((reason as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw reason;
  }
}
