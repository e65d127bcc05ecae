/** What actionlint says of the workflows: https://github.com/rhysd/actionlint/blob/main/docs/usage.md */

import { type Linted, linted, WORKFLOWS } from './linted.ts';
import { output } from './tool.ts';

/** It would call shellcheck and pyflakes where a machine has them, and find other things on another. */
const ARGS = ['-format', '{{json .}}', '-shellcheck=', '-pyflakes='];

export async function actionlint(root: string): Promise<Linted[]> {
  return fromActionlint(await output('actionlint', ARGS, { root, found: [1] }));
}

export function fromActionlint(text: string): Linted[] {
  const errors = JSON.parse(text) as { message: string; filepath: string; line: number; kind: string }[];
  return errors.map(({ message, filepath, line, kind }) =>
    linted(WORKFLOWS, {
      rule: `actionlint-${kind}`,
      address: filepath,
      sentence: `Line ${line}: ${message}`,
      nextStep: 'https://github.com/rhysd/actionlint/blob/main/docs/checks.md explains the check.',
    }),
  );
}
