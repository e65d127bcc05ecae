/**
 * A function's code on disk: its zip, unpacked once under `<data dir>/lambda/<name>-<hash>`, which the function sees
 * as LAMBDA_TASK_ROOT. The hash is of the zip's bytes, so new code lies beside the old and never mixes with it.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';
import { EngineError } from '../../aws-error.ts';

export type Bundle = { taskRoot: string; sha256: string; bytes: number };

/** Enough of the hash to tell bundles of one function apart. */
const DIRECTORY_HASH_DIGITS = 16;

export function unpack(name: string, zipPath: string, directory: string): Bundle {
  const zip = readZip(name, zipPath);
  const hash = createHash('sha256').update(zip).digest();
  const bundle = {
    taskRoot: join(directory, `${name}-${hash.toString('hex').slice(0, DIRECTORY_HASH_DIGITS)}`),
    sha256: hash.toString('base64'),
    bytes: zip.byteLength,
  };
  declareCommonJs(directory);
  if (existsSync(bundle.taskRoot)) return bundle;

  // A rename makes the directory appear whole: a crash in the middle leaves only a `.partial`, which is made anew.
  const partial = `${bundle.taskRoot}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const [path, content] of entries(name, zipPath, zip)) {
    mkdirSync(dirname(join(partial, path)), { recursive: true });
    writeFileSync(join(partial, path), content);
  }
  renameSync(partial, bundle.taskRoot);
  forgetOlder(name, directory, bundle.taskRoot);
  return bundle;
}

function readZip(name: string, zipPath: string): Buffer {
  try {
    return readFileSync(zipPath);
  } catch (error) {
    throw new EngineError(
      `The function ${name} has no code: ${zipPath} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Synthesize the stack again, which bundles the functions, and keep the zips beside it.',
    );
  }
}

function entries(name: string, zipPath: string, zip: Uint8Array): [string, Uint8Array][] {
  let files: [string, Uint8Array][];
  try {
    files = Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith('/'));
  } catch (error) {
    throw new EngineError(
      `The code of the function ${name} is no readable zip: ${zipPath} (${(error as Error).message}).`,
      'Synthesize the stack again, or make the zip anew.',
    );
  }
  const outside = files.find(([path]) => path.startsWith('/') || normalize(path).startsWith('..'));
  if (outside)
    throw new EngineError(
      `The code of the function ${name} would write outside its directory: ${zipPath} holds "${outside[0]}".`,
      'Make the zip anew with paths relative to the function.',
    );
  return files;
}

/** In Lambda a `.js` file is CommonJS unless the bundle's own package.json says otherwise. Node looks upwards for that
 * file and would find this repository's. */
function declareCommonJs(directory: string): void {
  const path = join(directory, 'package.json');
  if (!existsSync(path)) writeFileSync(path, '{ "type": "commonjs" }\n');
}

function forgetOlder(name: string, directory: string, current: string): void {
  const own = new RegExp(`^${name.replaceAll('.', '\\.')}-[0-9a-f]{${DIRECTORY_HASH_DIGITS}}$`);
  for (const entry of readdirSync(directory))
    if (own.test(entry) && join(directory, entry) !== current)
      rmSync(join(directory, entry), { recursive: true, force: true });
}
