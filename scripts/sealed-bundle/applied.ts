/**
 * What was applied last to an environment: `applied/<environment>.json` in the state bucket, written by apply, read by
 * drift, which must tell what somebody changed outside from what main holds and nobody has applied yet. The state
 * cannot say it: it knows no commit.
 *
 * The record holds the applied configuration itself, and the digests of all that went with it. Neither is a secret (both
 * are made from the repository), so drift needs no right to open a bundle, and no bundle has to be kept for it.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import { type Manifest, PLAN_FILE, type PlannedState } from './manifest.ts';
import type { StateBucket } from './state-bucket.ts';

/** What Terraform needs to look at what was applied: the stack, and which provider reads it. */
const CONFIGURATION = ['cdk.tf.json', '.terraform.lock.hcl'] as const;

export type Applied = {
  format: 1;
  environment: EnvironmentName;
  commit: string;
  tree: string;
  /** Of the sealed bundle. */
  bundleSha256: string;
  /** The state as the apply left it. */
  state: PlannedState;
  /** RFC 3339, UTC. */
  appliedAt: string;
  /** By name, as text. */
  configuration: Readonly<Record<(typeof CONFIGURATION)[number], string>>;
  /** SHA-256 in hex of everything that was planned from, the Lambdas' zips too. */
  files: Readonly<Record<string, string>>;
};

/** A stack is some fifty kilobytes. */
const APPLIED_BYTES_MAX = 8 * 1024 * 1024;
const ATTEMPTS_MAX = 3;

const TEXT = { type: 'string', minLength: 1, maxLength: 200 };
const DIGEST = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const PROPERTIES = {
  format: { const: 1 },
  environment: TEXT,
  commit: TEXT,
  tree: TEXT,
  bundleSha256: DIGEST,
  state: {
    type: 'object',
    properties: { lineage: { type: ['string', 'null'] }, serial: { type: 'integer', minimum: 0 } },
    required: ['lineage', 'serial'],
  },
  appliedAt: TEXT,
  configuration: { type: 'object', additionalProperties: { type: 'string' }, required: CONFIGURATION },
  files: { type: 'object', additionalProperties: DIGEST },
};
const isApplied = new Ajv2020({ strictTypes: false, strictRequired: false }).compile<Applied>({
  type: 'object',
  properties: PROPERTIES,
  required: Object.keys(PROPERTIES),
});

/** False when a later apply has been recorded already: its record stays. */
export async function recordApplied(
  bucket: StateBucket,
  { manifest, files, ...rest }: ApplyDone,
): Promise<boolean> {
  const { environment } = bucket.place;
  const { commit, tree } = manifest;
  const text = (name: string): string => Buffer.from(files.get(name) ?? '').toString('utf8');
  const { [PLAN_FILE]: _, ...digests } = manifest.files;
  const configuration = {
    'cdk.tf.json': text('cdk.tf.json'),
    '.terraform.lock.hcl': text('.terraform.lock.hcl'),
  };
  const record: Applied = { format: 1, environment, commit, tree, ...rest, configuration, files: digests };
  const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const found = await bucket.read(keyOf(environment), APPLIED_BYTES_MAX);
    const stored = found && parse(found.bytes);
    if (stored?.state.lineage === record.state.lineage && stored.state.serial > record.state.serial)
      return false;
    if (await bucket.write(keyOf(environment), bytes, found)) return true;
  }
  throw new UsageError(
    `What was applied to ${environment} could not be recorded: others record at this very moment.`,
    'The apply itself is done. See who else applies to this environment; the next apply records again.',
  );
}

export type ApplyDone = {
  manifest: Manifest;
  /** The bundle's. */
  files: ReadonlyMap<string, Uint8Array>;
  bundleSha256: string;
  state: PlannedState;
  appliedAt: string;
};

/** Undefined where nothing was applied by `npm run apply` yet. */
export async function lastApplied(bucket: StateBucket): Promise<Applied | undefined> {
  const { environment } = bucket.place;
  const found = await bucket.read(keyOf(environment), APPLIED_BYTES_MAX);
  if (!found) return undefined;
  const applied = parse(found.bytes);
  if (applied?.environment === environment) return applied;
  throw new UsageError(
    `${keyOf(environment)} in ${bucket.place.bucket} is no record of an apply.`,
    'Bring an older version of the object back, or delete it: the next apply writes it anew.',
  );
}

const keyOf = (environment: EnvironmentName): string => `applied/${environment}.json`;

function parse(bytes: Uint8Array): Applied | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!isApplied(json)) return undefined;
    const stack: unknown = JSON.parse(json.configuration['cdk.tf.json']);
    return typeof stack === 'object' && stack !== null ? json : undefined;
  } catch {
    return undefined;
  }
}
