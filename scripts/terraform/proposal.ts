/**
 * Reads a proposal, what synth writes, as data: the stack of one environment with what it needs beside it, the waivers
 * and the stateful-address lock. It may come from a pull request, so only the files that a proposal has are taken into
 * memory, nothing is followed out of the folder, and whatever else lies there is named, for the gate to judge.
 */

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import type { JsonObject } from './plan-json.ts';

export const STACK_FILE = 'cdk.tf.json';
const LOCK_FILE = '.terraform.lock.hcl';
const ASSET = /^assets\/[a-z0-9-]+\.zip$/;
/** Far above what the Lambdas weigh; a proposal that fills the disk or the memory is none. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

export type Proposal = {
  environment: EnvironmentName;
  stack: JsonObject;
  /** By their path beside the stack: cdk.tf.json, the provider lock file, the Lambdas' zips. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Every path that lies beside the stack, also what is no part of a proposal. */
  paths: readonly string[];
  waivers: string;
  statefulLock: string;
};

/** The proposal that a stack's file is a part of, as `synthesize` answers it. */
export function proposalOf(stackFile: string, environment: EnvironmentName): Proposal {
  return readProposal(proposalFolder(stackFile), environment);
}

/** `<out>/stacks/<environment>/cdk.tf.json` → `<out>` */
export function proposalFolder(stackFile: string): string {
  return dirname(dirname(dirname(stackFile)));
}

export function readProposal(directory: string, environment: EnvironmentName): Proposal {
  const folder = join(directory, 'stacks', environment);
  const paths = pathsUnder(folder, directory, environment);
  const own = paths.filter((path) => path === STACK_FILE || path === LOCK_FILE || ASSET.test(path));
  const files = new Map(own.map((path) => [path, readOwn(join(folder, path), path)]));
  const text = (path: string): string => {
    const bytes = files.get(path);
    if (!bytes) throw incomplete(`stacks/${environment}/${path}`, directory);
    return Buffer.from(bytes).toString('utf8');
  };
  text(LOCK_FILE);
  return {
    environment,
    stack: parseStack(text(STACK_FILE), environment),
    files,
    paths,
    waivers: beside(directory, 'waivers.json'),
    statefulLock: beside(directory, 'stateful.lock.json'),
  };
}

function pathsUnder(folder: string, directory: string, environment: EnvironmentName): string[] {
  let entries: ReturnType<typeof listing>;
  try {
    if (!lstatSync(folder).isDirectory()) throw new Error('It is a link to somewhere else.');
    entries = listing(folder);
  } catch {
    throw incomplete(`stacks/${environment}/`, directory);
  }
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith('.terraform/'))
    .sort();
}

const listing = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true });

function beside(directory: string, name: string): string {
  try {
    return Buffer.from(readOwn(join(directory, name), name)).toString('utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw incomplete(name, directory);
  }
}

function readOwn(path: string, name: string): Uint8Array {
  const status = lstatSync(path);
  if (!status.isFile() || status.size > FILE_BYTES_MAX)
    throw new UsageError(
      `The proposal's ${name} is ${status.isFile() ? `larger than ${FILE_BYTES_MAX} bytes` : 'no plain file'}.`,
      'Synthesize it again: npm run synth',
    );
  return readFileSync(path);
}

function parseStack(text: string, environment: EnvironmentName): JsonObject {
  try {
    const json = JSON.parse(text) as unknown;
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  } catch {
    // It is refused below, like any other text that is no stack.
  }
  throw new UsageError(
    `The proposal's stacks/${environment}/${STACK_FILE} is no JSON object.`,
    'Synthesize it again: npm run synth',
  );
}

function incomplete(name: string, directory: string): UsageError {
  return new UsageError(
    `The proposal in ${directory} has no ${name}.`,
    'Give the folder that `npm run synth -- --out DIR` wrote, whole.',
  );
}
