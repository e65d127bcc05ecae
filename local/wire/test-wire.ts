/** For the tests of this room: the server over stand-in operations, and the settings that point a client at it. */

import { systemClock } from '../clock.ts';
import { createCredentials } from '../credentials.ts';
import type { Operation, Refusal } from '../ports.ts';
import { type TestPorts, testPorts } from '../testing/ports.ts';
import type { RestBinding } from './binding.ts';
import { startServer } from './server.ts';

export type TestWire = {
  endpoint: string;
  port: number;
  ports: TestPorts;
  credentials: ReturnType<typeof createCredentials>;
  /** What the engine said, by level and message. */
  logged: { level: string; message: string }[];
  /** Configuration of an SDK client: the endpoint and the user's key, one attempt. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  close(): Promise<void>;
};

export async function testWire(
  operations: Operation[],
  { refusals = [], bindings = [] }: { refusals?: Refusal[]; bindings?: RestBinding[] } = {},
): Promise<TestWire> {
  const ports = testPorts();
  ports.register({ operations, refusals });
  const credentials = createCredentials({ clock: ports.clock, chance: ports.chance, account: ports.account });
  const logged: TestWire['logged'] = [];
  // Clients sign with the time of day, so the server must read it too.
  const server = await startServer({
    port: 0,
    region: ports.region,
    api: ports,
    credentials: credentials.find,
    clock: systemClock,
    chance: ports.chance,
    log: (level, message) => void logged.push({ level, message }),
    bindings,
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    port: server.port,
    ports,
    credentials,
    logged,
    client: {
      endpoint,
      region: ports.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    async close() {
      await server.close();
      await ports.cleanUp();
    },
  };
}
