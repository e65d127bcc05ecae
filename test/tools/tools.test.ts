/**
 * Unmodified AWS tools against the engine: a boto3 program and the aws CLI. What they are told is what a user sees, so
 * these tests hold the wire to tools that we did not write.
 */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BASE_NAMES } from '../../stacks/names.ts';
import { LAKE, type Laptop, startLaptop, TABLE, waitFor } from '../laptop/laptop.ts';
import { missingTool, type Tools, toolsFor } from './tool.ts';

const missing = missingTool();
// In CI the tools must be there; without them the tests fail instead of being skipped.
const skip = missing !== undefined && process.env['CI'] !== 'true' ? missing : false;

/** Over the 8 MiB from which the CLI uploads in parts. */
const LARGE_BYTES = 9 * 1024 * 1024;

const ORDERS = fileURLToPath(new URL('orders.py', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'tools-'));
let laptop: Laptop;
let tools: Tools;
before(async () => {
  if (skip) return;
  laptop = await startLaptop(join(home, 'data'));
  tools = toolsFor(laptop.engine.endpoint, home);
});
after(async () => {
  await laptop?.stop();
  rmSync(home, { recursive: true, force: true });
});

type Json = Record<string, unknown>;
const aws = async (...words: string[]): Promise<Json> => (await tools.aws(...words)) as Json;

test('a boto3 program places, reads and follows orders, cents kept', { skip }, async () => {
  const batch = Array.from({ length: 3 }, (_, index) => `batch-${10 + index}`);
  assert.deepEqual(await tools.python(ORDERS), {
    deleted: '0.1',
    price: '249.99',
    quantity: '3',
    status: 'PAID',
    queried: ['py-1'],
    scanned: batch,
    refused: 'ConditionalCheckFailedException',
    owned: 'AccessDeniedException',
    changes: { INSERT: 3, MODIFY: 1, REMOVE: 1 },
    records: 65,
  });
});

test('aws sts, lambda, pipes, kinesis and firehose tell what runs', { skip }, async () => {
  const [caller, functions, pipe, stream, firehose] = await Promise.all([
    aws('sts', 'get-caller-identity'),
    aws('lambda', 'list-functions'),
    aws('pipes', 'describe-pipe', '--name', BASE_NAMES.pipe),
    aws('kinesis', 'describe-stream-summary', '--stream-name', BASE_NAMES.stream),
    aws('firehose', 'describe-delivery-stream', '--delivery-stream-name', BASE_NAMES.deliveryStream),
  ]);
  assert.equal(caller['Account'], '000000000000');
  const names = (functions['Functions'] as Json[]).map(({ FunctionName }) => FunctionName);
  assert.deepEqual(names.sort(), [BASE_NAMES.publishViews, BASE_NAMES.transform]);
  assert.equal(pipe['CurrentState'], 'RUNNING');
  assert.equal((stream['StreamDescriptionSummary'] as Json)['StreamStatus'], 'ACTIVE');
  assert.equal((firehose['DeliveryStreamDescription'] as Json)['DeliveryStreamStatus'], 'ACTIVE');
});

test('aws dynamodb queries the table', { skip }, async () => {
  const { Items } = await aws(
    ...['dynamodb', 'query', '--table-name', TABLE, '--key-condition-expression', 'orderid = :o'],
    ...['--expression-attribute-values', '{":o":{"S":"py-1"}}'],
  );
  assert.deepEqual(Items, [
    { orderid: { S: 'py-1' }, product_name: { S: 'Kettle' }, quantity: { N: '2' }, price: { N: '27' } },
  ]);
});

test("aws kinesis reads the changes from the stream's beginning", { skip }, async () => {
  const { Shards } = await aws('kinesis', 'list-shards', '--stream-name', BASE_NAMES.stream);
  const shards = (Shards as Json[]).map(({ ShardId }) => String(ShardId));
  assert.equal(shards.length, 24);
  const shard = shards[0] as string;
  const { ShardIterator } = await aws(
    ...['kinesis', 'get-shard-iterator', '--stream-name', BASE_NAMES.stream, '--shard-id', shard],
    ...['--shard-iterator-type', 'TRIM_HORIZON'],
  );
  const { Records } = await aws('kinesis', 'get-records', '--shard-iterator', String(ShardIterator));
  for (const { Data } of Records as Json[]) {
    const change = JSON.parse(Buffer.from(String(Data), 'base64').toString()) as Json;
    assert.equal(change['eventSource'], 'aws:dynamodb');
  }
});

test('aws lambda invokes a function', { skip }, async () => {
  const file = join(home, 'answer.json');
  const answer = await aws(
    ...['lambda', 'invoke', '--function-name', BASE_NAMES.transform],
    ...['--payload', '{"invocationId":"i","records":[]}', file],
  );
  assert.equal(answer['StatusCode'], 200);
  assert.equal(answer['FunctionError'], undefined);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { records: [] });
});

