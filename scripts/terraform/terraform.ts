/**
 * The Terraform binary: found on the PATH, of the one version that .terraform-version names, run with nothing of the
 * caller's settings that could change what a plan means. Its progress goes to whoever listens, its complaints come as
 * one sentence with the next step. It knows no stack and no account.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../command.ts';
import { type Diagnostic, type Message, readComplaint, readMessage } from './messages.ts';
import { troubleIn, unknownTrouble } from './trouble.ts';

export type Outcome = { succeeded: boolean; diagnostics: readonly Diagnostic[] };

export type Terraform = {
  version: string;
  /** A command without `-json`: its standard output. What it complains of is thrown. */
  text(directory: string, args: readonly string[], about: About): Promise<string>;
  /** A command with `-json`, message by message. A failure is an outcome: whoever asked may have more to say of it. */
  stream(directory: string, args: readonly string[], hear?: (message: Message) => void): Promise<Outcome>;
  /** `terraform init` with the provider that lies in the mirror, if one is named. */
  init(directory: string, args: readonly string[], about: About): Promise<void>;
};

/** For the sentence that a failure becomes. */
export type About = { doing: string; environment: string };

const VERSION_FILE = fileURLToPath(new URL('../../.terraform-version', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache/terraform-providers', import.meta.url));

/** The one version that plans and applies: a saved plan can be applied by no other. */
export function wantedVersion(): string {
  return readFileSync(VERSION_FILE, 'utf8').trim();
}

export async function findTerraform(
  environment: NodeJS.ProcessEnv,
  wanted: string = wantedVersion(),
): Promise<Terraform> {
  const binary = (environment['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, process.platform === 'win32' ? 'terraform.exe' : 'terraform'))
    .find(existsSync);
  if (!binary)
    throw new UsageError(
      'Terraform is not installed.',
      `Install Terraform ${wanted} (https://developer.hashicorp.com/terraform/install), or let tfenv or mise read .terraform-version.`,
    );
  const terraform = terraformAt(binary, environment);
  const version = await versionOf(terraform);
  if (version !== wanted)
    throw new UsageError(
      `This is Terraform ${version}, and .terraform-version names ${wanted}.`,
      `Install Terraform ${wanted}: a saved plan can be applied by no other version than the one that made it.`,
    );
  return { ...terraform, version };
}

async function versionOf(terraform: Omit<Terraform, 'version'>): Promise<string> {
  const about = { doing: 'say its version', environment: 'this machine' };
  const text = await terraform.text(process.cwd(), ['version', '-json'], about);
  try {
    return String((JSON.parse(text) as { terraform_version?: unknown }).terraform_version);
  } catch {
    return `that answers ${JSON.stringify(text.slice(0, 60))}`;
  }
}

function terraformAt(binary: string, environment: NodeJS.ProcessEnv): Omit<Terraform, 'version'> {
  const env = terraformEnvironment(environment);
  const mirror = mirrorFlags(environment);
  const stream: Terraform['stream'] = async (directory, args, hear = () => {}) => {
    const diagnostics: Diagnostic[] = [];
    const { code, stderr } = await runChild(binary, [...args], directory, env, (line) => {
      const message = readMessage(line);
      if (message?.kind === 'diagnostic') diagnostics.push(message.diagnostic);
      if (message) hear(message);
    });
    if (code !== 0 && !diagnostics.some(({ severity }) => severity === 'error'))
      diagnostics.push(readComplaint(stderr || `it ended with exit code ${code} and no word`));
    return { succeeded: code === 0, diagnostics };
  };
  return {
    stream,
    text: async (directory, args, about) => {
      const lines: string[] = [];
      const { code, stderr } = await runChild(binary, args, directory, env, (line) => lines.push(line));
      if (code !== 0) throw failure(about, [readComplaint(stderr)]);
      return lines.join('\n');
    },
    init: async (directory, args, about) => {
      const flags = ['init', '-json', '-input=false', ...mirror, ...args];
      const { succeeded, diagnostics } = await stream(directory, flags);
      if (!succeeded) throw failure(about, diagnostics);
    },
  };
}

export function failure({ doing, environment }: About, diagnostics: readonly Diagnostic[]): UsageError {
  const { problem, nextStep } = troubleIn(diagnostics, environment) ?? unknownTrouble(doing, diagnostics);
  return new UsageError(problem, nextStep);
}

/**
 * TF_CLI_ARGS adds flags to every command, TF_WORKSPACE is another state, TF_VAR_x other values, TF_DATA_DIR a folder
 * that outlives the run: a plan must not depend on any. TF_PLUGIN_CACHE_DIR and TF_LOG stay the caller's.
 */
const NOT_THE_CALLERS = /^TF_(CLI_ARGS.*|WORKSPACE|VAR_.*|DATA_DIR|INPUT|IN_AUTOMATION)$/;

export function terraformEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name, value]) =>
      !NOT_THE_CALLERS.test(name) &&
      // A file that is not there is no word about it, and Terraform would complain at every turn.
      !(name === 'TF_CLI_CONFIG_FILE' && !existsSync(value ?? '')),
  );
  return {
    ...cacheOf(environment),
    ...Object.fromEntries(kept),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  };
}

/** Each run has a folder of its own, and fetching the provider for each would take a minute; Terraform compares what
 * lies in the cache with the lock file. */
function cacheOf(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (environment['TF_PLUGIN_MIRROR'] || environment['TF_PLUGIN_CACHE_DIR']) return {};
  mkdirSync(CACHE, { recursive: true });
  return { TF_PLUGIN_CACHE_DIR: CACHE };
}

function mirrorFlags(environment: NodeJS.ProcessEnv): string[] {
  const mirror = environment['TF_PLUGIN_MIRROR'];
  if (!mirror) return [];
  if (!existsSync(join(mirror, 'registry.terraform.io', 'hashicorp', 'aws')))
    throw new UsageError(
      `TF_PLUGIN_MIRROR names ${mirror}, which holds no registry.terraform.io/hashicorp/aws.`,
      'Name the folder above registry.terraform.io, or unset the variable to have Terraform fetch the provider.',
    );
  return [`-plugin-dir=${mirror}`];
}

/**
 * In a process group of its own, with the signals passed on: a Ctrl-C reaches Terraform once, which then ends the step
 * it is in and writes the state, and we wait for that. A second one makes Terraform give up at once.
 */
async function runChild(
  binary: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<{ code: number; stderr: string }> {
  const child = spawn(binary, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    return await ended(child, onLine);
  } finally {
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
  }
}

async function ended(
  child: ChildProcess,
  onLine: (line: string) => void,
): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (child.stdout)
    createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
  const code = await new Promise<number>((done, failed) => {
    child.once('error', failed);
    child.once('close', (status) => done(status ?? 1));
  });
  return { code, stderr };
}
