/**
 * Where the key of one bundle comes from and who may have it again: a port, and its one implementation over KMS. The
 * environment and the tree are the encryption context, so a wrapped key that is put under another bundle's header is
 * refused by KMS itself, and CloudTrail tells whose bundle was opened.
 * https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */

import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { UsageError } from '../command.ts';
import { BundleRefused, PLAN_AGAIN } from './bundle-refused.ts';

export type KeyContext = { environment: string; tree: string };

export type DataKeys = {
  /** A key of 32 bytes for one bundle. Whoever asked wipes `plaintext` after use. */
  generate(context: KeyContext): Promise<{ plaintext: Uint8Array; wrapped: Uint8Array }>;
  /** The same key again; another context or another wrapping key is refused. */
  unwrap(wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>;
};

const DATA_KEY_BYTES = 32;

/** `keyId` is the key's own id or ARN: by it a bundle that was wrapped under any other key is refused. */
export function kmsDataKeys(client: Pick<KMSClient, 'send'>, keyId: string): DataKeys {
  return {
    async generate(context) {
      const { Plaintext, CiphertextBlob } = await explained(keyId, context, () =>
        client.send(
          new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
        ),
      );
      if (!CiphertextBlob) throw new Error('KMS made a data key without its wrapped form.');
      return { plaintext: ownKey(Plaintext), wrapped: CiphertextBlob };
    },
    async unwrap(wrapped, context) {
      const { Plaintext } = await explained(keyId, context, () =>
        client.send(
          new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { ...context } }),
        ),
      );
      return ownKey(Plaintext);
    },
  };
}

/** In memory of its own, so that wiping it leaves no copy; the SDK's answer is wiped here. */
function ownKey(plaintext: Uint8Array | undefined): Uint8Array {
  if (plaintext?.length !== DATA_KEY_BYTES) throw new Error('KMS answered with no data key of 32 bytes.');
  const key = Uint8Array.from(plaintext);
  plaintext.fill(0);
  return key;
}

async function explained<T>(keyId: string, context: KeyContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sentence(error as Error, keyId, context) ?? error;
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors */
function sentence(
  { name, message }: Error,
  keyId: string,
  { environment, tree }: KeyContext,
): Error | undefined {
  switch (name) {
    case 'InvalidCiphertextException':
      return new BundleRefused(
        `KMS does not give the bundle's key out for ${environment} and the tree ${tree}: the bundle was altered, or was sealed for another one.`,
        PLAN_AGAIN,
      );
    case 'IncorrectKeyException':
      return new BundleRefused(
        `The bundle was sealed with another key than ${keyId}, which is ${environment}'s.`,
        'Give the bundle of this environment and account, or make a new plan: npm run plan.',
      );
    case 'AccessDeniedException':
      return new UsageError(
        `These credentials may not use ${environment}'s key: ${message}`,
        `Use the role that may: ${environment}'s plan role seals, its apply role opens (stacks/bootstrap.ts).`,
      );
    case 'NotFoundException':
      return new UsageError(
        `There is no key ${keyId} in this account and region.`,
        `Make it, once an account: npm run bootstrap -- --env ${environment}. Or these credentials are another account's.`,
      );
    case 'DisabledException':
    case 'KMSInvalidStateException':
      return new UsageError(
        `The key ${keyId} of ${environment} cannot be used: ${message}`,
        'Enable it again, or cancel its deletion: without it the state cannot be read either.',
      );
    default:
      return undefined;
  }
}
