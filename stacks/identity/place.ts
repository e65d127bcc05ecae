/**
 * Where an environment stands, and the ARNs of its things by name: rights must be written before Terraform has made
 * anything, so they rest on the names of names.ts. The account is known here, as the bootstrap runs in it.
 */

import type { Environment } from '../environments.ts';
import { BASE_NAMES, type BaseName, bucketNameIn, nameIn } from '../names.ts';

export type Place = { environment: Environment; account: string };

export function named({ environment }: Place, base: BaseName): string {
  return nameIn(environment.name, base);
}

/** `arn(place, 'kinesis', 'stream/a')` */
export function arn({ environment, account }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${environment.region}:${account}:${resource}`;
}

/** IAM is one for all regions. */
export function iamArn({ account }: Place, resource: string): string {
  return `arn:aws:iam::${account}:${resource}`;
}

export function bucketArn({ environment, account }: Place, base: BaseName): string {
  return `arn:aws:s3:::${bucketNameIn(environment.name, base, account)}`;
}

/** The services' own roles, each with the service that may be given it. */
export function serviceRoles(place: Place): { arn: string; service: string }[] {
  const roles: [BaseName, string][] = [
    [BASE_NAMES.pipe, 'pipes.amazonaws.com'],
    [BASE_NAMES.deliveryStream, 'firehose.amazonaws.com'],
    [BASE_NAMES.transform, 'lambda.amazonaws.com'],
    [BASE_NAMES.publishViews, 'lambda.amazonaws.com'],
    [BASE_NAMES.crawler, 'glue.amazonaws.com'],
  ];
  return roles.map(([base, service]) => ({ arn: iamArn(place, `role/${named(place, base)}`), service }));
}

/** The log groups of the pipeline, without the `:*` of what is in them. */
export function logGroups(place: Place): string[] {
  return [
    `/aws/lambda/${named(place, BASE_NAMES.transform)}`,
    `/aws/lambda/${named(place, BASE_NAMES.publishViews)}`,
    `/aws/kinesisfirehose/${named(place, BASE_NAMES.deliveryStream)}`,
    `/aws/vendedlogs/pipes/${named(place, BASE_NAMES.pipe)}`,
  ].map((group) => arn(place, 'logs', `log-group:${group}`));
}

export function glueArns(place: Place): string[] {
  const database = named(place, BASE_NAMES.database);
  return ['catalog', `database/${database}`, `table/${database}/*`].map((each) => arn(place, 'glue', each));
}
