/**
 * The changes of a rehearsal, each as the proposal that synth would write for it: a copy of what synth wrote for the
 * sources here, with one thing of the stack changed. The sources and the git repository are left alone; a proposal is
 * data, and stands for its tree by an id of its own.
 */

import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../stacks/names.ts';
import { STACK_FILE } from '../terraform/proposal.ts';

/** As far as the changes below look into it. */
export type Stack = {
  resource: Record<string, Record<string, Record<string, unknown>>>;
  data: Record<string, Record<string, unknown>>;
  provider: { aws: [Record<string, unknown>] };
  terraform: { backend: Record<string, unknown> };
  [block: string]: unknown;
};

export type Change = (stack: Stack) => void;

export type ProposalOf = { directory: string; commit: string; tree: string };

/** The proposal in `base` with `change` made to the environment's stack, in a folder beside it. */
export function withChange(
  base: string,
  environment: EnvironmentName,
  name: string,
  change: Change,
): ProposalOf {
  const directory = `${base}-${name}`;
  cpSync(base, directory, { recursive: true });
  const file = join(directory, 'stacks', environment, STACK_FILE);
  const stack = JSON.parse(readFileSync(file, 'utf8')) as Stack;
  change(stack);
  const text = JSON.stringify(stack, null, 2);
  writeFileSync(file, text);
  return { directory, commit: idOf(`commit ${name} ${text}`), tree: idOf(`tree ${text}`) };
}

/** In the form of git's ids. */
function idOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The argument block of an address, which must be there: a rehearsal of what is gone would prove nothing. */
export function blockOf(stack: Stack, address: string): Record<string, unknown> {
  const [type = '', name = ''] = address.split('.');
  const block = stack.resource[type]?.[name];
  if (!block)
    throw new Error(`The stack has no ${address} any more: the rehearsal is written for an older one.`);
  return block;
}

export function addBlock(stack: Stack, address: string, block: Record<string, unknown>): void {
  const [type = '', name = ''] = address.split('.');
  stack.resource[type] = { ...stack.resource[type], [name]: block };
}

/** Nothing but the id of a construct changes, and with it everything that refers to it. */
export function renameConstruct(stack: Stack, address: string, name: string): void {
  blockOf(stack, address);
  const [type = '', old = ''] = address.split('.');
  const referring = JSON.stringify(stack).replaceAll(`\${${type}.${old}.`, `\${${type}.${name}.`);
  Object.assign(stack, JSON.parse(referring));
  const resources = stack.resource[type] ?? {};
  resources[name] = blockOf(stack, address);
  delete resources[old];
}
