import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addBlock, blockOf, renameConstruct, type Stack, withChange } from './proposals.ts';

const stack = (): Stack => ({
  resource: {
    aws_dynamodb_table: { table: { name: 'orders' } },
    aws_pipes_pipe: {
      pipe: { source: '${aws_dynamodb_table.table.stream_arn}', target: '${aws_x.table.arn}' },
    },
  },
  data: {},
  provider: { aws: [{ region: 'us-east-2' }] },
  terraform: { backend: {} },
});

function inFolder(work: (base: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'proposals-'));
  try {
    const base = join(folder, 'proposal');
    mkdirSync(join(base, 'stacks', 'dev'), { recursive: true });
    writeFileSync(join(base, 'stacks', 'dev', 'cdk.tf.json'), JSON.stringify(stack()));
    writeFileSync(join(base, 'waivers.json'), '{}');
    work(base);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const read = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'stacks', 'dev', 'cdk.tf.json'), 'utf8')) as Stack;

test('a change lies beside what it was made from, which stays as it is', () => {
  inFolder((base) => {
    const { directory } = withChange(base, 'dev', 'renamed', (each) => {
      blockOf(each, 'aws_dynamodb_table.table')['name'] = 'other';
    });
    assert.equal(blockOf(read(directory), 'aws_dynamodb_table.table')['name'], 'other');
    assert.deepEqual(read(base), stack());
    assert.equal(readFileSync(join(directory, 'waivers.json'), 'utf8'), '{}');
  });
});

test('a change has a tree of its own, in the form of git’s ids, the same each time', () => {
  inFolder((base) => {
    const one = withChange(base, 'dev', 'one', (each) => addBlock(each, 'aws_sqs_queue.a', {}));
    const again = withChange(base, 'dev', 'again', (each) => addBlock(each, 'aws_sqs_queue.a', {}));
    const other = withChange(base, 'dev', 'other', (each) => addBlock(each, 'aws_sqs_queue.b', {}));
    assert.match(one.tree, /^[0-9a-f]{40}$/);
    assert.match(one.commit, /^[0-9a-f]{40}$/);
    assert.equal(one.tree, again.tree);
    assert.notEqual(one.tree, other.tree);
  });
});

test('an address that is gone from the stack is an error that says so', () => {
  assert.throws(() => blockOf(stack(), 'aws_sqs_queue.gone'), /no aws_sqs_queue\.gone any more/);
});

test('a renamed construct takes along what refers to it, and nothing else', () => {
  const renamed = stack();
  renameConstruct(renamed, 'aws_dynamodb_table.table', 'orders');
  assert.deepEqual(renamed.resource['aws_dynamodb_table'], { orders: { name: 'orders' } });
  assert.deepEqual(renamed.resource['aws_pipes_pipe'], {
    pipe: { source: '${aws_dynamodb_table.orders.stream_arn}', target: '${aws_x.table.arn}' },
  });
});
