/**
 * What the server knows of a protocol: how it is authenticated, how it takes its body, and how it answers. The server
 * owns HTTP, signatures and limits; a protocol owns its encoding and the form of its errors.
 *
 *     client → [server → protocol] → api
 */

import type { AwsError } from '../aws-error.ts';
import type { Principal, ServiceName } from '../ports.ts';
import type { WireResponse } from './binding.ts';

/** The head of an HTTP request, as it came. */
export type Head = {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  /** Percent-encoded, without the question mark. */
  query: string;
  /** Every value of every header, by lower-case name. */
  headers: NodeJS.Dict<string[]>;
};

export type Request = Head & { requestId: string };

/** The families in which AWS words its common errors (signatures, unknown keys, failures of its own). */
export type Dialect = 'json' | 'query' | 'rest-json' | 's3';

type Common = {
  service: ServiceName;
  /** The service in the SigV4 credential scope: DynamoDB Streams signs as `dynamodb`. */
  scope: string;
  dialect: Dialect;
  error(error: AwsError, request: Request): WireResponse;
};

export type WholeProtocol = Common & {
  body: 'whole';
  answer(request: Request, body: Buffer, principal: Principal): Promise<WireResponse>;
};

/** Objects may be larger than memory: the body is passed on while it arrives, its hash is known at its end. */
export type StreamedProtocol = Common & {
  body: 'streamed';
  answer(request: Request, body: AsyncIterable<Uint8Array>, principal: Principal): Promise<WireResponse>;
};

export type Protocol = WholeProtocol | StreamedProtocol;

export function header(head: Pick<Head, 'headers'>, name: string): string | undefined {
  return head.headers[name]?.[0];
}
