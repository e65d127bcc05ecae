/** Reads `aws_cloudwatch_event_rule` and `aws_cloudwatch_event_target`, on the default bus, for Lambda functions. */

import { nextScheduled } from '../../cron/cron.ts';
import { compilePath, type JsonPath } from '../../event-pattern/json-path.ts';
import { compilePattern, type EventPattern } from '../../event-pattern/pattern.ts';
import type { Block, ResourceKind } from '../../stack/stack.ts';

export type RuleConfig = {
  name: string;
  description: string | undefined;
  enabled: boolean;
  pattern: { text: string; matches: EventPattern } | undefined;
  schedule: string | undefined;
};

export type TargetConfig = {
  rule: string;
  id: string;
  arn: string;
  /** A topic is accepted because stacks that ring someone have one; on a laptop nobody listens to it. */
  kind: 'lambda' | 'topic';
  input:
    | { kind: 'event' }
    | { kind: 'constant'; text: string }
    | { kind: 'path'; text: string; path: JsonPath };
  eventAgeSecondsMax: number;
  retryAttemptsMax: number;
  deadLetterArn: string | undefined;
};

export const DEFAULT_BUS = 'default';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html */
const EVENT_AGE_MIN_SECONDS = 60;
const EVENT_AGE_MAX_SECONDS = 86_400;
const RETRY_ATTEMPTS_MAX = 185;

export const ruleKind: ResourceKind<RuleConfig> = {
  type: 'aws_cloudwatch_event_rule',
  computed(block, { account, region }) {
    const name = block.string('name');
    return { arn: `arn:aws:events:${region}:${account}:rule/${name}`, id: name, name };
  },
  parse(block) {
    block.inert('arn', 'force_destroy', 'id', 'tags', 'tags_all');
    if (block.has('name_prefix'))
      block.refuse('name_prefix', 'a rule here has the same name at every start.');
    if (block.has('role_arn'))
      block.refuse('role_arn', 'rules here call functions, by the function’s permission.');
    refuseOtherBus(block);
    const pattern = block.optionalString('event_pattern');
    const schedule = block.optionalString('schedule_expression');
    if (pattern === undefined && schedule === undefined)
      block.refuse('event_pattern', 'a rule has a pattern or a schedule_expression.');
    if (schedule !== undefined) nextScheduled(schedule, 0, 0);
    return {
      name: parseName(block),
      description: block.optionalString('description'),
      enabled: parseState(block),
      pattern: pattern === undefined ? undefined : { text: pattern, matches: compilePattern(pattern) },
      schedule,
    };
  },
};

function parseName(block: Block): string {
  const name = block.string('name');
  return /^[.\-_A-Za-z0-9]{1,64}$/.test(name)
    ? name
    : block.refuse('name', 'AWS takes 1 to 64 letters, digits, ".", "-" and "_".');
}

function parseState(block: Block): boolean {
  const enabled = block.boolean('is_enabled', true);
  const state = block.optionalString('state');
  if (state === undefined) return enabled;
  if (state !== 'ENABLED' && state !== 'DISABLED')
    block.refuse('state', 'rules here are ENABLED or DISABLED.');
  return state === 'ENABLED';
}

const OTHER_TARGETS = [
  'appsync_target',
  'batch_target',
  'ecs_target',
  'http_target',
  'kinesis_target',
  'redshift_target',
  'run_command_targets',
  'sagemaker_pipeline_target',
  'sqs_target',
];

export const targetKind: ResourceKind<TargetConfig> = {
  type: 'aws_cloudwatch_event_target',
  computed(block) {
    const id = `${block.string('rule')}-${block.optionalString('target_id') ?? block.address}`;
    return { id, arn: block.string('arn'), rule: block.string('rule') };
  },
  parse(block) {
    block.inert('force_destroy', 'id');
    for (const name of OTHER_TARGETS)
      if (block.has(name)) block.refuse(name, 'rules here call Lambda functions.');
    if (block.has('role_arn'))
      block.refuse('role_arn', 'rules here call functions, by the function’s permission.');
    if (block.has('input_transformer'))
      block.refuse('input_transformer', 'the engine passes the whole event, an input_path or an input.');
    refuseOtherBus(block);
    const arn = block.string('arn');
    return {
      rule: block.string('rule'),
      id: block.optionalString('target_id') ?? block.address,
      arn,
      kind: parseKind(block, arn),
      input: parseInput(block),
      ...parseRetries(block),
      deadLetterArn: parseDeadLetters(block),
    };
  },
};

function parseKind(block: Block, arn: string): TargetConfig['kind'] {
  if (arn.startsWith('arn:aws:lambda:')) return 'lambda';
  if (arn.startsWith('arn:aws:sns:')) return 'topic';
  return block.refuse('arn', 'rules here call Lambda functions.');
}

function parseInput(block: Block): TargetConfig['input'] {
  const constant = block.optionalString('input');
  const text = block.optionalString('input_path');
  if (constant !== undefined && text !== undefined)
    return block.refuse('input_path', 'a target has an input or an input_path, not both.');
  if (constant !== undefined) {
    try {
      JSON.parse(constant);
    } catch {
      block.refuse('input', 'AWS takes valid JSON text.');
    }
    return { kind: 'constant', text: constant };
  }
  if (text === undefined) return { kind: 'event' };
  const path = compilePath(text);
  return path
    ? { kind: 'path', text, path }
    : block.refuse('input_path', 'a path has the form $.detail.name.');
}

function parseRetries(block: Block): Pick<TargetConfig, 'eventAgeSecondsMax' | 'retryAttemptsMax'> {
  const policy = block.block('retry_policy');
  const age = policy?.optionalNumber('maximum_event_age_in_seconds') ?? EVENT_AGE_MAX_SECONDS;
  const attempts = policy?.optionalNumber('maximum_retry_attempts') ?? RETRY_ATTEMPTS_MAX;
  if (policy && (age < EVENT_AGE_MIN_SECONDS || age > EVENT_AGE_MAX_SECONDS))
    policy.refuse('maximum_event_age_in_seconds', 'AWS takes 60 to 86400.');
  if (policy && (attempts < 0 || attempts > RETRY_ATTEMPTS_MAX))
    policy.refuse('maximum_retry_attempts', 'AWS takes 0 to 185.');
  return { eventAgeSecondsMax: age, retryAttemptsMax: attempts };
}

function parseDeadLetters(block: Block): string | undefined {
  const config = block.block('dead_letter_config');
  const arn = config?.optionalString('arn');
  if (config && arn !== undefined && !arn.startsWith('arn:aws:sqs:'))
    config.refuse('arn', 'dead letters go to an SQS queue.');
  return arn;
}

function refuseOtherBus(block: Block): void {
  const bus = block.optionalString('event_bus_name') ?? DEFAULT_BUS;
  if (bus !== DEFAULT_BUS) block.refuse('event_bus_name', 'the engine has the default bus alone.');
}
