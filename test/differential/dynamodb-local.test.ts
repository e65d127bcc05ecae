/**
 * The engine's table and stream against Amazon's DynamoDB Local: the same requests in the same order, the same
 * answers, errors and change records. Where both differ and we have a reason, the difference stands in `DIVERGENCES`.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../local/aws-error.ts';
import { stream } from '../../local/hops/stream/stream.ts';
import { table } from '../../local/hops/table/table.ts';
import type { ServiceName } from '../../local/ports.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../local/testing/ports.ts';
import { changesOf, comparable } from './compare.ts';
import { DIVERGENCES, type Divergence, OTHER_WORDS } from './divergences.ts';
import { type Answer, type DynamoDbLocal, missingTool, startDynamoDbLocal } from './dynamodb-local.ts';
import { type Request, requests } from './operations.ts';
import { TABLES, terraformOf } from './tables.ts';
import { WRONG_REQUESTS } from './wrong-requests.ts';

const missing = missingTool();
// In CI the comparison must happen; without its tools the test fails instead of being skipped.
const skip = missing !== undefined && process.env['CI'] !== 'true' ? missing : false;

type Json = Record<string, unknown>;

let ports: TestPorts;
let theirs: DynamoDbLocal;
before(async () => {
  if (skip) return;
  if (missing) throw new Error(missing);
  ports = testPorts();
  // One request a second keeps every bucket full: throughput is not what is compared.
  const resources = TABLES.map(
    (each) => [`aws_dynamodb_table.${each.TableName}`, terraformOf(each)] as const,
  );
  const stack = testStack(Object.fromEntries(resources));
  openPart(table, stack, ports);
  openPart(stream, stack, ports);
  theirs = await startDynamoDbLocal();
  for (const each of TABLES) await theirs.call('dynamodb', 'CreateTable', each);
});
after(async () => {
  theirs?.stop();
  await ports?.cleanUp();
});

async function ours(service: ServiceName, { operation, input }: Request): Promise<Answer> {
  ports.clock.advance(1_000);
  try {
    return { ok: true, value: await ports.call(ADMINISTRATOR, service, operation, input) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ok: false, code: error.code, message: error.message, members: error.members };
  }
}

const used = new Set<Divergence>();

function divergenceOf(request: Request, mine: Json, amazons: Json): Divergence | undefined {
  const known = DIVERGENCES.find(({ explains }) => explains(request, mine, amazons));
  if (known) used.add(known);
  return known;
}

async function both(request: Request): Promise<{ mine: Json; amazons: Json }> {
  const mine = comparable(request, await ours('dynamodb', structuredClone(request))) as Json;
  const answer = await theirs.call('dynamodb', request.operation, request.input);
  return { mine, amazons: comparable(request, answer) as Json };
}

test('a thousand requests from a seed are answered as DynamoDB Local answers them', { skip }, async () => {
  for (const request of requests(6, 1_000)) {
    const { mine, amazons } = await both(request);
    if (isDeepStrictEqual(mine, amazons)) continue;
    const known = divergenceOf(request, mine, amazons);
    if (!known) assert.deepEqual(mine, amazons, JSON.stringify(request));
  }
});

test('every divergence that we list is still there', { skip }, () => {
  const gone = DIVERGENCES.filter((each) => !used.has(each)).map(({ reason }) => reason);
  assert.deepEqual(gone, [], 'Remove these from DIVERGENCES.');
});

for (const [name, request] of Object.entries(WRONG_REQUESTS))
  test(`a wrong request, ${name}, gets Amazon's error`, { skip }, async () => {
    const { mine, amazons } = await both(request);
    if (name in OTHER_WORDS) {
      assert.equal(mine['code'], amazons['code']);
      assert.notEqual(mine['message'], amazons['message'], 'Remove it from OTHER_WORDS.');
    } else if (!divergenceOf(request, mine, amazons)) assert.deepEqual(mine, amazons);
  });

test('each item has the change records that DynamoDB Local wrote, in order, and no other', {
  skip,
}, async () => {
  for (const { TableName } of TABLES) {
    const mine = await changesOf(TableName, (operation, input) =>
      ours('dynamodbstreams', { operation, input: { ...input } }),
    );
    const amazons = await changesOf(TableName, (operation, input) =>
      theirs.call('dynamodbstreams', operation, input),
    );
    assert.deepEqual(mine, amazons, TableName);
  }
});
