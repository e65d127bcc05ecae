/** Plans that are too large, and texts that want to be more than text. */

import type { EnvironmentName } from '../../../stacks/names.ts';
import type { Finding } from '../../finding.ts';
import type { Action, ResourceChange } from '../../terraform/plan-json.ts';
import { type EnvironmentSummary, summarize } from '../summary.ts';
import { about, change, planWith, sealedSummary } from './plans.ts';

export const HOSTILE_TEXTS: readonly string[] = [
  '`',
  '``` `` `',
  '</details></summary><script>alert(1)</script>',
  '<!-- prime-day-order-pipeline: plan -->',
  '--> <img src=x onerror=alert(1)>',
  '@octocat and @org/team',
  'a|b||c',
  'one\ntwo\r\n\r\n# three\u2028four',
  '[click](https://evil.example) ![x](https://evil.example/x.png)',
  'https://github.com/acme/orders/issues/1 www.evil.example GH-1 acme/orders#1 #1',
  '\u202Egnirts\u2066 \u200B\u200D\u{E0041}',
  '👩‍👩‍👧‍👦 ordinary 😀 and half of one: \uD83D',
  '$\\href{javascript:alert(1)}{x}$ $`a`$',
  '1. one',
  '- [ ] task',
  '> [!CAUTION]',
  '&lt;b&gt; &#64;octocat',
  '\\`escaped\\`',
  '*bold* _it_ ~~gone~~ ^[note]',
  '   indented',
  '~~~\nfence\n~~~',
  '\u0000\u0007\u001b[31m',
  'x'.repeat(1_000_000),
];

const ACTIONS: readonly Action[] = ['create', 'update', 'delete', 'replace', 'forget', 'no-op'];
const STATEFUL = [
  'aws_dynamodb_table',
  'aws_kinesis_stream',
  'aws_s3_bucket',
  'aws_kms_key',
  'aws_sqs_queue',
];

/** Every action on every stateful type, and `count` resources in all, each with a long policy. */
export function largeSummary(environment: EnvironmentName, count: number): EnvironmentSummary {
  return sealedSummary(environment, largeChanges(environment, count));
}

export function largeChanges(environment: EnvironmentName, count: number): ResourceChange[] {
  const stateful = STATEFUL.flatMap((type) =>
    ACTIONS.map((action) => large(`${type}.${action.replace('-', '_')}`, action, environment)),
  );
  const others = Array.from({ length: Math.max(0, count - stateful.length) }, (_, index) =>
    large(
      `aws_iam_role_policy.a_role_with_a_long_name_${index}`,
      index % 3 === 0 ? 'create' : 'update',
      environment,
    ),
  );
  return [...stateful, ...others];
}

function large(address: string, action: Action, environment: EnvironmentName): ResourceChange {
  const values = (version: number) => ({
    name: `${address}-${environment}`,
    policy: JSON.stringify({
      Statement: Array.from({ length: 12 }, (_, index) => ({
        Action: [`service:Action${index}${version}`],
        Resource: `arn:aws:s3:::bucket-${environment}-123456789012/${index}/*`,
      })),
    }),
  });
  return change(address, action, {
    before: action === 'create' ? null : values(1),
    after: action === 'delete' || action === 'forget' ? null : values(2),
    replacePaths: action === 'replace' ? ['name'] : [],
  });
}

/** `count` resources whose every text is hostile, one in a hundred of them destroyed. */
export function hostileSummary(environment: EnvironmentName, count: number): EnvironmentSummary {
  const text = (index: number) => HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? '';
  const changes = Array.from({ length: count }, (_, index) =>
    change(
      `aws_iam_role.role_${index}["${text(index).slice(0, 80)}"]`,
      index % 100 === 0 ? 'delete' : 'update',
      {
        before: { description: text(index), [`key ${text(index).slice(0, 50)}`]: 1 },
        after:
          index % 100 === 0
            ? null
            : { description: `${text(index)}!`, [`key ${text(index).slice(0, 50)}`]: 2 },
      },
    ),
  );
  const findings = Array.from({ length: 40 }, (_, index): Finding => {
    const severity = index < 5 ? 'block' : index % 2 === 0 ? 'warn' : 'note';
    const address = `aws_x.y${index} ${text(index).slice(0, 200)}`;
    return {
      rule: `rule ${text(index).slice(0, 50)}`,
      severity,
      address,
      sentence: text(index),
      nextStep: text(index + 1),
    };
  });
  return summarize({
    ...about(environment, findings),
    kind: 'refused-plan',
    plan: planWith(changes),
    state: { lineage: 'a', serial: 1 },
  });
}
