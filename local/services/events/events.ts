/**
 * EventBridge's default bus: rules that match events, or fall due by a schedule, and call Lambda functions.
 *
 *     crawler (`Glue Crawler State Change`), PutEvents, schedules → [events] → lambda (publish-views)
 *                                                                       ↳ queue (dead letters)
 *
 * It has no other buses, archives or replays, and calls nothing but functions.
 */

import type { OpenPart, Part, Ports, Refusal } from '../../ports.ts';
import type { Stack } from '../../stack/stack.ts';
import { createBus } from './bus.ts';
import { ruleKind, targetKind } from './config.ts';
import { deliveryMover } from './delivery.ts';
import { describeRule, listRules, listTargetsByRule } from './describe-rule.ts';
import { putEvents } from './put-events.ts';
import { scheduleMover } from './schedule.ts';

export const events: Part = { name: 'events', kinds: [ruleKind, targetKind], open };

const OWNED_BY_THE_STACK = [
  'CreateEventBus',
  'DeleteEventBus',
  'DeleteRule',
  'DisableRule',
  'EnableRule',
  'PutRule',
  'PutTargets',
  'RemoveTargets',
];

function open(stack: Stack, ports: Ports): OpenPart {
  const bus = createBus(stack.all(ruleKind), stack.all(targetKind), ports);
  const targets = bus.rules.flatMap((rule) => rule.targets).filter(({ kind }) => kind === 'lambda');
  const schedules = bus.rules.flatMap((rule) =>
    rule.enabled && rule.schedule !== undefined ? [scheduleMover(bus, rule, rule.schedule, ports)] : [],
  );
  return {
    operations: [
      putEvents(bus, ports),
      describeRule(bus, ports),
      listRules(bus, ports),
      listTargetsByRule(bus),
    ],
    refusals: OWNED_BY_THE_STACK.map(
      (name): Refusal => ({
        service: 'events',
        name,
        sentence: `${name} is not possible here: the stack owns its rules. Change aws_cloudwatch_event_rule and aws_cloudwatch_event_target in the stack and start again.`,
      }),
    ),
    movers: [...targets.map((target) => deliveryMover(target, ports)), ...schedules],
  };
}
