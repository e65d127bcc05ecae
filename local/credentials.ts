/**
 * The keys that the engine knows: the account's administrator (`local`/`local`), and those issued to role sessions.
 * They live in memory, as long as the engine; AWS's sessions end after some hours, these with the process.
 */

import type { Chance, Clock } from './clock.ts';
import type { Principal } from './ports.ts';

type IssuedCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

export type Credentials = {
  /** New keys for a session of a role; the same session asked for again gets keys of its own. */
  issue(roleArn: string, session: string): IssuedCredentials;
  find(
    accessKeyId: string,
  ): { secretAccessKey: string; sessionToken?: string; principal: Principal } | undefined;
};

const USER_ACCESS_KEY_ID = 'local';
const USER_SECRET_ACCESS_KEY = 'local';

/** AWS's keys of sessions begin so, and have 20 characters of base 32. */
const SESSION_KEY_PREFIX = 'ASIA';
const SESSION_KEY_CHARACTERS = 20;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function createCredentials({
  chance,
  account,
}: {
  clock: Clock;
  chance: Chance;
  account: string;
}): Credentials {
  const sessions = new Map<string, { secretAccessKey: string; sessionToken: string; principal: Principal }>();
  const user: Principal = {
    kind: 'user',
    accessKeyId: USER_ACCESS_KEY_ID,
    arn: `arn:aws:iam::${account}:user/local`,
  };
  return {
    issue(roleArn, session) {
      const letters = [...chance.bytes(SESSION_KEY_CHARACTERS - SESSION_KEY_PREFIX.length)];
      const accessKeyId = SESSION_KEY_PREFIX + letters.map((byte) => BASE32[byte % 32]).join('');
      const secretAccessKey = chance.bytes(30).toString('base64');
      const sessionToken = chance.bytes(96).toString('base64');
      sessions.set(accessKeyId, {
        secretAccessKey,
        sessionToken,
        principal: { kind: 'role', roleArn, session },
      });
      return { accessKeyId, secretAccessKey, sessionToken };
    },
    find(accessKeyId) {
      if (accessKeyId === USER_ACCESS_KEY_ID)
        return { secretAccessKey: USER_SECRET_ACCESS_KEY, principal: user };
      return sessions.get(accessKeyId);
    },
  };
}
