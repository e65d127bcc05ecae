/** What is wrong where a run would go, as a sentence and a next step: AWS's own words only where they help. */

import { UsageError } from '../command.ts';

const WRONG_KEY =
  /^(UnrecognizedClientException|InvalidSignatureException|ExpiredToken(Exception)?|InvalidClientTokenId|MissingAuthenticationToken(Exception)?)$/;

/** Nothing for an error that is told elsewhere, or is none of the user's. `what` is "the table ordertable". */
export function faultOf(error: unknown, what: string, where: string): UsageError | undefined {
  const { name, message, code, $response } = error as Error & { code?: string; $response?: unknown };
  // Of a wrong signature AWS tells what it has signed, over many lines.
  const said = message.split('\n')[0]?.trim() ?? '';
  if (name === 'TimeoutError' || name === 'AbortError')
    return new UsageError(`Nothing answers at ${where} in time.`, ADDRESS);
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return new UsageError(`What answers at ${where} speaks no HTTPS.`, 'Begin the address with http://.');
  if (name === 'ResourceNotFoundException')
    return new UsageError(
      `There is no ${what.replace(/^the /, '')} here.`,
      'Deploy the environment first, or name another one with --env.',
    );
  if (WRONG_KEY.test(name))
    return new UsageError(
      `AWS refuses the credentials: ${said}`,
      'Sign in again; `aws sts get-caller-identity` tells whose they are.',
    );
  if (/^AccessDenied/.test(name))
    return new UsageError(
      `These credentials may not look at ${what}: ${said}`,
      'Use a role that may drive load; docs/load.md lists what it needs.',
    );
  if (error instanceof SyntaxError || ($response !== undefined && name === 'UnknownError'))
    return new UsageError(`What answers at ${where} is not AWS, nor the pipeline of \`npm start\`.`, ADDRESS);
  return undefined;
}

const ADDRESS = 'Correct --endpoint or AWS_ENDPOINT_URL.';
