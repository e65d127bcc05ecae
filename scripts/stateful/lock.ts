/**
 * The stateful-address lock, `stacks/stateful.lock.json`: for each environment the addresses that hold data, and the
 * physical name behind each. It is committed, so that a change which would lose an address shows as a line that went.
 *
 * Terraform knows a thing by its address alone, and CDKTF makes the address from the construct ids. Renaming a
 * construct is therefore a new address: destroy the table, create an empty one. `prevent_destroy` does not help: it is
 * an argument of the block, and the block of the old address is gone.
 *
 * The update only ever adds. A line is removed by hand, in the change that gives the thing up, with a waiver.
 */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';
import { UsageError } from '../command.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';

/** What holds data, and the argument that names it; a KMS key has no name, AWS gives it an id.
 *
 * Log groups are not among them: what is lost with one is the telling of past failures, and no order. Nor are the pipe
 * and the delivery stream, which hold a place in a stream and no data: what a new one skips or repeats is the review's
 * matter (scripts/review/). */
export const STATEFUL_TYPES: Readonly<Record<string, { name: string | undefined; holds: string }>> = {
  aws_dynamodb_table: { name: 'name', holds: 'the orders' },
  aws_kinesis_stream: { name: 'name', holds: 'the changes of the retention period' },
  aws_s3_bucket: { name: 'bucket', holds: 'the files of a bucket' },
  aws_sqs_queue: { name: 'name', holds: 'the dead letters' },
  aws_kms_key: { name: undefined, holds: 'the key without which nothing encrypted can be read again' },
  aws_glue_catalog_database: { name: 'name', holds: 'the tables that the crawler found, and the views' },
};

/** Address to physical name, as the stack writes it; null where AWS, or the account, gives the name. */
export type LockedAddresses = Readonly<Record<string, string | null>>;
/** The pipeline of an environment, or what the bootstrap made for it: the bucket and the key of its state. */
export type Section = EnvironmentName | `bootstrap-${EnvironmentName}`;
export type StatefulLock = Readonly<Partial<Record<Section, LockedAddresses>>>;

export const LOCK_PATH = 'stacks/stateful.lock.json';

const validate = new Ajv2020().compile<StatefulLock>({
  type: 'object',
  propertyNames: { enum: ENVIRONMENT_NAMES.flatMap((name) => [name, `bootstrap-${name}`]) },
  additionalProperties: {
    type: 'object',
    propertyNames: { pattern: '^[a-z][a-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_-]*$' },
    additionalProperties: { type: ['string', 'null'] },
  },
});

export function readLock(text: string, path: string): StatefulLock {
  let fault: string;
  try {
    const parsed: unknown = JSON.parse(text);
    if (validate(parsed)) return parsed;
    const [error] = validate.errors ?? [];
    fault = `${error?.instancePath || 'The file'} ${error?.message}`;
  } catch (error) {
    fault = `it is not JSON (${(error as Error).message})`;
  }
  throw new UsageError(
    `${path} is no stateful-address lock: ${fault}.`,
    'Take it from main again, then: npm run synth -- --update-lock',
  );
}

/** What the stack has that holds data. */
export function statefulAddresses(stack: JsonObject): LockedAddresses {
  const resources = asObject(stack['resource']);
  return Object.fromEntries(
    Object.entries(STATEFUL_TYPES).flatMap(([type, { name }]) =>
      Object.entries(asObject(resources[type])).map(([id, body]) => {
        const named = name === undefined ? undefined : asObject(body)[name];
        return [`${type}.${id}`, typeof named === 'string' ? named : null];
      }),
    ),
  );
}

/** The lock with what the stack has and it lacks; what it has stays as it is, also where the stack says otherwise. */
export function withNew(lock: StatefulLock, section: Section, stack: JsonObject): StatefulLock {
  const addresses = sorted({ ...statefulAddresses(stack), ...lock[section] });
  return { ...lock, [section]: addresses };
}

export function lockText(lock: StatefulLock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function sorted(addresses: LockedAddresses): LockedAddresses {
  return Object.fromEntries(Object.entries(addresses).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
