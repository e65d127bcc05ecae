/**
 * A Terraform that says what a test wrote for it: an executable on a PATH of its own, which notes how it was called. It
 * plans nothing; what Terraform does is shown with the real one. A shell script, as tests call it often.
 */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { wantedVersion } from '../terraform.ts';

export type FakeCall = { directory: string; args: string[] };

/** What it answers, by the command's first two words or else its first: `state pull`, `state`. */
export type FakeAnswers = Readonly<
  Record<string, { stdout?: string; stderr?: string; code?: number; writes?: Record<string, string> }>
>;

const PROGRAM = `#!/bin/sh
here="\${0%/*}"
{ printf '%s' "$PWD"; for each in "$@"; do printf '\\t%s' "$each"; done; printf '\\n'; } >> "$here/calls"
answer="$here/$1 $2"
[ -d "$answer" ] || answer="$here/$1"
[ -d "$answer" ] || exit 0
for file in "$answer"/writes/* "$answer"/writes/.[!.]*; do [ ! -e "$file" ] || cp "$file" .; done
cat "$answer/stdout"
cat "$answer/stderr" >&2
exit "$(cat "$answer/code")"
`;

/** In a folder of its own under `parent`, which is the test's to remove. */
export function fakeTerraform(parent: string, answers: FakeAnswers = {}) {
  const folder = mkdtempSync(join(parent, 'fake-terraform-'));
  const version = { stdout: JSON.stringify({ terraform_version: wantedVersion() }) };
  for (const [command, answer] of Object.entries({ version, ...answers })) {
    const { stdout = '', stderr = '', code = 0, writes = {} } = answer as FakeAnswers[string];
    const own = join(folder, command);
    mkdirSync(join(own, 'writes'), { recursive: true });
    for (const [name, text] of Object.entries({ stdout, stderr, code: String(code) }))
      writeFileSync(join(own, name), text);
    for (const [name, text] of Object.entries(writes)) writeFileSync(join(own, 'writes', name), text);
  }
  writeFileSync(join(folder, 'terraform'), PROGRAM);
  chmodSync(join(folder, 'terraform'), 0o755);
  const calls = join(folder, 'calls');
  return {
    environment: { PATH: [folder, process.env['PATH']].join(delimiter) } as NodeJS.ProcessEnv,
    calls: (): FakeCall[] =>
      (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []).map((line) => {
        const [directory = '', ...args] = line.split('\t');
        return { directory, args };
      }),
  };
}
