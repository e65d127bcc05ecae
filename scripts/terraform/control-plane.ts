/**
 * Where an environment's state and its key are: the bucket and the key that `npm run bootstrap` made, found from the
 * credentials at hand. A backend takes no alias and a bucket's name ends in the account, so both are asked for.
 *
 * A rehearsal runs against an emulator and needs nothing else: AWS_ENDPOINT_URL is read by the SDKs and by Terraform.
 */

import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { BASE_NAMES, bucketNameIn, type EnvironmentName, nameIn } from '../../stacks/names.ts';
import { clientConfig, reaching } from '../clients.ts';
import { UsageError } from '../command.ts';
import { troubleIn } from './trouble.ts';

export type ControlPlane = {
  environment: EnvironmentName;
  account: string;
  bucket: string;
  /** The key's own ARN, not its alias. */
  keyId: string;
};

export async function findControlPlane(environment: EnvironmentName): Promise<ControlPlane> {
  const config = clientConfig(environment);
  return reaching(config, () =>
    explained(environment, async () => {
      const { Account: account = '' } = await new STSClient(config).send(new GetCallerIdentityCommand({}));
      return {
        environment,
        account,
        bucket: bucketNameIn(environment, BASE_NAMES.state, account),
        keyId: await keyOf(new KMSClient(config), environment, account),
      };
    }),
  );
}

async function keyOf(kms: KMSClient, environment: EnvironmentName, account: string): Promise<string> {
  const alias = `alias/${nameIn(environment, BASE_NAMES.state)}`;
  try {
    const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    if (key?.Arn && key.KeyState !== 'PendingDeletion') return key.Arn;
  } catch (error) {
    if ((error as Error).name !== 'NotFoundException') throw error;
  }
  throw new UsageError(
    `The account ${account} has no key ${alias} to encrypt ${environment}'s state with.`,
    `Make it, once an account: npm run bootstrap -- --env ${environment}. Or these credentials are another account's.`,
  );
}

/** The SDK's complaints in the sentences that Terraform's have. */
async function explained<T>(environment: EnvironmentName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    const summary = `api error ${name}: ${message}`;
    const trouble =
      '$metadata' in (error as object)
        ? troubleIn([{ severity: 'error', summary, detail: '' }], environment)
        : undefined;
    throw trouble ? new UsageError(trouble.problem, trouble.nextStep) : error;
  }
}
