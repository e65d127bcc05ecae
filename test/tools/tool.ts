/**
 * AWS's own command line and boto3, run as a user runs them: with a home of their own and the four variables that
 * `npm start` prints, and nothing else.
 */

import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { KEY, REGION } from '../laptop/laptop.ts';

const run = promisify(execFile);
/** Python takes its time to start on a busy machine. */
const COMMAND_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Why the tools cannot run here; undefined when they can. */
export function missingTool(): string | undefined {
  for (const [tool, ...flags] of [
    ['aws', '--version'],
    ['python3', '-c', 'import boto3'],
  ] as const) {
    try {
      execFileSync(tool, flags, { stdio: 'ignore' });
    } catch {
      return `${[tool, ...flags].join(' ')} fails: install the aws CLI and boto3 (.ci/run makes a venv of both)`;
    }
  }
  return undefined;
}

export type Tools = {
  /** `aws <words>`: its output as JSON where it is JSON, as text otherwise. */
  aws(...words: string[]): Promise<unknown>;
  python(file: string): Promise<unknown>;
};

export function toolsFor(endpoint: string, home: string): Tools {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
  };
  const options = { env, cwd: home, timeout: COMMAND_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return {
    async aws(...words) {
      // Version 1 of the CLI, which pip installs, reads AWS_DEFAULT_REGION and not AWS_REGION.
      const { stdout } = await run('aws', ['--region', REGION, ...words], options);
      return /^\s*[{[]/.test(stdout) ? JSON.parse(stdout) : stdout.trim();
    },
    async python(file) {
      return JSON.parse((await run('python3', [file], options)).stdout);
    },
  };
}
