import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { plainPath } from '../../store/files.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import { lake } from './lake.ts';
import { groupOf } from './listing.ts';
import { compareKeys, walk } from './walk.ts';

type Listed = {
  Contents: { Key: string }[];
  CommonPrefixes: { Prefix: string }[];
  IsTruncated: boolean;
  NextContinuationToken?: string;
  NextMarker?: string;
};

let ports: TestPorts;
let directory: string;
const list = (input: object, operation = 'ListObjectsV2') =>
  ports.call<Listed>(ADMINISTRATOR, 's3', operation, { Bucket: 'orders-lake', ...input });
const put = (...keys: string[]) =>
  Promise.all(
    keys.map((Key) =>
      ports.call(ADMINISTRATOR, 's3', 'PutObject', { Bucket: 'orders-lake', Key, Body: Key }),
    ),
  );
const shown = ({ Contents, CommonPrefixes }: Listed) => [
  ...Contents.map(({ Key }) => Key),
  ...CommonPrefixes.map(({ Prefix }) => Prefix),
];

beforeEach(() => {
  ports = testPorts();
  openPart(lake, testStack({ 'aws_s3_bucket.lake': { bucket: 'orders-lake' } }), ports);
  directory = join(ports.directory('s3'), 'orders-lake');
});
afterEach(() => ports.cleanUp());

/** Few letters, so that keys are prefixes, directories and neighbours of one another. */
const keys = fc
  .array(fc.constantFrom('a', 'b', '-', '/', '0', '.', 'é', '\uffff', '😀', '%~', 'n'.repeat(254)), {
    minLength: 1,
    maxLength: 7,
  })
  .map((parts) => parts.join(''))
  .filter((key) => Buffer.byteLength(key) <= 1024);

test('keys come in the order of their bytes, whatever the directories', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(keys, { maxLength: 12 }), fc.option(keys), async (all, prefix) => {
      const root = join(ports.directory('s3'), `b${ports.chance.uuid()}`);
      mkdirSync(root);
      // Keys that are also directories need the lake's own hand; the test below has them.
      const alone = all.filter((key) => !all.some((other) => other.startsWith(`${key}/`)));
      for (const key of alone) {
        mkdirSync(dirname(join(root, plainPath(key))), { recursive: true });
        writeFileSync(join(root, plainPath(key)), '');
      }
      const found = [];
      const place = { prefix: prefix ?? '', after: '', skip: () => undefined };
      for await (const key of walk(root, place)) found.push(key);
      const expected = alone
        .filter((key) => key.startsWith(prefix ?? ''))
        .sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
      assert.deepEqual(found, expected);
    }),
    { numRuns: 60 },
  );
});

test('pages of any size, with or without a delimiter, show every key once and in order', async () => {
  const all = ['a', 'a-b', 'a.b', 'a/', 'a/-', 'a/b', 'a/b/c', 'a/b//', 'a0', 'b/x/1', 'b/x/2', 'b/y', '%~z'];
  await put(...all, '/lead', '..', '../up', `long/${'n'.repeat(300)}`, `long/${'n'.repeat(300)}/deep`);
  const stored = [...all, '/lead', '..', '../up', `long/${'n'.repeat(300)}`, `long/${'n'.repeat(300)}/deep`];
  for (const prefix of ['', 'a', 'a/', 'a/b', 'b/x/', 'long/nnn', '.', 'none'])
    for (const delimiter of [undefined, '/', '-', 'b/'])
      for (const pageSize of [1, 2, 3, 1000]) {
        const expected = new Set(
          stored
            .filter((key) => key.startsWith(prefix))
            .sort(compareKeys)
            .map((key) => groupOf(key, prefix, delimiter) ?? key),
        );
        const input = { Prefix: prefix, Delimiter: delimiter, MaxKeys: pageSize };
        assert.deepEqual(await everyPage(input), [...expected], JSON.stringify(input));
      }
});

async function everyPage(input: object): Promise<string[]> {
  const all: string[] = [];
  let token: string | undefined;
  do {
    const page = await list({ ...input, ContinuationToken: token });
    all.push(...shown(page).sort(compareKeys));
    token = page.NextContinuationToken;
    assert.equal(page.IsTruncated, token !== undefined);
  } while (token);
  return all;
}

test('start-after begins behind its key, the first version’s marker too', async () => {
  await put('a', 'b', 'c/1', 'c/2', 'd');
  assert.deepEqual(shown(await list({ StartAfter: 'b' })), ['c/1', 'c/2', 'd']);
  assert.deepEqual(shown(await list({ StartAfter: 'c/1' })), ['c/2', 'd']);
  assert.deepEqual(shown(await list({ Marker: 'b' }, 'ListObjects')), ['c/1', 'c/2', 'd']);
  const page = await list({ Delimiter: '/', MaxKeys: 3 }, 'ListObjects');
  assert.deepEqual([shown(page), page.NextMarker], [['a', 'b', 'c/'], 'c/']);
  assert.deepEqual(shown(await list({ Delimiter: '/', Marker: 'c/' }, 'ListObjects')), ['d']);
});

test('no keys are asked for, none come', async () => {
  await put('a');
  const page = await list({ MaxKeys: 0 });
  assert.deepEqual([shown(page), page.IsTruncated], [[], false]);
  await assert.rejects(list({ MaxKeys: -1 }), { code: 'InvalidArgument' });
  await assert.rejects(list({ MaxKeys: 'x' }), { code: 'InvalidArgument' });
});

test('encoding-type=url makes any key safe for XML', async () => {
  await put('a b/ü(1)&\u0001+');
  const { Contents } = await list({ EncodingType: 'url' });
  assert.deepEqual(Contents[0]?.Key, 'a%20b/%C3%BC%281%29%26%01%2B');
  assert.equal(decodeURIComponent(Contents[0]?.Key ?? ''), 'a b/ü(1)&\u0001+');
});

test('an empty directory holds no key', async () => {
  mkdirSync(join(directory, 'empty/deeper'), { recursive: true });
  assert.deepEqual(shown(await list({})), []);
  assert.deepEqual(shown(await list({ Delimiter: '/' })), []);
});

test('a token that this engine did not give is refused', async () => {
  await assert.rejects(list({ ContinuationToken: '§' }), { code: 'InvalidArgument' });
  await assert.rejects(list({ ContinuationToken: '' }), { code: 'InvalidArgument' });
});
