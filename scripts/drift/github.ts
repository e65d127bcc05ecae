/**
 * The few calls to GitHub's API that the drift report makes, with a sentence for each way in which they fail. The token
 * goes to the API's address alone and into no message.
 * https://docs.github.com/en/rest/issues/issues
 */

import { UsageError } from '../command.ts';

export type GitHub = {
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown>;
};

const TIMEOUT_MS = 30_000;

/** What a workflow of GitHub Actions has in its environment; the token must be given to the step. */
export function githubFrom(environment: NodeJS.ProcessEnv, fetcher: typeof fetch = fetch): GitHub {
  const token = environment['GITHUB_TOKEN'];
  const repository = environment['GITHUB_REPOSITORY'];
  const api = environment['GITHUB_API_URL'] || 'https://api.github.com';
  const missing = 'Set GITHUB_TOKEN (a token that may write issues) and GITHUB_REPOSITORY (owner/name).';
  if (!token) throw new UsageError('There is no GITHUB_TOKEN to write the issue with.', missing);
  if (!repository || !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(`GITHUB_REPOSITORY is ${repository ? `"${repository}"` : 'not set'}.`, missing);
  if (!URL.canParse(api) || !/^https?:$/.test(new URL(api).protocol))
    throw new UsageError(`GITHUB_API_URL is "${api}".`, 'Give an address, such as https://api.github.com.');
  const base = `${api.replace(/\/+$/, '')}/repos/${repository}`;
  return {
    async call(method, path, body) {
      const doing = `${method} ${new URL(base).host}${path.split('?')[0]}`;
      let response: Response;
      try {
        response = await fetcher(`${base}${path}`, {
          method,
          headers: {
            accept: 'application/vnd.github+json',
            authorization: `Bearer ${token}`,
            'user-agent': 'prime-day-order-pipeline',
            'x-github-api-version': '2022-11-28',
            ...(body ? { 'content-type': 'application/json' } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch (error) {
        throw new UsageError(
          `GitHub cannot be reached (${doing}): ${reason(error as Error)}.`,
          'Check the network, and GITHUB_API_URL.',
        );
      }
      if (!response.ok) throw await refused(response, doing, repository);
      return response.json();
    },
  };
}

function reason({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message || message : message;
}

async function refused(response: Response, doing: string, repository: string): Promise<UsageError> {
  const text = await response.text().catch(() => '');
  const said = /"message":\s*"([^"]*)"/.exec(text)?.[1] ?? response.statusText;
  const problem = `GitHub answered ${response.status} to ${doing}: ${said}.`;
  switch (response.status) {
    case 401:
      return new UsageError(problem, 'Give a GITHUB_TOKEN that is valid.');
    case 403:
    case 404:
      return new UsageError(
        problem,
        `Give the token the right to write issues of ${repository} (in a workflow: permissions: issues: write).`,
      );
    case 410:
      return new UsageError(
        problem,
        `Turn issues on in the settings of ${repository}, or leave --issue away.`,
      );
    default:
      return new UsageError(problem, 'Try again; https://www.githubstatus.com tells of troubles.');
  }
}
