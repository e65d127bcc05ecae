/**
 * `.github/repository.json`: the one place that says which GitHub repository this is. The trust of the roles rests on
 * its ids, as a name can change hands; a copy of this repository starts with none, and is told how to find them.
 */

import { readFileSync } from 'node:fs';
import { UsageError } from '../command.ts';

export type Repository = { name: string; id: number; ownerId: number };

const FILE = '.github/repository.json';
/** https://docs.github.com/en/rest/repos/repos: letters, digits, hyphens; a repository also dots and underscores. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/[A-Za-z0-9._-]{1,100}$/;

export function readRepository(root: URL): Repository {
  return parseRepository(readFileSync(new URL(FILE, root), 'utf8'));
}

export function parseRepository(text: string): Repository {
  const { name, id, owner_id: ownerId } = parse(text);
  if (typeof name !== 'string' || !NAME.test(name))
    throw new UsageError(
      `${FILE} names no repository: ${JSON.stringify(name)}.`,
      'Write it as OWNER/NAME, as GitHub does.',
    );
  if (!isId(id) || !isId(ownerId))
    throw new UsageError(
      `${FILE} does not say which repository ${name} is: its id is ${id}, its owner's ${ownerId}.`,
      `Write what this answers into it: gh api repos/${name} --jq '{name: .full_name, id: .id, owner_id: .owner.id}'. ` +
        'Then run `npm run generate` and commit both.',
    );
  return { name, id, ownerId };
}

function parse(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch {
    // It is refused below, like any other text that is no object.
  }
  throw new UsageError(`${FILE} is no JSON object.`, 'Write {"name": "OWNER/NAME", "id": 1, "owner_id": 1}.');
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
