/** DescribeRule, ListRules and ListTargetsByRule.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import type { Bus, Rule, Target } from './bus.ts';
import { DEFAULT_BUS } from './config.ts';

type Members = Record<string, unknown>;

const PAGE_DEFAULT = 100;

export function describeRule(bus: Bus, { account }: Ports): Operation<Rule> {
  return {
    service: 'events',
    name: 'DescribeRule',
    kind: 'transaction',
    parse: (raw) => ruleNamed(bus, ((raw ?? {}) as Members)['Name']),
    permissions: ({ arn }) => [{ action: 'events:DescribeRule', resource: arn }],
    run: (_tx, rule) => ({ ...ruleMember(rule), CreatedBy: account }),
  };
}

type Page = { after: string; limit: number };

export function listRules(bus: Bus, { account, region }: Ports): Operation<Page & { prefix: string }> {
  return {
    service: 'events',
    name: 'ListRules',
    kind: 'transaction',
    parse(raw) {
      const members = (raw ?? {}) as Members;
      return { prefix: String(members['NamePrefix'] ?? ''), ...pageOf(members) };
    },
    permissions: () => [
      { action: 'events:ListRules', resource: `arn:aws:events:${region}:${account}:rule/*` },
    ],
    run(_tx, { prefix, ...page }) {
      const found = bus.rules.filter(({ name }) => name.startsWith(prefix));
      const { items, token } = paged(found, ({ name }) => name, page);
      return { Rules: items.map(ruleMember), ...token };
    },
  };
}

export function listTargetsByRule(bus: Bus): Operation<Page & { rule: Rule }> {
  return {
    service: 'events',
    name: 'ListTargetsByRule',
    kind: 'transaction',
    parse(raw) {
      const members = (raw ?? {}) as Members;
      return { rule: ruleNamed(bus, members['Rule']), ...pageOf(members) };
    },
    permissions: ({ rule }) => [{ action: 'events:ListTargetsByRule', resource: rule.arn }],
    run(_tx, { rule, ...page }) {
      const { items, token } = paged(rule.targets, ({ id }) => id, page);
      return { Targets: items.map(targetMember), ...token };
    },
  };
}

function ruleNamed(bus: Bus, name: unknown): Rule {
  const rule = bus.rules.find((each) => each.name === name);
  if (rule) return rule;
  throw new AwsError(
    'ResourceNotFoundException',
    `Rule ${String(name)} does not exist on EventBus ${DEFAULT_BUS}.`,
  );
}

function pageOf(members: Members): Page {
  const limit = Number(members['Limit'] ?? PAGE_DEFAULT);
  if (!(limit >= 1 && limit <= 100))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${String(members['Limit'])}' at 'limit' failed to satisfy constraint: Member must have value ${limit > 100 ? 'less than or equal to 100' : 'greater than or equal to 1'}`,
    );
  return { after: String(members['NextToken'] ?? ''), limit };
}

/** The token is the last name of the page before: it holds nothing that a user may not know. */
function paged<T>(all: readonly T[], nameOf: (item: T) => string, { after, limit }: Page) {
  const rest = all.filter((item) => nameOf(item) > after).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, token: last && rest.length > items.length ? { NextToken: nameOf(last) } : {} };
}

function ruleMember({ name, arn, enabled, description, pattern, schedule }: Rule) {
  return {
    Name: name,
    Arn: arn,
    State: enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: DEFAULT_BUS,
    ...(description === undefined ? {} : { Description: description }),
    ...(pattern === undefined ? {} : { EventPattern: pattern.text }),
    ...(schedule === undefined ? {} : { ScheduleExpression: schedule }),
  };
}

function targetMember(target: Target) {
  const { input } = target;
  return {
    Id: target.id,
    Arn: target.arn,
    ...(input.kind === 'constant' ? { Input: input.text } : {}),
    ...(input.kind === 'path' ? { InputPath: input.text } : {}),
    ...(target.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    RetryPolicy: {
      MaximumEventAgeInSeconds: target.eventAgeSecondsMax,
      MaximumRetryAttempts: target.retryAttemptsMax,
    },
  };
}
