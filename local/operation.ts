/**
 * How an operation is written: the type of its input is what its `parse` gives. A parse that is a shape alone stands as
 * a constant beside its operation, for TypeScript does not infer it in place.
 */

import type { CallContext, Operation, Permission, ServiceName } from './ports.ts';
import type { Tx } from './store/store.ts';

type Definition<I> = {
  service: ServiceName;
  name: string;
  parse(raw: unknown): I;
  permissions(input: I): Permission[];
};

/** Runs synchronously over the store. */
export function transaction<I>(
  definition: Definition<I> & { run(tx: Tx, input: I, context: CallContext): unknown },
): Operation {
  return { kind: 'transaction', ...definition };
}

/** Does what a transaction cannot: files, queries, workers. */
export function effect<I>(
  definition: Definition<I> & { run(input: I, context: CallContext): Promise<unknown> },
): Operation {
  return { kind: 'effect', ...definition };
}
