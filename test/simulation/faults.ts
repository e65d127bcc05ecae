/**
 * What goes wrong between the parts: an AWS operation that fails instead of acting, or that acts and says that it
 * failed, and a function that fails, is throttled, runs out of time, or answers for some of its records only. Each
 * strikes one call; the next may go well.
 */

import { AwsError } from '../../local/aws-error.ts';
import type { ServiceName } from '../../local/ports.ts';
import type { Dice } from './dice.ts';

/** The errors that AWS documents for these operations, as far as the engine's movers call them. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  'dynamodbstreams:DescribeStream': ['InternalServerError', 'LimitExceededException'],
  'dynamodbstreams:GetRecords': ['InternalServerError', 'LimitExceededException'],
  'dynamodbstreams:GetShardIterator': ['InternalServerError'],
  'kinesis:GetRecords': [
    'ProvisionedThroughputExceededException',
    'ExpiredIteratorException',
    'InternalFailure',
  ],
  'kinesis:GetShardIterator': ['ProvisionedThroughputExceededException', 'InternalFailure'],
  'kinesis:ListShards': ['LimitExceededException'],
  'kinesis:PutRecords': [
    'ProvisionedThroughputExceededException',
    'InternalFailure',
    'ResourceNotFoundException',
  ],
  'lambda:Invoke': ['TooManyRequestsException', 'ServiceException'],
  's3:PutObject': ['SlowDown', 'InternalError'],
  'sqs:SendMessage': ['ServiceUnavailable', 'KmsThrottled'],
};

export type Faults = {
  /** Throws when the call is to fail without having acted. */
  before(service: ServiceName, operation: string): void;
  /** Throws when the call has acted and its answer is lost on the way. */
  after(service: ServiceName, operation: string): void;
  /** How a function that was reached behaves. */
  ofFunction(): FunctionFault | undefined;
  /** Nothing strikes any more. */
  end(): void;
};

export type FunctionFault = 'throws' | 'times out' | 'forgets records' | 'fails records' | 'repeats records';

const FUNCTION_FAULTS: readonly FunctionFault[] = [
  'throws',
  'times out',
  'forgets records',
  'fails records',
  'repeats records',
];

export function createFaults(dice: Dice, share: number, note: (what: string) => void): Faults {
  let ended = false;

  function strike(service: ServiceName, operation: string, when: string): void {
    const codes = ERRORS[`${service}:${operation}`];
    if (ended || !codes || !dice.hits(share)) return;
    const code = dice.oneOf(codes);
    note(`${service}:${operation} fails ${when} with ${code}`);
    throw new AwsError(code, 'The simulation wants it so.');
  }

  return {
    before: (service, operation) => strike(service, operation, 'before it acts'),
    after(service, operation) {
      if (service === 's3') strike(service, operation, 'after it acted');
    },
    ofFunction() {
      if (ended || !dice.hits(share)) return undefined;
      const fault = dice.oneOf(FUNCTION_FAULTS);
      note(`the function ${fault}`);
      return fault;
    },
    end() {
      ended = true;
    },
  };
}
