/**
 * What the parts of a rehearsal stand on: the proposal of the sources here, a folder that is thrown away, and one
 * environment on one control plane with the commands and AWS clients that reach it.
 */

import { Agent } from 'node:https';
import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { BASE_NAMES, bucketNameIn, type EnvironmentName } from '../../stacks/names.ts';
import { ADMINISTRATOR, type Keys, type Plane } from './plane.ts';
import type { ProposalOf } from './proposals.ts';
import { type Verb, verbs } from './verb.ts';

/** The environment that goes the whole way. */
export const ENVIRONMENT: EnvironmentName = 'dev';
export const REGION = ENVIRONMENTS[ENVIRONMENT].region;

export type Setting = {
  /** Where everything is written; deleted at the end. */
  folder: string;
  /** What synth writes for the sources here. */
  base: ProposalOf;
  python: string;
};

export type Stage = Setting & {
  plane: Plane;
  run: Verb;
  bucket: string;
  clients: Clients;
};

export type Clients = {
  s3: S3Client;
  kms: KMSClient;
  iam: IAMClient;
  sts: STSClient;
  sqs: SQSClient;
};

export function stageOn(plane: Plane, setting: Setting): Stage {
  return {
    ...setting,
    plane,
    run: verbs(
      { ...plane.environment, TMPDIR: setting.folder },
      join(setting.folder, `${plane.name}-commands`),
    ),
    bucket: bucketNameIn(ENVIRONMENT, BASE_NAMES.state, plane.account),
    clients: clientsOf(plane),
  };
}

export function clientsOf(plane: Plane, credentials: Keys = ADMINISTRATOR): Clients {
  const config = {
    region: REGION,
    endpoint: plane.endpoint,
    credentials,
    maxAttempts: 2,
    requestHandler: { httpsAgent: new Agent({ ca: plane.certificate, keepAlive: true }) },
  };
  return {
    s3: new S3Client(config),
    kms: new KMSClient(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
    sqs: new SQSClient(config),
  };
}

/** As CI runs it for a pull request: the proposal is given, and the bundle goes to the state bucket. */
export function planArguments(
  { directory, commit, tree }: ProposalOf,
  more: readonly string[] = [],
): string[] {
  return ['--env', ENVIRONMENT, '--proposal', directory, '--commit', commit, '--tree', tree, ...more];
}

export function bootstrapArguments(environment: EnvironmentName, { folder, plane }: Stage): string[] {
  return [environment, join(folder, `${plane.name}-bootstrap`)];
}
