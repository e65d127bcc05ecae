/**
 * What AWS answers when it cannot tell who calls. The reasons are the same for every service; codes, status and some
 * sentences differ by protocol family. The JSON sentences were read off AWS by dynalite's authors.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

import { AwsError } from '../aws-error.ts';
import type { Dialect } from './protocol.ts';

/** What a request's time may differ from the engine's clock. */
export const SKEW_MINUTES_MAX = 15;

export type SignatureFailure =
  | { kind: 'missing' }
  | { kind: 'given-twice' }
  /** `lacks` is AWS's list of sentences, one a missing part. */
  | { kind: 'incomplete'; lacks: string; presigned: boolean }
  | { kind: 'algorithm'; algorithm: string }
  | { kind: 'date'; got: string }
  | { kind: 'credential'; credential: string }
  | { kind: 'scope'; sentences: string[]; region: { got: string; expected: string } }
  | { kind: 'skewed'; timestamp: string; signedAt: number; now: number }
  | { kind: 'expiry-seconds' }
  | { kind: 'presign-expired'; expiresAt: number; now: number }
  | { kind: 'host-unsigned' }
  | { kind: 'headers-unsigned'; names: string[] }
  | { kind: 'unknown-key'; accessKeyId: string }
  | { kind: 'token' }
  | { kind: 'mismatch'; accessKeyId: string; signature: string; canonical: string; stringToSign: string };

export function signatureError(dialect: Dialect, failure: SignatureFailure): AwsError {
  return dialect === 's3' ? s3Error(failure) : serviceError(dialect, failure);
}

type Common = 'missing' | 'incomplete' | 'invalid' | 'unrecognized';

