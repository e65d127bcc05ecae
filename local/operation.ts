/** How an operation is written: the type of its input follows from what its `parse` gives. */

import type { CallContext, Operation } from './ports.ts';
import type { Tx } from './store/store.ts';

type Definition<I> = Pick<Operation<I>, 'service' | 'name' | 'parse' | 'permissions'>;

/** Runs synchronously over the store. */
export function transaction<I, O>(
  definition: Definition<I> & { run(tx: Tx, input: I, context: CallContext): O },
): Operation<I, O> {
  return { kind: 'transaction', ...definition };
}

/** Does what a transaction cannot: files, queries, workers. */
export function effect<I, O>(
  definition: Definition<I> & { run(input: I, context: CallContext): Promise<O> },
): Operation<I, O> {
  return { kind: 'effect', ...definition };
}
