/** For the tests of this room: one request signed by the SDK's signer, for what no SDK client would send. */

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** The hash that the signer wants: bytes one after the other, then the digest. */
export class Sha256 {
  readonly #hash;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

export type SignedFetch = {
  service: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body: string | Uint8Array;
  /** What goes out in place of the body that was signed. */
  sendInstead?: string;
};

export async function signedFetch(endpoint: string, asked: SignedFetch): Promise<Response> {
  const { service, method = 'POST', path = '/', body } = asked;
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    region: 'us-east-2',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const { host, hostname } = new URL(endpoint);
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path,
    query: {},
    headers: { host, ...asked.headers },
    body,
  });
  const { host: _, ...headers } = signed.headers;
  return fetch(endpoint + path, { method, headers, body: asked.sendInstead ?? body });
}