const CODES: Record<Common, { query: string; json: string }> = {
  missing: { query: 'MissingAuthenticationToken', json: 'MissingAuthenticationTokenException' },
  incomplete: { query: 'IncompleteSignature', json: 'IncompleteSignatureException' },
  invalid: { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' },
  unrecognized: { query: 'InvalidClientTokenId', json: 'UnrecognizedClientException' },
};

function serviceError(dialect: Exclude<Dialect, 's3'>, failure: SignatureFailure): AwsError {
  const [common, message] = serviceSentence(failure);
  const code = CODES[common][dialect === 'query' ? 'query' : 'json'];
  const status = dialect === 'json' || (dialect === 'query' && common === 'incomplete') ? 400 : 403;
  return new AwsError(code, message, status);
}

function serviceSentence(failure: SignatureFailure): [Common, string] {
  switch (failure.kind) {
    case 'missing':
      return ['missing', 'Request is missing Authentication Token'];
    case 'given-twice':
      return [
        'invalid',
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      ];
    case 'incomplete':
      return ['incomplete', failure.lacks];
    case 'algorithm':
      return [
        'incomplete',
        `Unsupported AWS 'algorithm': '${failure.algorithm}' (only AWS4-HMAC-SHA256 for now). `,
      ];
    case 'date':
      return [
        'incomplete',
        `Date must be in ISO-8601 'basic format'. Got '${failure.got}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      ];
    case 'credential':
      return [
        'incomplete',
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${failure.credential}'`,
      ];
    case 'scope':
      return ['invalid', failure.sentences.join(' ')];
    case 'skewed':
      return ['invalid', skewSentence(failure)];
    case 'expiry-seconds':
      return [
        'incomplete',
        "AWS query-string parameters must include a valid 'X-Amz-Expires'. Re-examine the query-string parameters.",
      ];
    case 'presign-expired':
      return [
        'invalid',
        `Signature expired: ${basicTime(failure.expiresAt)} is now earlier than ${basicTime(failure.now)}`,
      ];
    case 'host-unsigned':
      return ['invalid', "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."];
    case 'headers-unsigned':
      return ['invalid', `There were headers present in the request which were not signed: ${failure.names}`];
    case 'unknown-key':
      return ['unrecognized', 'The security token included in the request is invalid.'];
    case 'token':
      return ['unrecognized', 'The security token included in the request is invalid'];
    case 'mismatch':
      return [
        'invalid',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ' +
          'Consult the service documentation for details.\n\n' +
          `The Canonical String for this request should have been\n'${failure.canonical}'\n\n` +
          `The String-to-Sign should have been\n'${failure.stringToSign}'\n`,
      ];
  }
}

function skewSentence({ timestamp, signedAt, now }: SignatureFailure & { kind: 'skewed' }): string {
  const skew = SKEW_MINUTES_MAX * 60_000;
  return signedAt < now
    ? `Signature expired: ${timestamp} is now earlier than ${basicTime(now - skew)} (${basicTime(now)} - ${SKEW_MINUTES_MAX} min.)`
    : `Signature not yet current: ${timestamp} is still later than ${basicTime(now + skew)} (${basicTime(now)} + ${SKEW_MINUTES_MAX} min.)`;
}

function s3Error(failure: SignatureFailure): AwsError {
  switch (failure.kind) {
    case 'missing':
      return new AwsError('AccessDenied', 'Access Denied', 403);
    case 'given-twice':
      return new AwsError(
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      );
    case 'incomplete':
      return failure.presigned ? incompleteQuery() : incompleteHeader();
    case 'algorithm':
      return new AwsError('InvalidArgument', 'Unsupported Authorization Type', 400, {
        ArgumentName: 'Authorization',
        ArgumentValue: failure.algorithm,
      });
    case 'date':
      return new AwsError(
        'AccessDenied',
        'AWS authentication requires a valid Date or x-amz-date header',
        403,
      );
    case 'credential':
      return malformedHeader(
        'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      );
    case 'scope':
      return failure.region.got === failure.region.expected
        ? malformedHeader(failure.sentences.join(' '))
        : malformedHeader(
            `the region '${failure.region.got}' is wrong; expecting '${failure.region.expected}'`,
            {
              Region: failure.region.expected,
            },
          );
    case 'skewed':
    case 'expiry-seconds':
    case 'presign-expired':
      return s3TimeError(failure);
    case 'host-unsigned':
      return unsigned(['host']);
    case 'headers-unsigned':
      return unsigned(failure.names);
    case 'unknown-key':
      return new AwsError(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        403,
        { AWSAccessKeyId: failure.accessKeyId },
      );
    case 'token':
      return new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.');
    case 'mismatch':
      return new AwsError(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        403,
        {
          AWSAccessKeyId: failure.accessKeyId,
          StringToSign: failure.stringToSign,
          SignatureProvided: failure.signature,
          CanonicalRequest: failure.canonical,
        },
      );
  }
}

function unsigned(names: string[]): AwsError {
  return new AwsError(
    'AccessDenied',
    'There were headers present in the request which were not signed',
    403,
    { HeadersNotSigned: names.join(', ') },
  );
}

function incompleteQuery(): AwsError {
  return new AwsError(
    'AuthorizationQueryParametersError',
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  );
}

function incompleteHeader(): AwsError {
  return malformedHeader(
    'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
  );
}

type TimeFailure = Extract<SignatureFailure, { kind: 'skewed' | 'expiry-seconds' | 'presign-expired' }>;

function s3TimeError(failure: TimeFailure): AwsError {
  switch (failure.kind) {
    case 'skewed':
      return new AwsError(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        403,
        {
          RequestTime: failure.timestamp,
          ServerTime: new Date(failure.now).toISOString(),
          MaxAllowedSkewMilliseconds: `${SKEW_MINUTES_MAX * 60_000}`,
        },
      );
    case 'expiry-seconds':
      return new AwsError(
        'AuthorizationQueryParametersError',
        'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
      );
    case 'presign-expired':
      return new AwsError('AccessDenied', 'Request has expired', 403, {
        Expires: new Date(failure.expiresAt).toISOString(),
        ServerTime: new Date(failure.now).toISOString(),
      });
  }
}

function malformedHeader(why: string, members: Record<string, unknown> = {}): AwsError {
  return new AwsError(
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; ${why}`,
    400,
    members,
  );
}

/** `20130609T100015Z`, as SigV4 writes times. */
export function basicTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
