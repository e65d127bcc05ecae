import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AwsError, EngineError } from '../../aws-error.ts';
import type { OpenPart, Outcome, Principal } from '../../ports.ts';
import {
  ADMINISTRATOR,
  openPart,
  standIn,
  type TestPorts,
  testPorts,
  testStack,
} from '../../testing/ports.ts';
import { events } from './events.ts';

const FUNCTION = 'arn:aws:lambda:us-east-2:000000000000:function:publish-views';
const RULE = 'arn:aws:events:us-east-2:000000000000:rule/crawled';
const AWS: Principal = { kind: 'aws' };
type Invoked = { FunctionName: string; InvocationType: string; Payload: Buffer };
type Letter = { MessageBody: string; MessageAttributes: Record<string, { StringValue: string }> };
type Put = { FailedEntryCount: number; Entries: { EventId?: string; ErrorCode?: string }[] };

let ports: TestPorts;
let invoked: Invoked[];
let letters: Letter[];
let failWith: AwsError | undefined;
beforeEach(() => {
  ports = testPorts();
  invoked = [];
  letters = [];
  failWith = undefined;
  ports.register({
    operations: [
      standIn('lambda', 'Invoke', (input: Invoked) => {
        if (failWith) throw failWith;
        invoked.push(input);
        return { StatusCode: 202 };
      }),
      standIn('sqs', 'SendMessage', (letter: Letter) => void letters.push(letter)),
    ],
  });
});
afterEach(() => ports.cleanUp());

const PATTERN = { source: ['aws.glue'], detail: { state: ['Succeeded'] } };
function open(target: Record<string, unknown> = {}, rule: Record<string, unknown> = {}): OpenPart {
  const stack = testStack({
    'aws_cloudwatch_event_rule.crawled': { name: 'crawled', event_pattern: JSON.stringify(PATTERN), ...rule },
    'aws_cloudwatch_event_target.publish': {
      rule: 'crawled',
      target_id: 'publish',
      arn: FUNCTION,
      ...target,
    },
  });
  return openPart(events, stack, ports);
}
const entry = (Detail: object = { state: 'Succeeded' }, more: object = {}) => ({
  Source: 'aws.glue',
  DetailType: 'Glue Crawler State Change',
  Detail: JSON.stringify(Detail),
  Resources: ['r'],
  ...more,
});
const put = (entries: object[], principal: Principal = AWS) =>
  ports.call<Put>(principal, 'events', 'PutEvents', { Entries: entries });
const step = (part: OpenPart, index = 0) => part.movers?.[index]?.step() as Promise<Outcome>;
const retry = async (part: OpenPart): Promise<number> => {
  const outcome = await step(part);
  assert.equal(outcome.kind, 'retry');
  return outcome.kind === 'retry' ? outcome.afterMs : 0;
};

test('an event that matches calls the function as events.amazonaws.com for the rule, with AWS’s envelope', async () => {
  const part = open();
  const { Entries } = await put([entry()]);
  assert.deepEqual(await step(part), { kind: 'delivered', records: 1 });
  assert.deepEqual(await step(part), { kind: 'idle' });
  assert.deepEqual([invoked[0]?.FunctionName, invoked[0]?.InvocationType], [FUNCTION, 'Event']);
  assert.deepEqual(JSON.parse(String(invoked[0]?.Payload)), {
    version: '0',
    id: Entries[0]?.EventId,
    'detail-type': 'Glue Crawler State Change',
    source: 'aws.glue',
    account: '000000000000',
    time: '2026-07-07T00:00:00Z',
    region: 'us-east-2',
    resources: ['r'],
    detail: { state: 'Succeeded' },
  });
  const call = ports.calls.find(({ action }) => action === 'lambda:Invoke');
  assert.deepEqual(call?.principal, { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE });
});

test('an event that does not match, and any event of a disabled rule, calls nothing', async () => {
  const part = open();
  await put([entry({ state: 'Failed' })]);
  assert.deepEqual(await step(part), { kind: 'idle' });
  const disabled = open({}, { state: 'DISABLED' });
  await put([entry()]);
  assert.deepEqual(await step(disabled), { kind: 'idle' });
});

test('an event outlasts a restart before it is delivered, and is not repeated after', async () => {
  open();
  await put([entry()]);
  assert.deepEqual(await step(open()), { kind: 'delivered', records: 1 });
  assert.deepEqual(await step(open()), { kind: 'idle' });
  assert.equal(invoked.length, 1);
});

