/** The transform's own code, called in this process where the engine would run its bundle in a worker, and made to fail
 * in the ways a function can. */

import { transform } from '../../lambdas/transform/transform.ts';
import type { Operation } from '../../local/ports.ts';
import type { Faults, FunctionFault } from './faults.ts';

type Event = Parameters<typeof transform>[0];

export function invokeTransform(faults: Faults): Operation {
  const operation: Operation<{ Payload: Uint8Array }> = {
    kind: 'effect',
    service: 'lambda',
    name: 'Invoke',
    parse: (raw) => raw as { Payload: Uint8Array },
    permissions: () => [{ action: 'lambda:InvokeFunction', resource: '*' }],
    async run({ Payload }) {
      const event = JSON.parse(Buffer.from(Payload).toString()) as Event;
      const result = transform(event, () => {});
      const fault = faults.ofFunction();
      if (fault === 'throws') return failed('Error', 'no');
      if (fault === 'times out') return failed('Sandbox.Timedout', 'Task timed out after 60.00 seconds');
      return answer({ records: fault ? spoiled(result.records, fault) : result.records });
    },
  };
  return operation as Operation;
}

/** Every other record suffers. */
function spoiled<T extends { recordId: string }>(records: readonly T[], fault: FunctionFault): object[] {
  return records.flatMap((record, index): object[] => {
    if (index % 2 === 1) return [record];
    switch (fault) {
      case 'forgets records':
        return [];
      case 'fails records':
        return [{ recordId: record.recordId, result: 'ProcessingFailed' }];
      default:
        return [record, record];
    }
  });
}

function answer(value: object) {
  return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(value)) };
}

function failed(errorType: string, errorMessage: string) {
  return { ...answer({ errorType, errorMessage }), FunctionError: 'Unhandled' };
}
