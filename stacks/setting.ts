/**
 * What every construct is told beside its own settings: which environment, which account, which key. A construct
 * never asks whether it is on a laptop; it only reads the numbers it is given.
 */

import type { Environment } from './environments.ts';
import { type BaseName, bucketNameIn, nameIn } from './names.ts';

export type Setting = {
  environment: Environment;
  /** The account's id, known to Terraform only when it plans. */
  account: string;
  /** The environment's own KMS key; absent where AWS's keys are used. */
  keyArn?: string;
};

export function nameOf({ environment }: Setting, base: BaseName): string {
  return nameIn(environment.name, base);
}

export function bucketNameOf({ environment, account }: Setting, base: BaseName): string {
  return bucketNameIn(environment.name, base, account);
}

/** An ARN made by hand, for what must name a thing before Terraform has made it (trust policies, name patterns). */
export function arnOf({ environment, account }: Setting, service: string, resource: string): string {
  return `arn:aws:${service}:${environment.region}:${account}:${resource}`;
}
