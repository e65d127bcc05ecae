/**
 * GitHub's workflows and actions as data: every YAML file under .github that GitHub runs, its jobs and steps. It knows
 * the few keys that the contracts ask about and evaluates no expression.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Which repository this is on GitHub, as its workflows call themselves. */
export const REPOSITORY = (
  JSON.parse(readFileSync(join(ROOT, '.github/repository.json'), 'utf8')) as { name: string }
).name;

/** Text of each file by its path in the repository. */
export type Files = ReadonlyMap<string, string>;

export type Step = {
  uses?: string;
  run?: string;
  if?: string;
  with?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, unknown>>;
  'continue-on-error'?: unknown;
};

export type Permissions = string | Readonly<Record<string, string>>;

export type Job = {
  /** `deploy.yml: prod` */
  at: string;
  id: string;
  file: string;
  uses?: string;
  if?: string;
  needs: readonly string[];
  permissions: Permissions | undefined;
  steps: readonly Step[];
  /** As it stands in the file. */
  raw: Readonly<Record<string, unknown>>;
};

export type Workflow = {
  /** `deploy.yml` */
  file: string;
  text: string;
  triggers: Readonly<Record<string, unknown>>;
  jobs: readonly Job[];
  raw: Readonly<Record<string, unknown>>;
};

/** A composite action of ours. */
export type Action = { file: string; text: string; steps: readonly Step[] };

const WORKFLOWS = '.github/workflows/';
const ACTIONS = '.github/actions/';

/** The files that the contracts look at. */
export function readFiles(): Files {
  const paths = [WORKFLOWS, ACTIONS].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length)),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

export function workflowsIn(files: Files): Workflow[] {
  return [...files]
    .filter(([path]) => path.startsWith(WORKFLOWS))
    .map(([path, text]) => workflow(path.slice(WORKFLOWS.length), text));
}

export function actionsIn(files: Files): Action[] {
  return [...files]
    .filter(([path]) => path.startsWith(ACTIONS))
    .map(([file, text]) => {
      const { runs } = parse(text) as { runs: { steps?: Step[] } };
      return { file, text, steps: runs.steps ?? [] };
    });
}

function workflow(file: string, text: string): Workflow {
  const raw = parse(text) as Record<string, unknown>;
  const on = raw['on'];
  const triggers = typeof on === 'string' ? { [on]: null } : Array.isArray(on) ? listed(on) : record(on);
  const jobs = Object.entries(record(raw['jobs'])).map(([id, job]) =>
    jobOf(file, id, record(job), raw['permissions'] as Permissions | undefined),
  );
  return { file, text, triggers, jobs, raw };
}

function jobOf(
  file: string,
  id: string,
  raw: Readonly<Record<string, unknown>>,
  workflowPermissions: Permissions | undefined,
): Job {
  const { uses, needs } = raw;
  return {
    at: `${file}: ${id}`,
    id,
    file,
    ...(typeof uses === 'string' ? { uses } : {}),
    ...(raw['if'] === undefined ? {} : { if: String(raw['if']) }),
    needs: needs === undefined ? [] : [needs].flat().map(String),
    permissions: (raw['permissions'] as Permissions | undefined) ?? workflowPermissions,
    steps: (raw['steps'] as Step[] | undefined) ?? [],
    raw,
  };
}

function record(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

function listed(names: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [String(name), null]));
}
