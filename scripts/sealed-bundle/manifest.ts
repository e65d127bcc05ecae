/**
 * What a sealed bundle says of itself: the environment and the source it was planned for, the state it was planned
 * against, the tools that made it, and the digest of every file in it. The header is the part that may be read without
 * the key: it says for whom and against which state, and nothing of what the plan does.
 *
 * It is read at the edge, here; who gets a Manifest believes its form. Whether it fits is said by refusals.ts.
 */

import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';
import { BundleRefused, PLAN_AGAIN } from './bundle-refused.ts';

export const MANIFEST_FORMAT = 1;
export const MANIFEST_FILE = 'manifest.json';
export const PLAN_FILE = 'plan';

/** What every bundle holds; the Lambdas' zips beside them are named by the stack. */
export const REQUIRED_FILES = [PLAN_FILE, '.terraform.lock.hcl', 'cdk.tf.json'] as const;
const ASSET = /^assets\/[a-z0-9][a-z0-9._-]*\.zip$/;

/** The state that a plan was made against. `lineage` is null where nothing was ever applied. */
export type PlannedState = { lineage: string | null; serial: number };

export type Header = {
  format: typeof MANIFEST_FORMAT;
  environment: EnvironmentName;
  /** Git's ids, with `-dirty` where the working copy held more than they say. */
  commit: string;
  tree: string;
  /** RFC 3339, UTC. */
  sealedAt: string;
  state: PlannedState;
};

export type Manifest = Header & {
  terraformVersion: string;
  /** `registry.terraform.io/hashicorp/aws` → `5.100.0` */
  providers: Readonly<Record<string, string>>;
  /** SHA-256 in hex, by name; the manifest itself is not among them. */
  files: Readonly<Record<string, string>>;
};

/** A file name that may lie in a bundle: none leads anywhere but into the working directory. */
export function isBundleFile(name: string): boolean {
  return REQUIRED_FILES.some((each) => each === name) || ASSET.test(name);
}

export function headerOf({ format, environment, commit, tree, sealedAt, state }: Header): Header {
  return {
    format,
    environment,
    commit,
    tree,
    sealedAt,
    state: { lineage: state.lineage, serial: state.serial },
  };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const GIT_ID = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?$' };
const HEADER_PROPERTIES = {
  format: { const: MANIFEST_FORMAT },
  environment: { enum: ENVIRONMENT_NAMES },
  commit: GIT_ID,
  tree: GIT_ID,
  sealedAt: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' },
  state: {
    type: 'object',
    properties: {
      lineage: { type: ['string', 'null'], maxLength: 128 },
      serial: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    },
    required: ['lineage', 'serial'],
    additionalProperties: false,
  },
};
const MANIFEST_PROPERTIES = {
  ...HEADER_PROPERTIES,
  terraformVersion: { type: 'string', minLength: 1, maxLength: 64 },
  providers: { type: 'object', additionalProperties: { type: 'string' } },
  files: { type: 'object', additionalProperties: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
};

const ajv = new Ajv2020({ strictTypes: false });
const isHeader = ajv.compile<Header>(exactly(HEADER_PROPERTIES));
const isManifest = ajv.compile<Manifest>(exactly(MANIFEST_PROPERTIES));

export function readHeaderJson(bytes: Uint8Array): Header {
  const json = parse(bytes, 'header');
  if (isHeader(json)) return json;
  throw malformed('header', ajv.errorsText(isHeader.errors, { dataVar: 'header' }));
}

export function readManifestJson(bytes: Uint8Array): Manifest {
  const json = parse(bytes, 'manifest');
  if (isManifest(json)) return json;
  throw malformed('manifest', ajv.errorsText(isManifest.errors, { dataVar: 'manifest' }));
}

export function jsonBytes(value: Header | Manifest): Uint8Array {
  return Buffer.from(JSON.stringify(value), 'utf8');
}

function exactly(properties: Record<string, unknown>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function parse(bytes: Uint8Array, part: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed(part, 'it is no JSON');
  }
}

function malformed(part: string, reason: string): BundleRefused {
  return new BundleRefused(`The bundle's ${part} cannot be read: ${reason}.`, PLAN_AGAIN);
}
