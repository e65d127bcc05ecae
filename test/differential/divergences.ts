/**
 * Where DynamoDB Local and the engine differ and the engine is to stay as it is: each with its reason. The test holds
 * that every entry is still needed.
 */

import type { Request } from './operations.ts';

type Json = Record<string, unknown>;
export type Divergence = {
  reason: string;
  explains(request: Request, ours: Json, theirs: Json): boolean;
};

const isDelete = ({ operation }: Request) => operation === 'DeleteItem';
const text = (value: unknown) => JSON.stringify(value);
const without = (value: Json, name: string) => text({ ...value, [name]: undefined });

export const DIVERGENCES: Divergence[] = [
  {
    reason:
      'DynamoDB Local answers a failing update within a transaction with its bare ValidationException; AWS cancels the transaction with the reason ValidationError (aws-sdk-net issue 1292 shows its answer).',
    explains: ({ operation }, ours, theirs) =>
      operation === 'TransactWriteItems' &&
      theirs['code'] === 'ValidationException' &&
      text(ours['members']).includes('"Code":"ValidationError"'),
  },
  {
    reason:
      'DynamoDB Local leaves out LastEvaluatedKey when the last item read is the upper bound of the range; AWS gives it whenever Limit was reached (its page on Query says that it need not mean more).',
    explains: ({ operation, input }, ours, theirs) =>
      operation === 'Query' &&
      input['Limit'] !== undefined &&
      without(ours, 'LastEvaluatedKey') === text(theirs),
  },
  {
    reason:
      "DynamoDB Local ends a cancellation reason's message with a full stop; AWS does not (PynamoDB pull request 1144 shows its answer).",
    explains: ({ operation }, ours, theirs) =>
      operation === 'TransactWriteItems' &&
      text(ours) === text(theirs).replaceAll('conditional request failed."', 'conditional request failed"'),
  },
  {
    reason:
      'DynamoDB Local tells the consumed capacity of a delete that found nothing though nobody asked for it; AWS tells it when asked.',
    explains: (request, ours, theirs) =>
      isDelete(request) &&
      request.input['ReturnConsumedCapacity'] === undefined &&
      text(ours) === without(theirs, 'ConsumedCapacity'),
  },
  {
    reason:
      'For an update inside a list or map, DynamoDB Local returns the whole attribute for UPDATED_OLD and UPDATED_NEW; AWS returns the elements that changed (dynalite recorded it against AWS).',
    explains: ({ operation, input }, ours, theirs) =>
      operation === 'UpdateItem' &&
      String(input['ReturnValues']).startsWith('UPDATED_') &&
      /#[lm][[.]/.test(String(input['UpdateExpression'])) &&
      without(ours, 'Attributes') === without(theirs, 'Attributes'),
  },
];

const RECORDED = 'dynalite recorded this sentence against AWS; DynamoDB Local words it in its own way.';
const PARSER =
  "dynalite's parser says what it expected; AWS and DynamoDB Local name the token and its neighbours. A difference of ours, on the page of differences.";
const COUNTED = 'AWS counts its validation errors in front; DynamoDB Local leaves that out for transactions.';

/** Wrong requests whose error has the same code and other words. */
export const OTHER_WORDS: Record<string, string> = {
  'no table of that name': RECORDED,
  'a table name too short': RECORDED,
  'no table name': RECORDED,
  'no key': RECORDED,
  'an empty key': RECORDED,
  'a key of the wrong type': RECORDED,
  'an item without its key': RECORDED,
  'an item with a key of the wrong type': RECORDED,
  'a number that is none': RECORDED,
  'a number with 39 digits': RECORDED,
  'a set with repeats': RECORDED,
  'a hash key of 2,049 bytes': RECORDED,
  'ReturnValues that PutItem has not': RECORDED,
  'an unknown ReturnValues': RECORDED,
  'a query without its hash key': RECORDED,
  'a query with a limit of none': RECORDED,
  'a consistent read of a global index': RECORDED,
  'a scan of a segment that is not there': RECORDED,
  'an empty batch': RECORDED,
  'a batch of 26': RECORDED,
  'a batch with a wrong key': RECORDED,
  'a batch of a table that is not there': RECORDED,
  'a batch of 101 keys': RECORDED,
  'a transaction of a table that is not there': RECORDED,
  'a condition that does not parse': PARSER,
  'a transaction with an expression that does not parse': PARSER,
  'a transaction of nothing': COUNTED,
  'a check without a condition': COUNTED,
};
