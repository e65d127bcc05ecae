/** What Athena's operations have in common: reading their input, and saying what is wrong with it as Athena does. */

import { AwsError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import type { WorkGroup } from './config.ts';
import type { Executions } from './executions.ts';
import type { Results } from './results.ts';

export type Athena = {
  ports: Ports;
  workGroups: readonly WorkGroup[];
  executions: Executions;
  results: Results;
};

export type Json = Record<string, unknown>;

export const invalid = (message: string): AwsError => new AwsError('InvalidRequestException', message);

export function record(input: unknown): Json {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Json;
  throw new AwsError('SerializationException', 'Start of structure or map found where not expected.');
}

export function optionalText(input: Json, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new AwsError('SerializationException', `${name} can not be converted to a String`);
}

export function requiredText(input: Json, name: string): string {
  const value = optionalText(input, name);
  if (value) return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  throw invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function pageSize(input: Json, most: number): number {
  const value = input['MaxResults'];
  if (value === undefined || value === null) return most;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw invalid(`MaxResults is out of range: it must be between 1 and ${most}.`);
}

export function workGroupNamed(athena: Athena, name: string): WorkGroup {
  const found = athena.workGroups.find((each) => each.name === name);
  if (found) return found;
  throw invalid(`WorkGroup ${name} is not found.`);
}

export function workGroupArn({ ports }: Athena, name: string): string {
  return `arn:aws:athena:${ports.region}:${ports.account}:workgroup/${name}`;
}

export const dataCatalogArn = ({ ports }: Athena): string =>
  `arn:aws:athena:${ports.region}:${ports.account}:datacatalog/AwsDataCatalog`;
