/**
 * The ways in which a caller may name a function: its name, a partial ARN, a whole ARN, each with or without a
 * qualifier. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */

import { AwsError } from '../../aws-error.ts';
import { text, textOf } from '../../shape.ts';

export type FunctionReference = {
  name: string;
  /** As the caller named the function: without one it is the latest version, under the unqualified ARN. */
  arn: string;
  qualifier: string;
};

type Account = { account: string; region: string };

export const LATEST = '$LATEST';

/** The constraint that AWS's own sentence quotes. */
const PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const WHOLE = new RegExp(`^${PATTERN}$`);
const NAME_CHARACTERS_MAX = 170;

export const functionName = { FunctionName: textOf(1, NAME_CHARACTERS_MAX, PATTERN) };
export const qualifier = { Qualifier: text };

export function referenceOf(
  account: Account,
  { FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string },
): FunctionReference {
  const match = WHOLE.exec(FunctionName);
  const name = match?.[7] as string;
  const inName = match?.[9];
  if (Qualifier !== undefined && inName !== undefined && Qualifier !== inName)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  const chosen = inName ?? Qualifier;
  const arn = functionArn(account, name);
  return { name, arn: chosen === undefined ? arn : `${arn}:${chosen}`, qualifier: chosen ?? LATEST };
}

export function functionArn({ account, region }: Account, name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}

export function functionNotFound({ arn }: FunctionReference): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
}
