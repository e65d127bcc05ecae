import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { ADMINISTRATOR } from '../../testing/ports.ts';
import { type Fixture, functionFixture, ROLE, timerSet } from './testing.ts';

let open: Fixture | undefined;
afterEach(async () => {
  await open?.cleanUp();
  open = undefined;
});

function given(files: Record<string, string>, settings: Record<string, unknown> = {}): Fixture {
  open = functionFixture(files, settings);
  return open;
}

const MEGABYTES_6 = 6 * 1024 * 1024;

test('an async handler of an ES module answers', async () => {
  const { invoke } = given({
    'index.mjs': 'export const handler = async (event) => ({ twice: event.n * 2 });',
  });
  const output = await invoke({ n: 21 });
  assert.deepEqual(output.answer, { twice: 42 });
  assert.equal(output.StatusCode, 200);
  assert.equal(output.FunctionError, undefined);
  assert.equal(output.ExecutedVersion, '$LATEST');
});

test('a callback handler of a CommonJS module answers, wherever in the bundle it lies', async () => {
  const code =
    'exports.on = { change(event, context, callback) { setImmediate(() => callback(null, event)); } };';
  const { invoke } = given({ 'src/app.js': code }, { handler: 'src/app.on.change' });
  assert.deepEqual((await invoke({ n: 1 })).answer, { n: 1 });
});

test('a handler that says nothing answers null', async () => {
  const { invoke } = given({ 'index.js': 'exports.handler = () => {};' });
  assert.equal((await invoke()).answer, null);
});

test('a warm worker keeps what the module remembers', async () => {
  const { invoke } = given({ 'index.mjs': 'let n = 0; export const handler = async () => ++n;' });
  assert.equal((await invoke()).answer, 1);
  assert.equal((await invoke()).answer, 2);
});

test('invocations at the same time run in workers of their own', async () => {
  const { invoke } = given({ 'index.mjs': 'let n = 0; export const handler = async () => ++n;' });
  const answers = await Promise.all([invoke(), invoke(), invoke(), invoke(), invoke(), invoke()]);
  assert.equal(answers.filter(({ answer }) => answer === 1).length, 4);
});

