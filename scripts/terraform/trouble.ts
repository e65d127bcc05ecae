/**
 * What is the matter, in one sentence with the next step, when Terraform cannot do its work: it reports what happened to
 * the request, and a person wants to know what to do. Only troubles that are the same whatever the stack holds are
 * known here; what a provider says of a resource is left in its own words.
 */

import type { Diagnostic } from './messages.ts';
import { sentenceOf } from './messages.ts';

export type Trouble = { problem: string; nextStep: string };

type Known = {
  is: RegExp;
  tell: (found: RegExpExecArray, environment: string, text: string) => Trouble;
};

export function troubleIn(diagnostics: readonly Diagnostic[], environment: string): Trouble | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  for (const { is, tell } of KNOWN)
    for (const error of errors) {
      const text = `${error.summary}\n${error.detail}`;
      const found = is.exec(text);
      if (found) return tell(found, environment, text);
    }
  return undefined;
}

/** When nothing is known of it: Terraform's own words, every error of them. */
export function unknownTrouble(doing: string, diagnostics: readonly Diagnostic[]): Trouble {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return {
    problem: [`Terraform could not ${doing}.`, ...errors.map((each) => `  ${sentenceOf(each)}`)].join('\n'),
    nextStep: 'Mend what Terraform names, and run this again. Nothing was changed.',
  };
}

const KNOWN: readonly Known[] = [
  {
    is: /Error acquiring the state lock[\s\S]*Lock Info:/,
    tell: (_, environment, text) => heldLock(text, environment),
  },
  {
    is: /Saved plan is stale|Saved plan does not match the given state|created from a different state/,
    tell: (_, environment) => ({
      problem: `The state of ${environment} has changed since this plan was made.`,
      nextStep: `Make a new plan: npm run plan -- --env ${environment}`,
    }),
  },
  {
    is: /does ?n[o']t match any of the checksums|Provider dependency changes detected/,
    tell: () => ({
      problem: 'The AWS provider that was found is not the one that stacks/.terraform.lock.hcl locks.',
      nextStep:
        'If another version is meant, bring the lock file up to date (docs/RUNBOOK.md, "A new provider version"); ' +
        'if not, do not use this provider: look at where TF_PLUGIN_MIRROR, TF_PLUGIN_CACHE_DIR or the CLI configuration point.',
    }),
  },
  {
    is: /Failed to query available provider packages/,
    tell: () => ({
      problem: 'Terraform finds no AWS provider of the version that the stacks pin.',
      nextStep:
        'Check the network, or name a folder that holds registry.terraform.io/hashicorp/aws with TF_PLUGIN_MIRROR.',
    }),
  },
  {
    is: /S3 bucket "([^"]*)" does not exist|NoSuchBucket/,
    tell: (found, environment) => ({
      problem: `The bucket of ${environment}'s state${found[1] ? `, ${found[1]},` : ''} does not exist in this account.`,
      nextStep: `Make it, once an account: npm run bootstrap -- --env ${environment}. Or these credentials are another account's.`,
    }),
  },
  {
    is: /ExpiredToken|RequestExpired|token (included in the request )?(is|has) expired|SSO session has expired/i,
    tell: () => ({
      problem: 'The AWS session has expired.',
      nextStep: 'Sign in again (`aws sso login`, or new temporary keys) and run this again.',
    }),
  },
  {
    is: /No valid credential sources|failed to refresh cached credentials/,
    tell: () => ({
      problem: 'No AWS credentials were found.',
      nextStep:
        'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` tells whose.',
    }),
  },
  {
    is: /api error (InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClientException|InvalidAccessKeyId)/,
    tell: (found) => ({
      problem: `AWS does not accept these credentials (${found[1]}).`,
      nextStep: 'Check the access key and its secret; `aws sts get-caller-identity` tells whether they work.',
    }),
  },
  {
    is: /api error (AccessDenied\w*|UnauthorizedOperation|AuthorizationError\w*|Forbidden): (.*)/,
    tell: (found, environment, text) => ({
      problem: `AWS denied it: ${denied(found[2] ?? '', text)}`,
      nextStep:
        `Use the role that may: plans run as ${environment}'s plan role, applies as its apply role; ` +
        'stacks/bootstrap.ts says what each may do.',
    }),
  },
  {
    is: /dial tcp[^\n]*(connection refused|no such host|i\/o timeout)/,
    tell: (found) => ({
      problem: `AWS cannot be reached: ${found[0]}.`,
      nextStep: 'Check the network, and AWS_ENDPOINT_URL if it is set.',
    }),
  },
];

/** S3 answers a HEAD without a body, so Terraform knows no more than Forbidden; what it did stands before. */
function denied(message: string, text: string): string {
  if (message.trim() !== 'Forbidden') return message.trim();
  return (text.split(': operation error')[0] ?? text).replace(/\s+/g, ' ').trim();
}

export type Lock = { id: string; who: string; since: string; operation: string };

/** Terraform's "Lock Info" block. */
export function readLock(text: string): Lock {
  const field = (name: string) =>
    new RegExp(`^\\s*${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() || 'unknown';
  return {
    id: field('ID'),
    who: field('Who'),
    since: field('Created').replace(/\.\d+ \+0000 UTC$/, ' UTC'),
    operation: field('Operation')
      .replace(/^OperationType/, '')
      .toLowerCase(),
  };
}

function heldLock(text: string, environment: string): Trouble {
  const { id, who, since, operation } = readLock(text.slice(text.indexOf('Lock Info:')));
  return {
    problem: `The state of ${environment} is locked by ${who} since ${since}, for: ${operation}.`,
    nextStep:
      'Wait until that has ended. If it can no longer end (its machine is gone), break the lock: ' +
      `npm run apply -- --env ${environment} --break-lock ${id}`,
  };
}
