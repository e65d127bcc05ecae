import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCredentials } from './credentials.ts';
import { testChance, testClock } from './testing/clock.ts';

const ROLE = 'arn:aws:iam::000000000000:role/pipe';

function credentials() {
  return createCredentials({ clock: testClock(), chance: testChance(), account: '000000000000' });
}

test('the key local/local is the administrator of the account', () => {
  assert.deepEqual(credentials().find('local'), {
    secretAccessKey: 'local',
    principal: { kind: 'user', accessKeyId: 'local', arn: 'arn:aws:iam::000000000000:user/local' },
  });
});

test("a session's keys are found by their id, and are the role's", () => {
  const known = credentials();
  const { accessKeyId, secretAccessKey, sessionToken } = known.issue(ROLE, 'transform');
  assert.match(accessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.deepEqual(known.find(accessKeyId), {
    secretAccessKey,
    sessionToken,
    principal: { kind: 'role', roleArn: ROLE, session: 'transform' },
  });
});

test('two sessions never share a key, and a key nobody issued is not found', () => {
  const known = credentials();
  assert.notEqual(known.issue(ROLE, 'a').accessKeyId, known.issue(ROLE, 'a').accessKeyId);
  assert.equal(known.find('ASIAAAAAAAAAAAAAAAAA'), undefined);
});
