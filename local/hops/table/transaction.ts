/** What TransactWriteItems and TransactGetItems have in common: the list's limits and the reasons for cancelling. */

import { AwsError } from '../../aws-error.ts';
import type { Attributes } from '../../store/attributes.ts';
import { withoutBytes } from './attributes.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const TRANSACTION_ITEMS_MAX = 100;

export type CancellationReason = { Code: string; Message?: string; Item?: Attributes };

export function transactItems(raw: unknown): {
  request: Record<string, unknown>;
  items: Record<string, unknown>[];
} {
  const request = withoutBytes(raw ?? {}) as Record<string, unknown>;
  const items = request['TransactItems'];
  if (!Array.isArray(items)) throw listError('null', 'Member must not be null');
  if (items.length === 0) throw listError("'[]'", 'Member must have length greater than or equal to 1');
  if (items.length > TRANSACTION_ITEMS_MAX)
    throw listError(
      `'[${items.map((each) => JSON.stringify(each)).join(', ')}]'`,
      `Member must have length less than or equal to ${TRANSACTION_ITEMS_MAX}`,
    );
  return { request, items: items as Record<string, unknown>[] };
}

function listError(value: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${value} at 'transactItems' failed to satisfy constraint: ${constraint}`,
  );
}

const REASON_CODES: Record<string, string> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
  ThrottlingException: 'ThrottlingError',
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
  RequestLimitExceeded: 'ThrottlingError',
};

/** Why an item cancels the transaction; an error that is no such reason passes through. */
export function reasonFor(error: unknown): CancellationReason {
  const code = error instanceof AwsError ? REASON_CODES[error.code] : undefined;
  if (!(error instanceof AwsError) || code === undefined) throw error;
  const { Item } = error.members as { Item?: Attributes };
  return { Code: code, Message: error.message, ...(Item ? { Item } : {}) };
}

export function cancelled(reasons: readonly (CancellationReason | undefined)[]): AwsError {
  const all = reasons.map((reason) => reason ?? { Code: 'None' });
  const codes = all.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: all },
  );
}
