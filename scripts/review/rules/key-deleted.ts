/** The key without which nothing encrypted can be read again. */

import type { ResourceChange } from '../../terraform/plan-json.ts';
import { cannotTell, lowered, shown, stays, turned, UNKNOWN, was } from '../change.ts';
import type { Remark, Rule } from '../rule.ts';

export const KEY_DELETED: Rule = {
  name: 'key-deleted',
  looksAt: 'A KMS key that is deleted, replaced or disabled, its deletion window, its rotation, its alias.',
  types: ['aws_kms_key', 'aws_kms_alias'],
  judge: (change) => (change.type === 'aws_kms_alias' ? alias(change) : key(change)),
};

function key(change: ResourceChange): Remark[] {
  if (change.action === 'delete' || change.action === 'replace')
    return [
      {
        severity: 'block',
        sentence:
          `The key is ${change.action === 'replace' ? 'replaced: the old one is ' : ''}scheduled for deletion in ${shown(was(change, 'deletion_window_in_days') ?? 30)} days and can be used by nobody from now on. ` +
          'Orders in the table, the stream, the lake and the queue that are encrypted with it cannot be read, and after the window never again.',
        nextStep:
          'Keep it. If the apply has happened: `aws kms cancel-key-deletion` and `enable-key`, within the window.',
      },
    ];
  return [...disabled(change), ...deletionWindow(change), ...rotation(change)];
}

function disabled(change: ResourceChange): Remark[] {
  const turn = turned(change, 'is_enabled');
  if (!turn || turn.to === true) return [];
  if (turn.to === UNKNOWN) return [cannotTell('Whether the key is enabled', 'block')];
  return [
    {
      severity: 'block',
      sentence:
        'The key is disabled: within minutes no hop can read or write what it encrypts. Orders are refused by the table, and those under way wait and expire.',
      nextStep: 'Leave it enabled.',
    },
  ];
}

function deletionWindow(change: ResourceChange): Remark[] {
  const fewer = lowered(change, 'deletion_window_in_days');
  if (!fewer) return [];
  return [
    {
      severity: 'warn',
      sentence: `A deletion of the key could be called off for ${fewer.to} days instead of ${fewer.from}.`,
      nextStep: 'Leave it at 30 where orders matter; it costs nothing until a key is deleted.',
    },
  ];
}

function rotation(change: ResourceChange): Remark[] {
  const turn = turned(change, 'enable_key_rotation');
  if (!stays(change) || turn?.from !== true || turn.to === true) return [];
  return [
    {
      severity: 'warn',
      sentence: 'The key is no longer rotated: one key material encrypts everything from now on.',
      nextStep: 'Leave rotation on; what is encrypted stays readable through every rotation.',
    },
  ];
}

function alias(change: ResourceChange): Remark[] {
  const turn = turned(change, 'target_key_id');
  if (!turn || turn.to === UNKNOWN) return [];
  return [
    {
      severity: 'warn',
      sentence: `The alias points at ${shown(turn.to)} instead of ${shown(turn.from)}. What asks by alias encrypts with the other key from now on; what is encrypted needs the old one still.`,
      nextStep: 'Keep the old key as long as anything is encrypted with it.',
    },
  ];
}
