/**
 * Reads a synthesized `cdk.tf.json` into the `Stack` that the parts open: references, data sources and variables
 * resolved, every resource type either a part's kind or on the printed list of what has no behaviour here.
 *
 *     stacks/main.ts → cdk.tf.json → [read] → parts
 *
 * It never imports stacks/: the file is all that it sees, so any other stack of known types runs as well.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EngineError } from '../aws-error.ts';
import { trackedBlock } from './block.ts';
import { readDataSource } from './data-sources.ts';
import { parseTemplate, type Reference } from './expression.ts';
import { INERT, INERT_ARGUMENTS } from './inert.ts';
import type { ResourceKind, Stack } from './stack.ts';

type Json = Record<string, unknown>;
type Resources = Record<string, Record<string, Json>>;

type StackFile = {
  terraform?: unknown;
  provider?: { aws?: { region?: unknown }[] };
  resource?: Resources;
  data?: Resources;
  variable?: Record<string, { default?: unknown }>;
  locals?: Json;
};

export type ReadStack = Stack & {
  region: string;
  account: string;
  inert: Inert[];
};

/** A resource, or one argument of it, that is accepted and does nothing here, with the reason. */
export type Inert = { address: string; argument?: string; why: string };

/** AWS's account ids have twelve digits; this one belongs to nobody. */
const LOCAL_ACCOUNT = '000000000000';
const KNOWN_SECTIONS = new Set([
  '//',
  'terraform',
  'provider',
  'resource',
  'data',
  'variable',
  'locals',
  'output',
  'moved',
]);

export function readStack(path: string, kinds: readonly ResourceKind[]): ReadStack {
  const file = parseFile(path);
  const region = regionOf(file, path);
  const account = { account: LOCAL_ACCOUNT, region };
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  refuseUnknown(file, byType, path);
  const resolver = createResolver(file, byType, account);
  refuseSameArn(file, byType, resolver.attributes);
  return {
    ...account,
    directory: dirname(resolve(path)),
    inert: inertResources(file),
    all<Config>(kind: ResourceKind<Config>): Config[] {
      return Object.keys(file.resource?.[kind.type] ?? {})
        .sort()
        .map((name) => {
          const block = trackedBlock(`${kind.type}.${name}`, resolver.resource(kind.type, name));
          const config = kind.parse(block);
          block.finish();
          return config;
        });
    },
  };
}

