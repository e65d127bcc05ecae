/**
 * The shape in which a REST service (S3 by XML, Lambda and Pipes by JSON) meets the wire. The server has already
 * checked the signature and decoded `aws-chunked`; a binding only turns a request into an operation's input, and an
 * output or an error into the service's own encoding.
 *
 *     client → server (SigV4) → [binding] → api
 */

import type { Readable } from 'node:stream';
import type { AwsError } from '../aws-error.ts';
import type { Principal, ServiceName } from '../ports.ts';

export type WireRequest = {
  method: string;
  /** As it came, percent-encoded, without the query. S3's virtual-host style has become path style. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name; a header that came twice is joined with `, `. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Decoded from `aws-chunked`. Throws an AwsError, at its end at the latest, when its hash or the signature of a
   * chunk is wrong: whoever stores it must not publish before the end. */
  body: AsyncIterable<Uint8Array>;
  principal: Principal;
  requestId: string;
  /** Calls an operation of the binding's service as the request's principal. */
  call<O>(operation: string, input: unknown): Promise<O>;
};

export type WireResponse = {
  status: number;
  headers: Record<string, string>;
  body?: Uint8Array | string | Readable;
};

export type RestBinding = {
  service: ServiceName;
  handle(request: WireRequest): Promise<WireResponse>;
  /** The service's form of an error, also for those that the server raises itself (signatures, limits). */
  error(error: AwsError, request: Pick<WireRequest, 'path' | 'requestId' | 'method'>): WireResponse;
};
