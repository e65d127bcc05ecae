/** The table takes fewer writes or reads a second than it did: what comes beyond is throttled, and that is orders. */

import type { Json, ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, turned, UNKNOWN, type Unknown, willBe } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const PLACES = [
  { path: 'on_demand_throughput.0.max_write_request_units', what: 'writes', modes: ['PAY_PER_REQUEST'] },
  { path: 'on_demand_throughput.0.max_read_request_units', what: 'reads', modes: ['PAY_PER_REQUEST'] },
  { path: 'write_capacity', what: 'writes', modes: ['PROVISIONED'] },
  { path: 'read_capacity', what: 'reads', modes: ['PROVISIONED'] },
];

export const TABLE_THROUGHPUT: Rule = {
  name: 'table-throughput',
  looksAt: 'How many writes and reads a second the table takes.',
  types: ['aws_dynamodb_table'],
  judge(change) {
    const mode = turned(change, 'billing_mode');
    if (mode?.to === UNKNOWN) return [cannotTell("The table's billing mode", 'warn')];
    if (mode?.to === 'PROVISIONED')
      return [
        {
          severity: 'warn',
          sentence:
            `The table turns from on-demand to provisioned capacity: ${shown(willBe(change, 'write_capacity'))} write units a ` +
            'second and no more. A flash sale beyond that is throttled, and throttled orders are the shop’s to retry.',
          nextStep: 'Provision for the peak, or leave the table on demand with a stated maximum.',
        },
      ];
    if (mode) return [];
    return PLACES.filter(({ modes }) => modes.includes(String(willBe(change, 'billing_mode')))).flatMap(
      (place) => fewer(change, place),
    );
  },
};

function fewer(change: ResourceChange, { path, what }: { path: string; what: string }): Remark[] {
  const turn = turned(change, path);
  if (turn?.to === UNKNOWN) return [cannotTell(`How many ${what} a second the table takes`, 'warn')];
  if (!turn || limit(turn.to) >= limit(turn.from)) return [];
  const before = limit(turn.from) === Number.POSITIVE_INFINITY ? 'no stated maximum' : shown(turn.from);
  return [
    {
      severity: 'warn',
      sentence:
        `The table takes at most ${shown(turn.to)} ${what === 'writes' ? 'write' : 'read'} units a second, down from ${before}. ` +
        `Orders beyond that are throttled${what === 'writes' ? ' and not in the table until the shop tries again' : ' when they are read'}.`,
      nextStep:
        'Compare it with the peak of ConsumedWriteCapacityUnits on the last busy day, with room to spare.',
    },
  ];
}

/** Absent and -1 are no maximum. */
function limit(value: Json | Unknown): number {
  return typeof value === 'number' && value > 0 ? value : Number.POSITIVE_INFINITY;
}
