/**
 * A Terraform that says what a test wrote for it: an executable on a PATH of its own, which notes how it was called. It
 * plans nothing; what Terraform does is shown with the real one.
 */

import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wantedVersion } from '../terraform.ts';

export type FakeCall = { args: string[]; directory: string; settings: string[] };

/** What it answers, by the command's first word (`state` for `state pull`). */
export type FakeAnswers = Readonly<
  Record<string, { stdout?: string; stderr?: string; code?: number; writes?: Record<string, string> }>
>;

/** In a folder of its own under `parent`, which is the test's to remove. */
export function fakeTerraform(parent: string, answers: FakeAnswers = {}) {
  const folder = mkdtempSync(join(parent, 'fake-terraform-'));
  const version = { stdout: JSON.stringify({ terraform_version: wantedVersion() }) };
  writeFileSync(join(folder, 'answers.json'), JSON.stringify({ version, ...answers }));
  const program = join(folder, 'terraform');
  writeFileSync(
    program,
    `#!${process.execPath}
const { readFileSync, appendFileSync, writeFileSync } = require('node:fs');
const here = ${JSON.stringify(folder)};
const args = process.argv.slice(2);
const settings = Object.keys(process.env).filter((name) => name.startsWith('TF_')).sort();
appendFileSync(here + '/calls', JSON.stringify({ args, directory: process.cwd(), settings }) + '\\n');
const { stdout = '', stderr = '', code = 0, writes = {} } = JSON.parse(readFileSync(here + '/answers.json', 'utf8'))[args[0]] ?? {};
for (const [name, text] of Object.entries(writes)) writeFileSync(name, text);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
`,
  );
  chmodSync(program, 0o755);
  return {
    environment: { PATH: folder } as NodeJS.ProcessEnv,
    folder,
    calls: (): FakeCall[] =>
      existsSync(join(folder, 'calls'))
        ? readFileSync(join(folder, 'calls'), 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as FakeCall)
        : [],
  };
}
