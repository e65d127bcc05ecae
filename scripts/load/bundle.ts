/** A script for k6 as one file of JavaScript: k6 runs it here, in a pod, or wherever else only one file is taken. */

import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { ProfileName } from '../../loadtest/profile.ts';

export function bundleProfile(name: ProfileName, outfile: string): void {
  bundleScript(fileURLToPath(new URL(`../../loadtest/${name}.ts`, import.meta.url)), outfile);
}

export function bundleScript(path: string, outfile: string): void {
  buildSync({
    entryPoints: [path],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['k6', 'k6/*'],
    logLevel: 'silent',
  });
}