test('aws s3 copies, lists, synchronizes and removes, in one part or many', { skip }, async () => {
  const up = join(home, 'up');
  mkdirSync(join(up, 'deep'), { recursive: true });
  writeFileSync(join(up, 'ümlaut und leer.txt'), 'small');
  writeFileSync(join(up, 'deep', 'empty'), '');
  writeFileSync(join(home, 'large.bin'), Buffer.alloc(LARGE_BYTES, 'prime day '));

  await tools.aws('s3', 'cp', join(home, 'large.bin'), `s3://${LAKE}/imports/large.bin`, '--no-progress');
  await tools.aws('s3', 'cp', `s3://${LAKE}/imports/large.bin`, join(home, 'back.bin'), '--no-progress');
  assert.ok(readFileSync(join(home, 'back.bin')).equals(readFileSync(join(home, 'large.bin'))));

  await tools.aws('s3', 'sync', up, `s3://${LAKE}/imports/up`, '--no-progress');
  await tools.aws('s3', 'sync', `s3://${LAKE}/imports/up`, join(home, 'down'), '--no-progress');
  assert.equal(readFileSync(join(home, 'down', 'ümlaut und leer.txt'), 'utf8'), 'small');
  assert.equal(readFileSync(join(home, 'down', 'deep', 'empty'), 'utf8'), '');
  assert.equal(await tools.aws('s3', 'sync', up, `s3://${LAKE}/imports/up`, '--no-progress'), '');

  assert.match(
    String(await tools.aws('s3', 'ls', `s3://${LAKE}/imports/`)),
    /PRE up\/\n.*9437184 large\.bin/,
  );
  await tools.aws('s3', 'rm', `s3://${LAKE}/imports/`, '--recursive');
  const { Contents } = await aws(
    's3api',
    'list-objects-v2',
    '--bucket',
    LAKE,
    '--prefix',
    'imports/',
    '--max-keys',
    '1',
  );
  assert.equal(Contents, undefined);
});

test('aws glue crawls what was copied in, and aws athena queries it', { skip }, async () => {
  writeFileSync(
    join(home, 'by-hand.json'),
    '{"orderid":"hand-1","product_name":"Desk","quantity":1,"price":120.5}\n',
  );
  const key = 'orders/dt=2025-07-08/hour=23/by-hand.json';
  await tools.aws('s3', 'cp', join(home, 'by-hand.json'), `s3://${LAKE}/${key}`, '--no-progress');
  await waitFor('the crawler to start', () =>
    tools.aws('glue', 'start-crawler', '--name', BASE_NAMES.crawler).then(
      () => true,
      () => false,
    ),
  );
  await waitFor('the crawl to end', async () => {
    const { Crawler } = await aws('glue', 'get-crawler', '--name', BASE_NAMES.crawler);
    return (Crawler as Json)['State'] === 'READY';
  });
  const { TableList } = await aws('glue', 'get-tables', '--database-name', BASE_NAMES.database);
  assert.ok((TableList as Json[]).some(({ Name }) => Name === 'projection_orders'));

  const { QueryExecutionId } = await aws(
    ...['athena', 'start-query-execution', '--work-group', BASE_NAMES.workgroup],
    ...['--query-execution-context', `Database=${BASE_NAMES.database}`],
    ...['--query-string', "SELECT orderid, price FROM projection_orders WHERE orderid = 'hand-1'"],
  );
  const id = String(QueryExecutionId);
  await waitFor('the query', async () => {
    const { QueryExecution } = await aws('athena', 'get-query-execution', '--query-execution-id', id);
    const { State, StateChangeReason } = (QueryExecution as Json)['Status'] as Json;
    assert.notEqual(State, 'FAILED', String(StateChangeReason));
    return State === 'SUCCEEDED';
  });
  const { ResultSet } = await aws('athena', 'get-query-results', '--query-execution-id', id);
  assert.deepEqual((ResultSet as Json)['Rows'], [
    { Data: [{ VarCharValue: 'orderid' }, { VarCharValue: 'price' }] },
    { Data: [{ VarCharValue: 'hand-1' }, { VarCharValue: '120.5' }] },
  ]);
});

test('the tools are told when something is not there, in words of AWS', { skip }, async () => {
  const complaint = async (...words: string[]) =>
    tools.aws(...words).then(
      () => 'no complaint',
      ({ stderr }: { stderr: string }) => stderr.trim(),
    );
  const [item, bucket, unknown] = await Promise.all([
    complaint('dynamodb', 'get-item', '--table-name', 'nothing', '--key', '{"orderid":{"S":"a"}}'),
    complaint('s3', 'ls', 's3://no-such-bucket-here'),
    complaint('dynamodb', 'list-backups'),
  ]);
  assert.match(item, /ResourceNotFoundException.*Requested resource not found/);
  assert.match(bucket, /NoSuchBucket.*The specified bucket does not exist/);
  assert.match(unknown, /UnknownOperationException/);
});
