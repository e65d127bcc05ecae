/**
 * How the catalog's operations are written: a shape, the rights it needs, and what it does. Glue asks for a right on
 * the catalog, the database and the table at once (https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html).
 */

import { transaction } from '../../operation.ts';
import type { CallContext, Operation, Permission, Principal } from '../../ports.ts';
import { inputOf, type Reader } from '../../shape.ts';
import type { Tx } from '../../store/store.ts';
import type { Catalog } from './model.ts';

export function operation<I, O>(definition: {
  name: string;
  input: Reader<I>;
  permissions(input: I): Permission[];
  run(tx: Tx, input: I, context: CallContext): O;
}): Operation {
  const { input, ...rest } = definition;
  return transaction({ service: 'glue', parse: inputOf(input), ...rest });
}

/** `glue:<action>` on the catalog, on the database when named, and on the table when named. */
export function rights(catalog: Catalog, action: string, database?: string, table?: string): Permission[] {
  const arn = (rest: string) => `arn:aws:glue:${catalog.region}:${catalog.account}:${rest}`;
  return [
    arn('catalog'),
    ...(database === undefined ? [] : [arn(`database/${database}`)]),
    ...(database === undefined || table === undefined ? [] : [arn(`table/${database}/${table}`)]),
  ].map((resource) => ({ action: `glue:${action}`, resource }));
}

/** Who stands as a table's `CreatedBy`. */
export function creator(principal: Principal, account: string): string {
  switch (principal.kind) {
    case 'user':
      return principal.arn;
    case 'role':
      return `arn:aws:sts::${account}:assumed-role/${principal.roleArn.split('/').pop()}/${principal.session}`;
    case 'service':
      return principal.service;
    case 'aws':
      return `arn:aws:iam::${account}:root`;
  }
}
