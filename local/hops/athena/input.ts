/** What Athena's operations have in common: reading their input, and saying what is wrong with it as Athena does. */

import { AwsError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import { inputOf, type Reader, textOf } from '../../shape.ts';
import type { WorkGroup } from './config.ts';
import type { Executions } from './executions.ts';
import type { Results } from './results.ts';

export type Athena = {
  ports: Ports;
  workGroups: readonly WorkGroup[];
  executions: Executions;
  results: Results;
};

export const invalid = (message: string): AwsError => new AwsError('InvalidRequestException', message);

/** A shape as an operation's `parse`, which refuses as Athena does. */
export function parserOf<T>(shape: Reader<T>): (raw: unknown) => T {
  return inputOf(shape, 'InvalidRequestException');
}

/** AWS's length limits of ids and names are not looked at: what is not here is not found. */
export const needed = textOf(1);

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
