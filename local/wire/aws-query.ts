/**
 * AWS Query: a form names the operation (`Action=GetCallerIdentity&Version=2011-06-15`), XML answers. Only STS is
 * left that speaks it, and of its shapes only flat ones with lists are needed.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */

import type { Api } from '../api.ts';
import { AwsError } from '../aws-error.ts';
import type { WireResponse } from './binding.ts';
import type { Request, WholeProtocol } from './protocol.ts';

const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

export function stsProtocol(api: Pick<Api, 'call'>): WholeProtocol {
  return {
    service: 'sts',
    scope: 'sts',
    dialect: 'query',
    body: 'whole',
    async answer(request, body, principal) {
      const form = new URLSearchParams(body.length > 0 ? body.toString() : request.query);
      const { Action: action, Version: version, ...input } = Object.fromEntries(form);
      if (!action) throw new AwsError('MissingAction', 'Missing Action');
      try {
        const output = await api.call(principal, 'sts', action, input);
        const result = element(`${action}Result`, output ?? {});
        const metadata = element('ResponseMetadata', { RequestId: request.requestId });
        return xml(
          200,
          request,
          `<${action}Response xmlns="${STS_NAMESPACE}">${result}${metadata}</${action}Response>`,
        );
      } catch (error) {
        throw error instanceof AwsError ? queryError(error, action, version ?? '') : error;
      }
    },
    error(error, request) {
      const about = element('Error', {
        Type: error.status < 500 ? 'Sender' : 'Receiver',
        Code: error.code,
        Message: error.message,
        ...error.members,
      });
      const requestId = element('RequestId', request.requestId);
      return xml(
        error.status,
        request,
        `<ErrorResponse xmlns="${STS_NAMESPACE}">${about}${requestId}</ErrorResponse>`,
      );
    },
  };
}

/** What a form for another service (SNS, IAM, …) gets. Its body was not read, so AWS's sentence lacks the name. */
export function unknownAction(request: Request): WireResponse {
  const about = element('Error', {
    Type: 'Sender',
    Code: 'InvalidAction',
    Message: 'The action or operation requested is invalid. Verify that the action is typed correctly.',
  });
  const requestId = element('RequestId', request.requestId);
  return xml(400, request, `<ErrorResponse>${about}${requestId}</ErrorResponse>`);
}

/** The query protocol has names and a status of its own for what the JSON protocols call otherwise. */
function queryError(error: AwsError, action: string, version: string): AwsError {
  switch (error.code) {
    case 'UnknownOperationException':
      return new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
    case 'AccessDeniedException':
      return new AwsError('AccessDenied', error.message, 403, error.members);
    default:
      return error;
  }
}

function xml(status: number, request: Request, text: string): WireResponse {
  const body = Buffer.from(text);
  return {
    status,
    headers: {
      'content-type': 'text/xml',
      'content-length': `${body.length}`,
      'x-amzn-requestid': request.requestId,
    },
    body,
  };
}

function element(name: string, value: unknown): string {
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((each) => element('member', each)).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => element(name, member))
      .join('');
  return String(value).replace(
    /[<>&"]/g,
    (character) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[character] as string,
  );
}