test('a failing function loses nothing: pauses grow, over a restart too, until it takes the event', async () => {
  let part = open();
  failWith = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  await put([entry()]);
  assert.equal(await retry(part), 1000);
  ports.clock.advance(1000);
  part = open();
  assert.equal(await retry(part), 2000);
  assert.deepEqual(await step(part), { kind: 'idle', wakeAt: ports.clock.now() + 2000 });
  ports.clock.advance(2000);
  failWith = undefined;
  assert.deepEqual(await step(part), { kind: 'delivered', records: 1 });
  assert.equal(invoked.length, 1);
});

const deadLetters = { dead_letter_config: { arn: 'arn:aws:sqs:us-east-2:000000000000:letters' } };

test('after its last retry, not before, the event is a dead letter with its reasons', async () => {
  const part = open({ ...deadLetters, retry_policy: { maximum_retry_attempts: 2 } });
  failWith = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  await put([entry()]);
  for (const _ of [1, 2]) ports.clock.advance(await retry(part));
  assert.equal(letters.length, 0);
  const outcome = await step(part);
  assert.ok(outcome.kind === 'gave-up' && /lies in the queue letters/.test(outcome.reason));
  const values = Object.fromEntries(
    Object.entries(letters[0]?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
  );
  assert.deepEqual(values, {
    RULE_ARN: RULE,
    TARGET_ARN: FUNCTION,
    ERROR_CODE: 'TooManyRequestsException',
    ERROR_MESSAGE: 'Rate Exceeded.',
    RETRY_ATTEMPTS: '2',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  });
  assert.equal(JSON.parse(letters[0]?.MessageBody ?? '').detail.state, 'Succeeded');
  assert.deepEqual(await step(part), { kind: 'idle' });
});

test('an event is tried as long as its age allows, and then given up', async () => {
  const part = open({ ...deadLetters, retry_policy: { maximum_event_age_in_seconds: 60 } });
  failWith = new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  await put([entry()]);
  let outcome = await step(part);
  const began = ports.clock.now();
  while (outcome.kind === 'retry') {
    ports.clock.advance(outcome.afterMs);
    assert.ok(ports.clock.now() - began <= 60_000);
    outcome = await step(part);
  }
  assert.equal(
    letters[0]?.MessageAttributes['EXHAUSTED_RETRY_CONDITION']?.StringValue,
    'MaximumEventAgeInSeconds',
  );
});

test('what no retry mends is not retried', async () => {
  const part = open(deadLetters);
  failWith = new AwsError('AccessDeniedException', 'not authorized', 403);
  await put([entry()]);
  assert.equal((await step(part)).kind, 'gave-up');
  assert.equal(letters[0]?.MessageAttributes['ERROR_CODE']?.StringValue, 'NO_PERMISSIONS');
});

test('an event without a dead-letter queue, or with one that refuses it, is dropped and said so', async () => {
  failWith = new AwsError('ResourceNotFoundException', 'Function not found', 404);
  const none = open();
  await put([entry()]);
  const dropped = await step(none);
  assert.ok(dropped.kind === 'gave-up' && /no dead-letter queue/.test(dropped.reason));
  const refusing = open(deadLetters);
  ports.deny('sqs:SendMessage');
  await put([entry()]);
  const refused = await step(refusing);
  assert.ok(refused.kind === 'gave-up' && /does not take it \(AccessDeniedException/.test(refused.reason));
});

test('a user cannot speak as AWS, and each entry stands or fails by itself', async () => {
  const part = open({}, { event_pattern: '{"source":["my.app"]}' });
  const { FailedEntryCount, Entries } = await put(
    [
      entry(),
      entry({}, { Source: 'my.app' }),
      entry({}, { Source: undefined }),
      { ...entry({}, { Source: 'my.app' }), Detail: '[]' },
      entry({}, { Source: 'my.app', EventBusName: 'other' }),
    ],
    ADMINISTRATOR,
  );
  assert.equal(FailedEntryCount, 4);
  assert.deepEqual(
    Entries.map(({ ErrorCode }) => ErrorCode),
    ['NotAuthorizedForSourceException', undefined, 'InvalidArgument', 'MalformedDetail', 'InvalidArgument'],
  );
  await step(part);
  assert.equal(invoked.length, 1);
});

test('PutEvents takes ten entries, not eleven, and 256 KB, not a byte more', async () => {
  open();
  const many = (count: number) => put(Array.from({ length: count }, () => entry()));
  assert.equal((await many(10)).FailedEntryCount, 0);
  await assert.rejects(many(11), { name: 'ValidationException', message: /less than or equal to 10/ });
  await assert.rejects(many(0), { name: 'ValidationException' });
  const sized = (bytes: number) =>
    put([{ Source: 's', DetailType: 't', Detail: `{"x":"${'y'.repeat(bytes - 10)}"}` }]);
  assert.equal((await sized(262_144)).FailedEntryCount, 0);
  await assert.rejects(sized(262_145), { name: 'ValidationException', message: /over the limit/ });
});

test('a target may get a constant or a part of the event, and long numbers keep their digits', async () => {
  const payloadOf = async (target: Record<string, unknown>, detail: string) => {
    const part = open(target, { event_pattern: '{"source":["aws.glue"]}' });
    await put([{ ...entry(), Detail: detail }]);
    await step(part);
    return String(invoked.at(-1)?.Payload);
  };
  assert.equal(await payloadOf({ input: '{"a":1}' }, '{}'), '{"a":1}');
  assert.equal(await payloadOf({ input_path: '$.detail.x' }, '{"x":{"y":2}}'), '{"y":2}');
  assert.match(
    await payloadOf({}, '{"n":12345678901234567890.10}'),
    /"detail":\{"n":12345678901234567890\.10\}/,
  );
});

test('a schedule fires when it is due, not before, and keeps its beat over a restart', async () => {
  const rule = { event_pattern: undefined, schedule_expression: 'rate(5 minutes)' };
  const fires = async (part: OpenPart) => (await step(part, 1)).kind === 'delivered';
  let part = open({}, rule);
  const start = ports.clock.now();
  assert.deepEqual(await step(part, 1), { kind: 'idle', wakeAt: start + 300_000 });
  ports.clock.advance(299_999);
  assert.equal(await fires(part), false);
  part = open({}, rule);
  ports.clock.advance(1);
  assert.equal(await fires(part), true);
  assert.equal(await fires(part), false);
  await step(part);
  const event = JSON.parse(String(invoked[0]?.Payload));
  assert.deepEqual(
    [event.source, event['detail-type'], event.resources],
    ['aws.events', 'Scheduled Event', [RULE]],
  );
});

test('rules and their targets are described and listed', async () => {
  open({ retry_policy: { maximum_retry_attempts: 3 } });
  const call = <O>(operation: string, input: object) =>
    ports.call<O>(ADMINISTRATOR, 'events', operation, input);
  type Described = { Arn: string; State: string; EventPattern: string };
  const { Arn, State, EventPattern } = await call<Described>('DescribeRule', { Name: 'crawled' });
  assert.deepEqual([Arn, State, EventPattern], [RULE, 'ENABLED', JSON.stringify(PATTERN)]);
  assert.equal((await call<{ Rules: object[] }>('ListRules', { NamePrefix: 'cr' })).Rules.length, 1);
  assert.deepEqual(await call('ListTargetsByRule', { Rule: 'crawled' }), {
    Targets: [
      {
        Id: 'publish',
        Arn: FUNCTION,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 3 },
      },
    ],
  });
  await assert.rejects(call('DescribeRule', { Name: 'x' }), {
    name: 'ResourceNotFoundException',
    message: 'Rule x does not exist on EventBus default.',
  });
  await assert.rejects(call('PutRule', {}), /stack owns/);
});

for (const [what, target, rule] of [
  ['an input transformer', { input_transformer: { input_template: '"x"' } }, {}],
  ['a queue as target', { arn: 'arn:aws:sqs:us-east-2:000000000000:q' }, {}],
  ['another bus', {}, { event_bus_name: 'other' }],
  ['a pattern that is none', {}, { event_pattern: '[]' }],
  ['a schedule that is none', {}, { schedule_expression: 'rate(0 minutes)' }],
  ['a retry more than AWS takes', { retry_policy: { maximum_retry_attempts: 186 } }, {}],
  ['an age under AWS’s least', { retry_policy: { maximum_event_age_in_seconds: 59 } }, {}],
  ['a target of no rule', { rule: 'nobody' }, {}],
] as const)
  test(`${what} is refused when the stack is read`, () => {
    assert.throws(() => open(target, rule), EngineError);
  });
