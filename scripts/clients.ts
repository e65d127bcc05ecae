/**
 * How a script reaches an environment: its region, its endpoint, its key. `local` is the engine on this machine, with
 * the one key that the engine knows, so that nobody's own AWS key is sent to it; the others are AWS, by the SDK's
 * ordinary chain of credentials. The scripts themselves cannot tell the difference.
 */

import { ENVIRONMENTS } from '../stacks/environments.ts';
import { ENVIRONMENT_NAMES, type EnvironmentName } from '../stacks/names.ts';
import { UsageError } from './command.ts';

const LOCAL_ENDPOINT = 'http://127.0.0.1:4566';

export type ClientConfig = {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/** For yargs: `.option('env', ENV_FLAG).option('endpoint', ENDPOINT_FLAG)`. */
export const ENV_FLAG = {
  describe: 'the environment: local is the engine on this machine, the others are on AWS',
  choices: ENVIRONMENT_NAMES,
  default: 'local' as EnvironmentName,
} as const;

export const ENDPOINT_FLAG = {
  describe: `where to send requests (default for local: $AWS_ENDPOINT_URL or ${LOCAL_ENDPOINT})`,
  type: 'string',
} as const;

export function clientConfig(environment: EnvironmentName, endpoint?: string): ClientConfig {
  if (endpoint !== undefined && !isAddress(endpoint))
    throw new UsageError(`"${endpoint}" is no endpoint.`, `Give an address, such as ${LOCAL_ENDPOINT}.`);
  const { region } = ENVIRONMENTS[environment];
  if (environment !== 'local') return { region, ...(endpoint === undefined ? {} : { endpoint }) };
  return {
    region,
    endpoint: endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? LOCAL_ENDPOINT,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}

/** Does `work`, with a sentence in place of Node's and the SDK's own words when nobody answers or no key is found. */
export async function reaching<T>(config: ClientConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const where = config.endpoint ?? process.env['AWS_ENDPOINT_URL'] ?? `AWS in ${config.region}`;
    if (isUnreachable(error))
      throw new UsageError(
        `Nothing answers at ${where}.`,
        config.credentials
          ? 'Start the pipeline with `npm start`, or say where it runs with --endpoint.'
          : 'Check the network, or the address given with --endpoint or AWS_ENDPOINT_URL.',
      );
    if ((error as Error).name === 'CredentialsProviderError')
      throw new UsageError(
        'No AWS credentials were found.',
        'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` tells whose.',
      );
    throw error;
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A name with several addresses fails with one error for all of them. */
function isUnreachable(error: unknown): boolean {
  const { code, errors, cause } = error as { code?: string; errors?: unknown[]; cause?: unknown };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH') return true;
  return errors?.some(isUnreachable) === true || (cause instanceof Error && isUnreachable(cause));
}
