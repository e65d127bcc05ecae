/**
 * Every call of an AWS operation passes here, from the wire or from a hop: look it up, parse, authorize, run.
 *
 *     wire, hops → [api] → IAM, Operation
 *
 * It knows no service and no encoding.
 */

import { AwsError } from './aws-error.ts';
import type { CallContext, Operation, Permission, Ports, Principal, Refusal, ServiceName } from './ports.ts';
import type { Store, Tx } from './store/store.ts';

export type Authorize = (principal: Principal, permissions: Permission[]) => void;

export type Api = Pick<Ports, 'call' | 'callIn'> & {
  /** The operation of that name, or what AWS answers when there is none. */
  find(service: ServiceName, name: string): Operation;
  register(operations: readonly Operation[], refusals: readonly Refusal[]): void;
};

export function createApi(store: Store, authorize: Authorize, requestId: () => string): Api {
  const operations = new Map<string, Operation>();
  const refusals = new Map<string, Refusal>();

  function find(service: ServiceName, name: string): Operation {
    const operation = operations.get(`${service}:${name}`);
    if (operation) return operation;
    const refusal = refusals.get(`${service}:${name}`);
    if (refusal) throw new AwsError('AccessDeniedException', refusal.sentence);
    throw new AwsError('UnknownOperationException', '');
  }

  function prepare(principal: Principal, service: ServiceName, name: string, raw: unknown) {
    const operation = find(service, name);
    const input = operation.parse(raw);
    authorize(principal, operation.permissions(input));
    const context: CallContext = { principal, requestId: requestId() };
    return { operation, input, context };
  }

  return {
    find,
    register(added, refused) {
      for (const operation of added) operations.set(`${operation.service}:${operation.name}`, operation);
      for (const refusal of refused) refusals.set(`${refusal.service}:${refusal.name}`, refusal);
    },
    async call<O>(principal: Principal, service: ServiceName, name: string, raw: unknown): Promise<O> {
      const { operation, input, context } = prepare(principal, service, name, raw);
      if (operation.kind === 'effect') return (await operation.run(input, context)) as O;
      return store.transact((tx) => operation.run(tx, input, context) as O);
    },
    callIn<O>(tx: Tx, principal: Principal, service: ServiceName, name: string, raw: unknown): O {
      const { operation, input, context } = prepare(principal, service, name, raw);
      if (operation.kind === 'effect')
        throw new Error(`${service}:${name} cannot be part of a transaction: it acts outside the store.`);
      return operation.run(tx, input, context) as O;
    },
  };
}
