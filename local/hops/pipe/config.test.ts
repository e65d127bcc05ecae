import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EngineError } from '../../aws-error.ts';
import { compilePath } from '../../event-pattern/json-path.ts';
import { ADMINISTRATOR, testPorts, testStack } from '../../testing/ports.ts';
import { pipeKind } from './config.ts';
import { block, scene } from './pipe.fixture.ts';
import { compileTemplate } from './template.ts';

const parse = (source: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  testStack({ 'aws_pipes_pipe.cdc': block(source, more) }).all(pipeKind);

for (const [name, value] of [
  ['batch_size', 500],
  ['maximum_batching_window_in_seconds', 300],
  ['maximum_record_age_in_seconds', 604_800],
  ['maximum_retry_attempts', 10_000],
  ['parallelization_factor', 10],
] as const)
  test(`${name} takes ${value}, not ${value + 1}`, () => {
    parse({ [name]: value });
    assert.throws(
      () => parse({ [name]: value + 1 }),
      (error) => error instanceof EngineError && error.message.includes(name),
    );
  });

for (const [what, more] of Object.entries({
  enrichment: { enrichment: 'arn:aws:lambda:us-east-2:000000000000:function:f' },
  'a source of another kind': { source: 'arn:aws:sqs:us-east-2:000000000000:q' },
  'a target of another kind': { target: 'arn:aws:sqs:us-east-2:000000000000:q' },
  'a partition key path that is none': {
    target_parameters: { kinesis_stream_parameters: { partition_key: '$..x' } },
  },
  'a template that is no JSON': {
    target_parameters: {
      kinesis_stream_parameters: { partition_key: 'k' },
      input_template: 'id <$.eventID>',
    },
  },
  'no target parameters': { target_parameters: {} },
  'an unknown argument': { speed: 'high' },
}))
  test(`${what} is refused with the pipe’s address`, () => {
    assert.throws(
      () => parse({}, more),
      (error) => error instanceof EngineError && /aws_pipes_pipe\.cdc/.test(error.message),
    );
  });

test('a template writes paths as JSON outside of quotes and as text inside', () => {
  const render = compileTemplate('{"id": <$.a>, "text": "n is <$.n>, <$.a>", "all": <$.o>, "none": <$.x>}');
  assert.ok(typeof render === 'function');
  assert.deepEqual(JSON.parse(render({ a: 'q"uote', n: 5, o: { p: [1] } })), {
    id: 'q"uote',
    text: 'n is 5, q"uote',
    all: { p: [1] },
    none: null,
  });
});

test('a template stays JSON whatever the record holds', () => {
  const render = compileTemplate('{"in": "<$.v>", "out": <$.v>}');
  assert.ok(typeof render === 'function');
  fc.assert(
    fc.property(fc.jsonValue(), (v) => {
      const made = JSON.parse(render({ v }));
      assert.deepEqual(made.out, JSON.parse(JSON.stringify(v)));
      assert.equal(made.in, typeof v === 'string' ? v : JSON.stringify(v));
    }),
  );
});

test('a path finds exactly what is there', () => {
  const value = { a: { 'b-c': [{ d: 1 }] }, 'x y': 2 };
  assert.equal(compilePath('$.a.b-c[0].d')?.(value), 1);
  assert.equal(compilePath("$['x y']")?.(value), 2);
  assert.equal(compilePath('$')?.(value), value);
  assert.equal(compilePath('$.a.nope.d')?.(value), undefined);
  assert.equal(compilePath('$.constructor')?.(value), undefined);
  for (const none of ['a', '$.', '$..a', '$.a[*]', '$.a[']) assert.equal(compilePath(none), undefined);
});

test('pipes are described and listed as they are configured', async () => {
  const ports = testPorts();
  try {
    scene(ports).open({ batch_size: 500 }, { description: 'changes' });
    const call = <O>(operation: string, input: object) =>
      ports.call<O>(ADMINISTRATOR, 'pipes', operation, input);
    type Described = {
      Description: string;
      SourceParameters: { DynamoDBStreamParameters: { BatchSize: number } };
    };
    const described = await call<Described>('DescribePipe', { Name: 'cdc' });
    assert.deepEqual(
      [described.Description, described.SourceParameters.DynamoDBStreamParameters.BatchSize],
      ['changes', 500],
    );
    const names = async (input: object) =>
      (await call<{ Pipes: { Name: string }[] }>('ListPipes', input)).Pipes.map(({ Name }) => Name);
    assert.deepEqual(await names({ NamePrefix: 'c', CurrentState: 'RUNNING' }), ['cdc']);
    assert.deepEqual(await names({ CurrentState: 'STOPPED' }), []);
    await assert.rejects(call('DescribePipe', { Name: 'x' }), {
      name: 'NotFoundException',
      message: 'Pipe x does not exist.',
    });
    await assert.rejects(call('CreatePipe', { Name: 'x' }), /stack owns/);
  } finally {
    await ports.cleanUp();
  }
});
