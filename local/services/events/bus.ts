/**
 * The default bus: matches an event with the rules and writes a delivery for each target into the store, in the unit
 * of work that brought the event. From there a target's mover has it; neither a crash nor a failing target loses it.
 *
 *     PutEvents, schedules → [bus] → deliveries → lambda
 */

import { EngineError } from '../../aws-error.ts';
import type { Ports } from '../../ports.ts';
import type { Key, Tx } from '../../store/store.ts';
import type { RuleConfig, TargetConfig } from './config.ts';

export type Target = TargetConfig & { ruleArn: string };
export type Rule = RuleConfig & { arn: string; targets: Target[] };

export type BusEvent = {
  id: string;
  detailType: string;
  source: string;
  /** Milliseconds since the epoch. */
  time: number;
  resources: string[];
  /** JSON text, passed on as it came: a trip through a parser would change long numbers. */
  detail: string;
};

/** What one target still has to get. */
export type Delivery = { input: string; eventId: string; firstAt: number; attempts: number };

export type Bus = {
  rules: readonly Rule[];
  publish(tx: Tx, event: BusEvent): void;
  /** For a schedule, which is its rule's alone. */
  publishFor(tx: Tx, rule: Rule, event: BusEvent): void;
};

export function createBus(rules: RuleConfig[], targets: TargetConfig[], ports: Ports): Bus {
  const { account, region, clock, log } = ports;
  const all = rules.map((rule): Rule => {
    const arn = `arn:aws:events:${region}:${account}:rule/${rule.name}`;
    const own = targets.filter((target) => target.rule === rule.name);
    return { ...rule, arn, targets: own.map((target) => ({ ...target, ruleArn: arn })) };
  });
  for (const target of targets)
    if (!rules.some(({ name }) => name === target.rule))
      throw new EngineError(
        `aws_cloudwatch_event_target "${target.id}" belongs to the rule ${target.rule}, which the stack does not have.`,
        'Let its argument "rule" refer to an aws_cloudwatch_event_rule of the stack.',
      );

  function publishFor(tx: Tx, rule: Rule, event: BusEvent): void {
    const text = eventText(event, ports);
    for (const target of rule.targets) {
      if (target.kind === 'topic') {
        log('info', `rule ${rule.name} matched; its topic has no listener on a laptop`, {
          topic: target.arn,
        });
        continue;
      }
      const now = clock.now();
      const delivery: Delivery = {
        input: inputOf(target, text),
        eventId: event.id,
        firstAt: now,
        attempts: 0,
      };
      tx.put(deliveryKey(target, now, event.id), delivery);
      tx.signal(topicOf(target));
    }
  }

  return {
    rules: all,
    publishFor,
    publish(tx, event) {
      const parsed: unknown = JSON.parse(eventText(event, ports));
      for (const rule of all) if (rule.enabled && rule.pattern?.matches(parsed)) publishFor(tx, rule, event);
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function eventText(event: BusEvent, { account, region }: Pick<Ports, 'account' | 'region'>): string {
  const envelope = JSON.stringify({
    version: '0',
    id: event.id,
    'detail-type': event.detailType,
    source: event.source,
    account,
    time: new Date(event.time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: event.resources,
  });
  return `${envelope.slice(0, -1)},"detail":${event.detail}}`;
}

function inputOf({ input }: Target, text: string): string {
  switch (input.kind) {
    case 'event':
      return text;
    case 'constant':
      return input.text;
    case 'path':
      return JSON.stringify(input.path(JSON.parse(text)) ?? null);
  }
}

function collectionOf({ rule, id }: Target): string {
  return `${rule}/${id}`;
}

/** Deliveries of one target lie in the order in which they fall due. */
export function deliveryKey(target: Target, dueAt: number, eventId: string): Key {
  return ['event-delivery', collectionOf(target), dueAt, eventId];
}

export function topicOf(target: Target): string {
  return `event-target:${collectionOf(target)}`;
}
