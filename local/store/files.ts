/**
 * Where an S3 object lies in the file system: `<s3 directory>/<bucket>/<key>`, so that an engineer finds it with
 * `ls`, and a file put there with `cp` is an object. `objectPath` goes from key to file, `objectKey` back.
 *
 *     lake, athena → [files] → plain files
 *
 * A segment of a key (what stands between slashes) is its own file name whenever a file system can hold it. One that
 * it cannot hold is written with a mark in front, `%` and NUL in it as `%25` and `%00`:
 *
 *     %~name   a segment that is empty, `.` or `..`, holds a NUL, begins with a mark, or is over 255 bytes
 *     %+name   a directory: the beginning of such a long segment, which goes on inside
 *     %=name   an object whose key is also the directory of others (`a` when there is `a/b`)
 *
 * A file name that has a mark where none is due is no object. Where the file system ignores case (macOS as installed),
 * keys that differ in case alone are one file: that is not escaped, since nearly every key would have to be.
 */

import { statSync } from 'node:fs';

/** The longest file name that ext4, APFS and NTFS hold. */
const NAME_BYTES_MAX = 255;

const MARK_WHOLE = '%~';
const MARK_BEGUN = '%+';
const MARK_BESIDE = '%=';
const MARK_LENGTH = 2;
const MARKS = new Set([MARK_WHOLE, MARK_BEGUN, MARK_BESIDE]);

/** What a file name in a bucket's directory says of the key: a whole segment, or the beginning of one. */
type Name = { segment: string; begun: boolean };

/** The file that holds the object, or that would hold it were it written now. */
export function objectPath(s3Directory: string, bucket: string, key: string): string {
  const plain = `${s3Directory}/${bucket}/${plainPath(key)}`;
  const kind = kindOf(plain);
  if (kind === 'file') return plain;
  const beside = `${s3Directory}/${bucket}/${besidePath(key)}`;
  return kind === 'directory' || kindOf(beside) === 'file' ? beside : plain;
}

/** The key of the file at `path` (relative to its bucket's directory); undefined when it is no object's. */
export function objectKey(path: string): string | undefined {
  const segments: string[] = [];
  let beginning = '';
  for (const name of path.split('/')) {
    const { segment, begun } = readName(name);
    beginning += segment;
    if (begun) continue;
    segments.push(beginning);
    beginning = '';
  }
  const key = segments.join('/');
  return path === plainPath(key) || path === besidePath(key) ? key : undefined;
}

/** Where the object lies, relative to its bucket's directory, unless its key is also a directory. */
export function plainPath(key: string): string {
  return key
    .split('/')
    .flatMap((segment) => fileNames(segment))
    .join('/');
}

/** Where the object lies when its key is also the directory of other objects. */
export function besidePath(key: string): string {
  const segments = key.split('/');
  const last = segments.pop() as string;
  return [...segments.flatMap((segment) => fileNames(segment)), ...marked(last, MARK_BESIDE)].join('/');
}

export function readName(name: string): Name {
  const mark = name.slice(0, MARK_LENGTH);
  if (!MARKS.has(mark)) return { segment: name, begun: false };
  const segment = name.slice(MARK_LENGTH).replaceAll('%00', '\0').replaceAll('%25', '%');
  return { segment, begun: mark === MARK_BEGUN };
}

/** One file name for nearly every segment; more for one that is too long. */
function fileNames(segment: string): string[] {
  const holdable =
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    !segment.includes('\0') &&
    !MARKS.has(segment.slice(0, MARK_LENGTH)) &&
    Buffer.byteLength(segment) <= NAME_BYTES_MAX;
  return holdable ? [segment] : marked(segment, MARK_WHOLE);
}

function marked(segment: string, lastMark: string): string[] {
  const names: string[] = [];
  let name = '';
  let room = NAME_BYTES_MAX - MARK_LENGTH;
  for (const character of segment) {
    const written = character === '%' ? '%25' : character === '\0' ? '%00' : character;
    const bytes = Buffer.byteLength(written);
    if (bytes > room) {
      names.push(MARK_BEGUN + name);
      name = '';
      room = NAME_BYTES_MAX - MARK_LENGTH;
    }
    name += written;
    room -= bytes;
  }
  return [...names, lastMark + name];
}

function kindOf(path: string): 'file' | 'directory' | 'none' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? 'file' : stats?.isDirectory() ? 'directory' : 'none';
  } catch {
    // A parent is a file (ENOTDIR), or the whole path is longer than the system's limit: there is no such file.
    return 'none';
  }
}
