/** Every operation of the lake acts on files, so each is an `effect`. */

import type { CallContext, Operation, Permission } from '../../ports.ts';

type LakeOperation<I, O> = {
  name: string;
  parse(input: unknown): I;
  permissions(input: I): Permission[];
  run(input: I, context: CallContext): Promise<O>;
};

export function lakeOperation<I, O>(operation: LakeOperation<I, O>): Operation {
  return { kind: 'effect', service: 's3', ...operation };
}
