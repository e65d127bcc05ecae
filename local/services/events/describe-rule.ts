/** DescribeRule, ListRules and ListTargetsByRule.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, text, textOf } from '../../shape.ts';
import type { Bus, Rule, Target } from './bus.ts';
import { DEFAULT_BUS } from './config.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
const PAGE_MAX = 100;

const pageMembers = { Limit: numberOf(1, PAGE_MAX), NextToken: text };
const ruleName = textOf(1, 64, '[\\.\\-_A-Za-z0-9]+');

const readName = inputOf(structure({ Name: ruleName }));

export function describeRule(bus: Bus, { account }: Ports): Operation {
  return transaction({
    service: 'events',
    name: 'DescribeRule',
    parse: (raw) => ruleNamed(bus, readName(raw).Name),
    permissions: ({ arn }) => [{ action: 'events:DescribeRule', resource: arn }],
    run: (_tx, rule) => ({ ...ruleMember(rule), CreatedBy: account }),
  });
}

const parseList = inputOf(structure({}, { NamePrefix: text, ...pageMembers }));

export function listRules(bus: Bus, { account, region }: Ports): Operation {
  return transaction({
    service: 'events',
    name: 'ListRules',
    parse: parseList,
    permissions: () => [
      { action: 'events:ListRules', resource: `arn:aws:events:${region}:${account}:rule/*` },
    ],
    run(_tx, { NamePrefix: prefix = '', ...page }) {
      const found = bus.rules.filter(({ name }) => name.startsWith(prefix));
      const { items, token } = paged(found, ({ name }) => name, page);
      return { Rules: items.map(ruleMember), ...token };
    },
  });
}

const readTargets = inputOf(structure({ Rule: ruleName }, pageMembers));

export function listTargetsByRule(bus: Bus): Operation {
  return transaction({
    service: 'events',
    name: 'ListTargetsByRule',
    parse(raw) {
      const { Rule, ...page } = readTargets(raw);
      return { rule: ruleNamed(bus, Rule), page };
    },
    permissions: ({ rule }) => [{ action: 'events:ListTargetsByRule', resource: rule.arn }],
    run(_tx, { rule, page }) {
      const { items, token } = paged(rule.targets, ({ id }) => id, page);
      return { Targets: items.map(targetMember), ...token };
    },
  });
}

function ruleNamed(bus: Bus, name: string): Rule {
  const rule = bus.rules.find((each) => each.name === name);
  if (rule) return rule;
  throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${DEFAULT_BUS}.`);
}

type Page = { Limit?: number; NextToken?: string };

/** The token is the last name of the page before: it holds nothing that a user may not know. */
function paged<T>(all: readonly T[], nameOf: (item: T) => string, page: Page) {
  const { Limit: limit = PAGE_MAX, NextToken: after = '' } = page;
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