function parseFile(path: string): StackFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new EngineError(
      `The stack file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`,
      'Give --stack the path of a synthesized cdk.tf.json (npm run synth writes them under cdktf.out/stacks/).',
    );
  }
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new EngineError(
      `The stack file ${path} is not JSON: ${(error as Error).message}.`,
      'Give --stack a synthesized cdk.tf.json; HCL files are not read.',
    );
  }
  if (!isObject(file) || !isBlocks(file['resource']) || !isBlocks(file['data']))
    throw new EngineError(
      `The stack file ${path} is JSON, but not Terraform's: it needs "resource" with types, names and arguments.`,
      'Give --stack a synthesized cdk.tf.json (npm run synth writes them under cdktf.out/stacks/).',
    );
  return file;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{ type: { name: { argument: … } } }`, or nothing. */
function isBlocks(value: unknown): boolean {
  if (value === undefined) return true;
  const isLevel = (level: unknown) => isObject(level) && Object.values(level).every(isObject);
  return isLevel(value) && Object.values(value as Json).every(isLevel);
}

function regionOf(file: StackFile, path: string): string {
  const region = file.provider?.aws?.[0]?.region;
  if (typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return region;
  throw new EngineError(
    `${path}: the aws provider has no literal region.`,
    'Set `region` on the AwsProvider of this stack and synthesize again.',
  );
}

function refuseUnknown(file: StackFile, byType: Map<string, ResourceKind>, path: string): void {
  const section = Object.keys(file).find((name) => !KNOWN_SECTIONS.has(name));
  if (section)
    throw new EngineError(
      `${path}: the engine does not read "${section}" blocks.`,
      'Express it with resources of the known types (docs/differences.md lists them).',
    );
  const unknown = Object.entries(file.resource ?? {})
    .filter(([type]) => !byType.has(type) && !INERT[type])
    .flatMap(([type, resources]) => Object.keys(resources).map((name) => `${type}.${name}`));
  if (unknown.length > 0)
    throw new EngineError(
      `${path}: the engine has no counterpart for ${unknown.join(', ')}.`,
      'Leave it out of the environment that runs on the laptop, or add its kind to the engine (CONTRIBUTING.md, "Add a hop").',
    );
}

/** AWS would refuse the second at deployment; here it would hide the first. */
function refuseSameArn(
  file: StackFile,
  byType: Map<string, ResourceKind>,
  attributes: (type: string, name: string) => Json,
): void {
  const owners = new Map<unknown, string>();
  for (const [type, resources] of Object.entries(file.resource ?? {}))
    for (const [name, json] of Object.entries(resources)) {
      // An argument `arn` names something else, such as a rule's target.
      const arn = byType.has(type) && !('arn' in json) ? attributes(type, name)['arn'] : undefined;
      const owner = owners.get(arn);
      if (owner)
        throw new EngineError(
          `${owner} and ${type}.${name} are both ${arn}.`,
          'Give one of them another name in the stack and synthesize again.',
        );
      if (arn !== undefined) owners.set(arn, `${type}.${name}`);
    }
}

function inertResources(file: StackFile): Inert[] {
  return Object.entries(file.resource ?? {}).flatMap(([type, resources]) => {
    const inert = INERT[type];
    return Object.entries(resources).flatMap(([name, json]): Inert[] => {
      const address = `${type}.${name}`;
      if (inert) return [{ address, why: inert.why }];
      return Object.entries(INERT_ARGUMENTS[type] ?? {})
        .filter(([argument]) => json[argument] != null)
        .map(([argument, why]) => ({ address, argument, why }));
    });
  });
}

function createResolver(
  file: StackFile,
  byType: Map<string, ResourceKind>,
  account: { account: string; region: string },
) {
  const attributes = new Map<string, Json>();
  const resolving: string[] = [];

  /** The block's arguments, each resolved when it is first read: a role's arn may be asked for before its policy. */
  function lazily(address: string, json: Json): Json {
    const lazy: Json = {};
    for (const [name, raw] of Object.entries(json)) {
      let known: { value: unknown } | undefined;
      Object.defineProperty(lazy, name, {
        enumerable: true,
        configurable: true,
        get: () => {
          known ??= { value: guarded(`${address}.${name}`, () => resolveValue(raw, address)) };
          return known.value;
        },
      });
    }
    return lazy;
  }

  function guarded<T>(key: string, work: () => T): T {
    if (resolving.includes(key))
      throw new EngineError(
        `The stack refers to itself in a circle: ${[...resolving, key].join(' → ')}.`,
        'Break the circle in the construct that closes it.',
      );
    resolving.push(key);
    try {
      return work();
    } finally {
      resolving.pop();
    }
  }

  function resolveValue(raw: unknown, address: string): unknown {
    if (typeof raw === 'string') return resolveText(raw, address);
    if (Array.isArray(raw)) return raw.map((each) => resolveValue(each, address));
    if (typeof raw !== 'object' || raw === null) return raw;
    return Object.fromEntries(
      Object.entries(raw).map(([name, value]) => [name, resolveValue(value, address)]),
    );
  }

  function resolveText(text: string, address: string): unknown {
    if (!text.includes('${') && !text.includes('%{')) return text;
    const pieces = parseTemplate(text, address);
    const values = pieces.map((piece) => (piece.kind === 'text' ? piece.text : lookUp(piece.path, address)));
    return values.length === 1 ? values[0] : values.map(String).join('');
  }

  function lookUp(path: Reference, address: string): unknown {
    const [head, second, third] = path;
    if (head === 'var') return walk(variable(String(second), address), path.slice(2), path, address);
    if (head === 'local')
      return walk(resolveValue(file.locals?.[String(second)], address), path.slice(2), path, address);
    if (head === 'data')
      return walk(dataSource(String(second), String(third), address), path.slice(3), path, address);
    return walk(attributesOf(String(head), String(second), address), path.slice(2), path, address);
  }

  function variable(name: string, address: string): unknown {
    const declared = file.variable?.[name];
    if (declared?.default === undefined)
      throw new EngineError(
        `${address}: the variable ${name} has no default.`,
        'Give it a default in the stack: the engine has no -var.',
      );
    return declared.default;
  }

  function dataSource(type: string, name: string, address: string): Json {
    const json = file.data?.[type]?.[name];
    if (!json) throw dangling(`data.${type}.${name}`, address);
    const key = `data.${type}.${name}`;
    return remembered(key, () => readDataSource(type, key, resolveValue(json, key) as Json, account));
  }

  function attributesOf(type: string, name: string, address: string): Json {
    const json = file.resource?.[type]?.[name];
    if (!json) throw dangling(`${type}.${name}`, address);
    const key = `${type}.${name}`;
    return remembered(key, () => {
      const lazy = lazily(key, json);
      const computed =
        byType.get(type)?.computed(trackedBlock(key, lazy), account) ??
        INERT[type]?.computed((argument) => String(lazy[argument] ?? name), account);
      return Object.defineProperties(lazy, Object.getOwnPropertyDescriptors(computed ?? {}));
    });
  }

  function remembered(key: string, make: () => Json): Json {
    const known = attributes.get(key) ?? make();
    attributes.set(key, known);
    return known;
  }

  return {
    attributes: (type: string, name: string): Json => attributesOf(type, name, `${type}.${name}`),
    resource: (type: string, name: string): Json =>
      lazily(`${type}.${name}`, file.resource?.[type]?.[name] ?? {}),
  };
}

/** Follows attribute names and indexes; a nested block reads the same whether it is an object or a list of one. */
function walk(start: unknown, rest: Reference, path: Reference, address: string): unknown {
  let value = start;
  for (const step of rest) {
    if (Array.isArray(value) && typeof step === 'string' && value.length === 1) value = value[0];
    if (step === 0 && !Array.isArray(value)) continue;
    value = typeof value === 'object' && value !== null ? (value as Json)[step as string] : undefined;
    if (value === undefined)
      throw new EngineError(
        `${address}: \${${path.join('.')}} refers to an attribute that the engine does not compute.`,
        "Use an attribute that the hop's config.ts computes, or add it there.",
      );
  }
  return value;
}

function dangling(reference: string, address: string): EngineError {
  return new EngineError(
    `${address}: refers to ${reference}, which the stack does not hold.`,
    'Synthesize the stack again; a file edited by hand may have lost a resource.',
  );
}