test('a function sees its own environment and nothing of the engine', async () => {
  process.env['SECRET_OF_THE_ENGINE'] = 'x';
  const { invoke } = given(
    { 'index.mjs': 'export const handler = async () => process.env;' },
    { environment: { variables: { TABLE: 'ordertable' } }, memory_size: 256 },
  );
  const env = (await invoke()).answer as Record<string, string>;
  delete process.env['SECRET_OF_THE_ENGINE'];
  assert.equal(env['TABLE'], 'ordertable');
  assert.equal(env['AWS_REGION'], 'us-east-2');
  assert.equal(env['AWS_ENDPOINT_URL'], 'http://127.0.0.1:4566');
  assert.equal(env['AWS_SESSION_TOKEN'], ROLE);
  assert.equal(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'], '256');
  assert.equal(env['SECRET_OF_THE_ENGINE'], undefined);
});

test('the context names the invocation and counts down its time', async () => {
  const code = `export const handler = async (event, context) =>
    ({ ...context, left: context.getRemainingTimeInMillis() });`;
  const { invoke } = given({ 'index.mjs': code }, { timeout: 7 });
  const context = (await invoke()).answer as Record<string, unknown>;
  assert.equal(context['functionName'], 'f');
  assert.equal(context['invokedFunctionArn'], 'arn:aws:lambda:us-east-2:000000000000:function:f');
  assert.equal(context['memoryLimitInMB'], '128');
  assert.equal(context['logGroupName'], '/aws/lambda/f');
  assert.match(String(context['awsRequestId']), /^[0-9a-f-]{36}$/);
  assert.ok((context['left'] as number) > 0 && (context['left'] as number) <= 7_000);
});

test('what a handler throws comes back in Lambda’s form', async () => {
  const { invoke } = given({
    'index.mjs': "export const handler = async () => { throw new TypeError('no'); };",
  });
  const output = await invoke();
  const { errorType, errorMessage, trace } = output.answer as Record<string, unknown>;
  assert.equal(output.StatusCode, 200);
  assert.equal(output.FunctionError, 'Unhandled');
  assert.equal(errorType, 'TypeError');
  assert.equal(errorMessage, 'no');
  assert.equal((trace as string[])[0], 'TypeError: no');
});

test('a module that is missing, broken or without the handler says which', async () => {
  const cases = [
    [{ 'other.mjs': '' }, 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
    [{ 'index.mjs': 'export const' }, 'Runtime.UserCodeSyntaxError', /^SyntaxError/],
    [{ 'index.mjs': "import 'nowhere';" }, 'Runtime.ImportModuleError', /nowhere/],
    [{ 'index.mjs': '' }, 'Runtime.HandlerNotFound', 'index.handler is undefined or not exported'],
    [{ 'index.mjs': "throw new RangeError('at start');" }, 'RangeError', 'at start'],
  ] as const;
  for (const [files, type, message] of cases) {
    const fixture = functionFixture(files);
    const { answer } = await fixture.invoke();
    const { errorType, errorMessage } = answer as Record<string, string>;
    assert.equal(errorType, type);
    if (typeof message === 'string') assert.equal(errorMessage, message);
    else assert.match(errorMessage ?? '', message);
    await fixture.cleanUp();
  }
});

test('a function is stopped when its time has passed, not before, and the next call finds a new worker', async () => {
  const code = `let n = 0;
    export const handler = async (event) => { n++; if (event.hang) for (;;) {} return n; };`;
  const { ports, invoke } = given({ 'index.mjs': code }, { timeout: 2 });
  await invoke();
  const running = timerSet(ports, 2_000);
  let settled = false;
  const hanging = invoke({ hang: true }).finally(() => {
    settled = true;
  });
  await running;
  ports.clock.advance(1_999);
  await new Promise(setImmediate);
  assert.equal(settled, false);
  ports.clock.advance(1);
  const output = await hanging;
  const { errorType, errorMessage } = output.answer as Record<string, string>;
  assert.equal(output.FunctionError, 'Unhandled');
  assert.equal(errorType, 'Sandbox.Timedout');
  assert.match(errorMessage ?? '', /^RequestId: [0-9a-f-]{36} Error: Task timed out after 2\.00 seconds$/);
  assert.equal((await invoke()).answer, 1);
});

test('a function that outgrows its memory is killed alone', async () => {
  const code = `export const handler = async (event) => {
    const kept = []; while (event.grow) kept.push(new Array(1e5).fill(kept.length)); return 'fine'; };`;
  const { invoke } = given({ 'index.mjs': code }, { memory_size: 128, timeout: 900 });
  const output = await invoke({ grow: true });
  const { errorType, errorMessage } = output.answer as Record<string, string>;
  assert.equal(output.FunctionError, 'Unhandled');
  assert.equal(errorType, 'Runtime.OutOfMemory');
  assert.match(errorMessage ?? '', /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/);
  assert.equal((await invoke()).answer, 'fine');
});

test('a function that exits or leaves a promise rejected is a failed invocation', async () => {
  const code = `export const handler = (event, context, callback) => {
    if (event.exit) process.exit(3); Promise.reject(new Error('left')); };`;
  const { invoke } = given({ 'index.mjs': code });
  const exited = (await invoke({ exit: true })).answer as Record<string, string>;
  assert.equal(exited['errorType'], 'Runtime.ExitError');
  assert.match(exited['errorMessage'] ?? '', /Runtime exited with error: exit status 3$/);
  const rejected = (await invoke()).answer as Record<string, string>;
  assert.equal(rejected['errorType'], 'Runtime.UnhandledPromiseRejection');
  assert.equal(rejected['errorMessage'], 'Error: left');
});

test('a request of 6 MB is taken, one byte more is refused', async () => {
  const { invoke } = given({ 'index.mjs': 'export const handler = async (event) => event.length;' });
  const payload = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
  assert.equal((await invoke({}, { Payload: payload(MEGABYTES_6) })).answer, MEGABYTES_6 - 2);
  await assert.rejects(invoke({}, { Payload: payload(MEGABYTES_6 + 1) }), {
    code: 'RequestTooLargeException',
    status: 413,
    message:
      '6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
  });
});

test('an answer of 6,291,556 bytes is given, one byte more is a failure', async () => {
  const { invoke } = given({ 'index.mjs': "export const handler = async (n) => 'x'.repeat(n - 2);" });
  assert.equal((await invoke(6_291_556)).Payload?.byteLength, 6_291_556);
  const output = await invoke(6_291_557);
  assert.equal(output.FunctionError, 'Unhandled');
  assert.deepEqual(output.answer, {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  });
});

test('as many invocations as are reserved run at once, one more is throttled', async () => {
  const code =
    'export const handler = (event, context, callback) => { if (!event.hang) callback(null, 1); };';
  const { ports, invoke } = given({ 'index.mjs': code }, { reserved_concurrent_executions: 1, timeout: 5 });
  const running = timerSet(ports, 5_000);
  const hanging = invoke({ hang: true });
  await running;
  await assert.rejects(invoke(), {
    code: 'TooManyRequestsException',
    status: 429,
    message: 'Rate Exceeded.',
    members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
  });
  ports.clock.advance(5_000);
  await hanging;
  assert.equal((await invoke()).answer, 1);
});

test('what a function prints lies in its log group with Lambda’s own lines, and its tail comes back', async () => {
  const code = "export const handler = async () => { console.log('one %d', 1); console.error('bad'); };";
  const { ports, part, invoke } = given({ 'index.mjs': code });
  const output = await invoke({}, { LogType: 'Tail' });
  const tail = Buffer.from(output.LogResult ?? '', 'base64').toString();
  assert.match(
    tail,
    /^START RequestId: (\S+) Version: \$LATEST\n\S+Z\t\1\tINFO\tone 1\n\S+Z\t\1\tERROR\tbad\nEND RequestId: \1\nREPORT RequestId: \1\tDuration: .* ms\tBilled Duration: .* ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: /,
  );
  await part.close?.();
  assert.equal(readFileSync(join(ports.directory('logs'), 'aws/lambda/f.log'), 'utf8'), tail);
});

test('an engine that closes ends what runs, and nobody writes to the closed log', async () => {
  const { ports, part, invoke } = given({
    'index.mjs': 'export const handler = async () => new Promise(() => {});',
  });
  const running = timerSet(ports, 3_000);
  const hanging = invoke();
  await running;
  await part.close?.();
  assert.equal((await hanging).FunctionError, 'Unhandled');
});

test('with JSON logs a line is an object, and a level below the function’s is left out', async () => {
  const code = "export const handler = async () => { console.debug('no'); console.warn('yes'); };";
  const logging = { log_format: 'JSON', system_log_level: 'WARN' };
  const { invoke } = given({ 'index.mjs': code }, { logging_config: logging });
  const output = await invoke({}, { LogType: 'Tail' });
  const { level, message } = JSON.parse(Buffer.from(output.LogResult ?? '', 'base64').toString());
  assert.deepEqual({ level, message }, { level: 'WARN', message: 'yes' });
});

test('a function is found by every form of its name, and one that is not there is said so', async () => {
  const { ports, invoke } = given({ 'index.mjs': 'export const handler = async () => 1;' });
  const arn = 'arn:aws:lambda:us-east-2:000000000000:function:f';
  for (const FunctionName of ['f', 'f:$LATEST', '000000000000:function:f', arn, `${arn}:$LATEST`])
    assert.equal((await invoke({}, { FunctionName })).answer, 1);
  assert.deepEqual(
    ports.calls.map(({ resource }) => resource),
    [arn, `${arn}:$LATEST`, arn, arn, `${arn}:$LATEST`],
  );
  await assert.rejects(invoke({}, { FunctionName: 'g' }), {
    code: 'ResourceNotFoundException',
    status: 404,
    message: 'Function not found: arn:aws:lambda:us-east-2:000000000000:function:g',
  });
  await assert.rejects(invoke({}, { FunctionName: 'not a name' }), { code: 'ValidationException' });
});

test('a payload that is no JSON is refused, and a dry run runs nothing', async () => {
  const { part, ports, invoke } = given({ 'index.mjs': 'export const handler = async () => 1;' });
  await assert.rejects(invoke({}, { Payload: '{' }), { code: 'InvalidRequestContentException' });
  assert.equal((await invoke({}, { InvocationType: 'DryRun' })).StatusCode, 204);
  assert.equal(part.status?.(ports.store).in, 0);
});

test('the hop counts the records of a batch by what became of them', async () => {
  const code = `export const handler = async ({ records }) =>
    ({ records: records.map((record) => ({ recordId: record.recordId, result: record.recordId, data: '' })) });`;
  const { ports, part, invoke } = given({ 'index.mjs': code });
  await invoke({ records: ['Ok', 'Ok', 'Dropped', 'ProcessingFailed'].map((recordId) => ({ recordId })) });
  const status = part.status?.(ports.store);
  assert.deepEqual(status, { in: 4, out: 2, waiting: 0, failed: 1 });
});

test('GetFunction and ListFunctions show what the stack declared; changing it is refused', async () => {
  const { ports } = given({ 'index.mjs': '' }, { timeout: 60, reserved_concurrent_executions: 5 });
  const read = await ports.call<{ Configuration: object; Concurrency: object }>(
    ADMINISTRATOR,
    'lambda',
    'GetFunction',
    { FunctionName: 'f' },
  );
  assert.deepEqual(read.Concurrency, { ReservedConcurrentExecutions: 5 });
  const list = await ports.call<{ Functions: object[] }>(ADMINISTRATOR, 'lambda', 'ListFunctions', {});
  assert.deepEqual(list.Functions, [read.Configuration]);
  const { Timeout, Handler, State } = list.Functions[0] as Record<string, unknown>;
  assert.deepEqual({ Timeout, Handler, State }, { Timeout: 60, Handler: 'index.handler', State: 'Active' });
  await assert.rejects(ports.call(ADMINISTRATOR, 'lambda', 'UpdateFunctionCode', {}), /the stack owns/);
});
