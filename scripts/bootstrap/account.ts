/**
 * The account as the bootstrap finds it: who asks, whether GitHub is known there already, whether an environment's
 * bucket stands and what state lies in it. It changes nothing.
 */

import {
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { GetObjectCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { BASE_NAMES, bucketNameIn, type EnvironmentName } from '../../stacks/names.ts';
import type { ClientConfig } from '../clients.ts';
import { UsageError } from '../command.ts';
import { troubleIn } from '../terraform/trouble.ts';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';
/** Beside `pipeline.tfstate`; the pipeline's roles cannot reach it (stacks/identity/state-rights.ts). */
export const STATE_KEY = 'bootstrap.tfstate';

export type Account = {
  id: string;
  /** Who asks. */
  caller: string;
  bucket: string;
  bucketStands: boolean;
  knowsGithub: boolean;
  /** The bootstrap's state, as it lies in the bucket. */
  state?: string;
};

export async function lookAt(environment: EnvironmentName, config: ClientConfig): Promise<Account> {
  const { Account: id = '', Arn: caller = '' } = await explained('you', () =>
    new STSClient(config).send(new GetCallerIdentityCommand({})),
  );
  const s3 = new S3Client(config);
  const bucket = bucketNameIn(environment, BASE_NAMES.state, id);
  return explained(caller, async () => {
    const bucketStands = await stands(s3, bucket, id);
    const state = bucketStands ? await stateIn(s3, bucket, id) : undefined;
    return {
      id,
      caller,
      bucket,
      bucketStands,
      knowsGithub: await knowsGithub(new IAMClient(config), id),
      ...(state === undefined ? {} : { state }),
    };
  });
}

/** S3 answers a HEAD without a body, so the SDK may know a refusal by its number alone. */
async function explained<T>(caller: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (!$metadata) throw error;
    const known = troubleIn([{ severity: 'error', summary: `${name}: ${message}`, detail: '' }], '');
    if (known) throw new UsageError(known.problem, known.nextStep);
    if ($metadata.httpStatusCode !== 403) throw error;
    throw new UsageError(
      `AWS does not let ${caller} look at what stands in the account: ${message}`,
      'Use the credentials of an administrator of the account, by AWS_PROFILE or `aws sso login`.',
    );
  }
}

async function stands(s3: S3Client, bucket: string, account: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return true;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (name === 'NotFound' || $metadata?.httpStatusCode === 404) return false;
    throw error;
  }
}

async function stateIn(s3: S3Client, bucket: string, account: string): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: STATE_KEY, ExpectedBucketOwner: account }),
    );
    return await Body?.transformToString();
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** An account can have one provider for an issuer, and others may have made it for repositories of theirs. */
async function knowsGithub(iam: IAMClient, account: string): Promise<boolean> {
  const { OpenIDConnectProviderList: all = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const arn = `arn:aws:iam::${account}:oidc-provider/${ISSUER}`;
  if (!all.some((each) => each.Arn === arn)) return false;
  const { ClientIDList: audiences = [] } = await iam.send(
    new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }),
  );
  if (audiences.includes(AUDIENCE)) return true;
  throw new UsageError(
    `The account ${account} knows GitHub already, but not for tokens that are meant for ${AUDIENCE}.`,
    `Add the audience: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${AUDIENCE}`,
  );
}
