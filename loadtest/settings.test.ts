import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from './settings.ts';

test('without a word a run goes to the pipeline on this machine, with the key that it knows', () => {
  const { url, table, signing, writes, seed } = readSettings('spike', {});
  assert.equal(url, 'http://127.0.0.1:4566/');
  assert.equal(table, 'ordertable');
  assert.deepEqual(signing, {
    accessKeyId: 'local',
    secretAccessKey: 'local',
    region: 'us-east-2',
    host: '127.0.0.1:4566',
  });
  assert.equal(writes, 'put');
  assert.equal(seed, undefined);
});

test('a person’s own AWS key never goes to the laptop’s address unless an endpoint says so', () => {
  const { url } = readSettings('spike', {
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-west-1',
  });
  assert.equal(url, 'https://dynamodb.eu-west-1.amazonaws.com/');
});

test('a wrong word is said in a sentence', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ PEAK: 'many' }, /PEAK is "many"/],
    [{ PEAK: '0' }, /PEAK is "0"/],
    [{ DURATION: '5' }, /DURATION is "5"/],
    [{ DURATION: '0s' }, /DURATION is "0s"/],
    [{ WRITES: 'bulk' }, /WRITES is "bulk"/],
    [{ AWS_ENDPOINT_URL: 'localhost:4566' }, /AWS_ENDPOINT_URL is/],
    [{ AWS_ENDPOINT_URL: 'http://localhost/path' }, /without a path/],
  ];
  for (const [env, sentence] of wrong) assert.throws(() => readSettings('spike', env), sentence);
  assert.equal(readSettings('spike', { DURATION: '1.5m' }).profile.seconds, 90);
});
