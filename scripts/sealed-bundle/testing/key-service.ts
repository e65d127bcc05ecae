/**
 * KMS as far as bundles need it, in memory: a key wraps data keys, bound to the encryption context, and refuses with
 * AWS's own names of errors.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

type Context = Record<string, string> | undefined;

export type KeyService = {
  client: Pick<KMSClient, 'send'>;
  /** The plaintexts that were handed out, as the SDK's own buffers. */
  handedOut: Uint8Array[];
};

export function keyService(keyIds: readonly string[]): KeyService {
  const keys = new Map(keyIds.map((id) => [id, createHash('sha256').update(id).digest()]));
  const handedOut: Uint8Array[] = [];
  const give = (plaintext: Uint8Array) => {
    handedOut.push(plaintext);
    return plaintext;
  };
  const generate = (id: string, context: Context) => {
    const key = keys.get(id);
    if (!key) throw named('NotFoundException');
    const plaintext = randomBytes(32);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextBytes(context));
    const parts = [idBytes(id), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
    return { Plaintext: give(plaintext), CiphertextBlob: Buffer.concat(parts) };
  };
  const decrypt = (blob: Buffer, id: string | undefined, context: Context) => {
    const [owner, key] = [...keys].find(([each]) => idBytes(each).equals(blob.subarray(0, 16))) ?? [];
    if (!key || blob.length !== 76) throw named('InvalidCiphertextException');
    if (owner !== id) throw named('IncorrectKeyException');
    const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(16, 28), { authTagLength: 16 });
    decipher.setAAD(contextBytes(context)).setAuthTag(blob.subarray(60));
    try {
      return { Plaintext: give(Buffer.concat([decipher.update(blob.subarray(28, 60)), decipher.final()])) };
    } catch {
      throw named('InvalidCiphertextException');
    }
  };
  const send = async (command: unknown) => {
    if (command instanceof GenerateDataKeyCommand)
      return generate(command.input.KeyId ?? '', command.input.EncryptionContext);
    if (command instanceof DecryptCommand) {
      const { KeyId, CiphertextBlob, EncryptionContext } = command.input;
      return decrypt(Buffer.from(CiphertextBlob ?? []), KeyId, EncryptionContext);
    }
    throw new Error('Not a command of this service.');
  };
  return { client: { send: send as KMSClient['send'] }, handedOut };
}

const idBytes = (id: string): Buffer => createHash('sha256').update(`id ${id}`).digest().subarray(0, 16);

const contextBytes = (context: Context): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));

export function named(name: string, message = 'AWS says no'): Error {
  return Object.assign(new Error(message), { name, $metadata: {} });
}
