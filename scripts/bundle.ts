/**
 * Bundles a Lambda to a zip that is the same byte for byte wherever and whenever it is made, so that a plan shows a
 * change only when the code changed. It holds one file, `index.mjs` (handler `index.handler`), with everything it
 * needs, the AWS SDK's pinned version too. `.sql` and `.csv` files are bundled as text.
 *
 * fflate deflates rather than node:zlib, whose output differs between processor architectures and Node releases.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { zipSync } from 'fflate';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The first moment a zip can tell. It is read in local time, so it is given in local time. */
const ZIP_EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
const REGULAR_FILE_READABLE = 0o100644;

/** CommonJS packages, once inside an ES module, still call `require` for Node's own modules. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

export type Bundle = {
  /** Absolute. */
  path: string;
  /** As Terraform's `source_code_hash` wants it. */
  sha256Base64: string;
};

/** Writes `<outDir>/<name>.zip`. A relative `entry` or `outDir` starts at the repository's root. */
export function bundleLambda({
  name,
  entry,
  outDir,
}: {
  name: string;
  entry: string;
  outDir: string;
}): Bundle {
  const directory = resolve(ROOT, outDir);
  const zip = zipSync(
    { 'index.mjs': [bundledCode(entry), { os: UNIX, attrs: REGULAR_FILE_READABLE << 16 }] },
    { level: 9, mtime: ZIP_EPOCH },
  );
  const path = join(directory, `${name}.zip`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.part`, zip);
  renameSync(`${path}.part`, path);
  return { path, sha256Base64: createHash('sha256').update(zip).digest('base64') };
}

/** The Lambda's one file, minified. */
export function bundledCode(entry: string): Uint8Array {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [resolve(ROOT, entry)],
    outfile: 'index.mjs',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    loader: { '.sql': 'text', '.csv': 'text' },
    legalComments: 'none',
    charset: 'utf8',
    sourcemap: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}.`);
  const hasCommonJs = Object.values(metafile.inputs).some(({ format }) => format === 'cjs');
  return hasCommonJs ? Buffer.concat([Buffer.from(REQUIRE), file.contents]) : file.contents;
}
