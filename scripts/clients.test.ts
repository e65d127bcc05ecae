/** Where requests go and with whose key, and the sentence when nobody answers. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { clientConfig, reaching } from './clients.ts';
import { UsageError } from './command.ts';

function withVariables<T>(variables: Record<string, string | undefined>, work: () => T): T {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  set(variables);
  try {
    return work();
  } finally {
    set(before);
  }
}

test("local is this machine's engine and its key, whatever key the shell has", () => {
  const config = withVariables({ AWS_ENDPOINT_URL: undefined, AWS_ACCESS_KEY_ID: 'AKIASOMEBODYS' }, () =>
    clientConfig('local'),
  );
  assert.deepEqual(config, {
    region: 'us-east-2',
    endpoint: 'http://127.0.0.1:4566',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

test('the flag names the endpoint before the variable does', () => {
  withVariables({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, () => {
    assert.equal(clientConfig('local').endpoint, 'http://127.0.0.1:1');
    assert.equal(clientConfig('local', 'http://127.0.0.1:2').endpoint, 'http://127.0.0.1:2');
  });
});

test("the others leave endpoint and key to the SDK's own chain", () => {
  assert.deepEqual(clientConfig('prod'), { region: 'us-east-2' });
});

test('what is no address is refused', () => {
  for (const endpoint of ['', 'localhost:4566', '127.0.0.1', 'ftp://x'])
    assert.throws(() => clientConfig('local', endpoint), UsageError, endpoint);
});

test('when nobody answers, the sentence says where and what to do', async () => {
  const config = clientConfig('local', 'http://127.0.0.1:1');
  const client = new AthenaClient({ ...config, maxAttempts: 1 });
  await assert.rejects(
    reaching(config, () => client.send(new ListWorkGroupsCommand({}))),
    (error: UsageError) => {
      assert.equal(error.message, 'Nothing answers at http://127.0.0.1:1.');
      assert.match(error.nextStep, /npm start/);
      return true;
    },
  );
});
