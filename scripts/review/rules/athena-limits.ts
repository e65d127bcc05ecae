/** What a query may cost, and whose settings count. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, shown, turned, UNKNOWN, was } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

const SCAN = 'configuration.0.bytes_scanned_cutoff_per_query';
const ENFORCED = 'configuration.0.enforce_workgroup_configuration';
const RESULTS = 'configuration.0.result_configuration.0.output_location';
const GIBIBYTE = 1024 ** 3;

export const ATHENA_LIMITS: Rule = {
  name: 'athena-limits',
  looksAt:
    'The workgroup: the bytes that a query may scan, whether its settings bind, where results go, whether it is there.',
  types: ['aws_athena_workgroup'],
  judge(change) {
    if (change.action === 'delete' || change.action === 'replace')
      return [
        warn(
          `The workgroup ${shown(was(change, 'name'))} is ${change.action === 'replace' ? 'made anew' : 'deleted'}, with its history of queries and the queries saved in it. Who asks in it, the publisher of the views too, fails meanwhile.`,
          'Do it when nobody asks.',
        ),
      ];
    return [...scan(change), ...enforced(change), ...results(change), ...state(change)];
  },
};

function scan(change: ResourceChange): Remark[] {
  const turn = turned(change, SCAN);
  if (!turn) return [];
  if (turn.to === UNKNOWN) return [cannotTell('How much a query may scan', 'warn')];
  if (turn.to === null || turn.to === 0)
    return [
      warn(
        'A query may scan any amount: one without a partition reads the whole lake, at $5 a terabyte.',
        'State a limit that the largest view stays under.',
      ),
    ];
  if (typeof turn.to !== 'number' || typeof turn.from !== 'number' || turn.from === 0 || turn.to <= turn.from)
    return [];
  return [
    warn(
      `A query may scan ${gib(turn.to)} GiB instead of ${gib(turn.from)}, at $5 a terabyte.`,
      'See in the DataScannedInBytes of the last days whether it is needed.',
    ),
  ];
}

function enforced(change: ResourceChange): Remark[] {
  const turn = turned(change, ENFORCED);
  // Absent is true to AWS.
  if (!turn || (turn.to !== false && turn.to !== UNKNOWN)) return [];
  if (turn.to === UNKNOWN) return [cannotTell('Whether the settings of the workgroup bind', 'warn')];
  return [
    warn(
      'Each query may bring its own settings: results may go to another bucket, unencrypted.',
      'Leave enforce_workgroup_configuration on.',
    ),
  ];
}

function results(change: ResourceChange): Remark[] {
  const turn = turned(change, RESULTS);
  if (!turn || turn.to === UNKNOWN) return [];
  return [
    warn(
      `Results go to ${shown(turn.to)} instead of ${shown(turn.from)}. The roles may write only to the old place, and what lies there expires by its own lifecycle.`,
      'Give the roles the new place in the same change.',
    ),
  ];
}

function state(change: ResourceChange): Remark[] {
  if (turned(change, 'state')?.to !== 'DISABLED') return [];
  return [
    warn(
      'The workgroup is disabled: nobody can ask, and changed views are not published.',
      'Leave it ENABLED.',
    ),
  ];
}

function warn(sentence: string, nextStep: string): Remark {
  return { severity: 'warn', sentence, nextStep };
}

function gib(bytes: number): string {
  return String(Math.round((bytes / GIBIBYTE) * 100) / 100);
}
