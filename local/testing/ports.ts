/**
 * Everything a part of the engine needs, in a directory of its own: a real store, a clock that stands still, chance
 * that repeats, and calls that go to the parts under test and to the stand-in operations a test gives. Every call is
 * recorded with its principal; `deny` makes IAM refuse an action.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../api.ts';
import { AwsError } from '../aws-error.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { OpenPart, Operation, Part, Ports, Principal, ServiceName } from '../ports.ts';
import { trackedBlock } from '../stack/block.ts';
import type { ResourceKind, Stack } from '../stack/stack.ts';
import { openStore } from '../store/store.ts';
import { type TestClock, testChance, testClock } from './clock.ts';

export type TestPorts = Omit<Ports, 'clock'> & {
  clock: TestClock;
  /** What the parts measured. */
  metrics: Metrics;
  calls: { principal: Principal; action: string; resource: string }[];
  deny(action: string): void;
  /** Makes a part's operations (or stand-ins) callable. */
  register(part: Pick<OpenPart, 'operations' | 'refusals'>): void;
  /** Closes the store and removes its directory. */
  cleanUp(): Promise<void>;
};

export const ADMINISTRATOR: Principal = {
  kind: 'user',
  accessKeyId: 'local',
  arn: 'arn:aws:iam::000000000000:user/local',
};

export function testPorts(quotas: Ports['quotas'] = 'enforced'): TestPorts {
  const directory = mkdtempSync(join(tmpdir(), 'engine-'));
  const store = openStore(directory);
  const clock = testClock();
  const metrics = createMetrics(clock);
  const chance = testChance();
  const denied = new Set<string>();
  const calls: TestPorts['calls'] = [];
  const api = createApi(
    store,
    (principal, permissions) => {
      for (const { action, resource } of permissions) {
        calls.push({ principal, action, resource });
        if (denied.has(action))
          throw new AwsError(
            'AccessDeniedException',
            `not authorized to perform: ${action} on resource: ${resource}`,
          );
      }
    },
    () => chance.uuid(),
  );
  return {
    store,
    clock,
    metrics,
    measuring: metrics.measuring,
    chance,
    account: '000000000000',
    region: 'us-east-2',
    quotas,
    endpoint: () => 'http://127.0.0.1:4566',
    directory(name) {
      mkdirSync(join(directory, name), { recursive: true });
      return join(directory, name);
    },
    call: api.call,
    callIn: api.callIn,
    credentials: (roleArn) => ({ accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: roleArn }),
    log: () => {},
    calls,
    deny: (action) => void denied.add(action),
    register: ({ operations, refusals }) => api.register(operations, refusals ?? []),
    async cleanUp() {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A stack of literal blocks: `testStack({ 'aws_kinesis_stream.kinesis': { name: 's', … } })`. */
export function testStack(resources: Record<string, Record<string, unknown>>, directory = '.'): Stack {
  return {
    directory,
    all<Config>(kind: ResourceKind<Config>): Config[] {
      return Object.entries(resources)
        .filter(([address]) => address.startsWith(`${kind.type}.`))
        .map(([address, json]) => {
          const block = trackedBlock(address, json);
          const config = kind.parse(block);
          block.finish();
          return config;
        });
    },
  };
}

/** Opens `part` over `ports` and makes its operations callable. */
export function openPart(part: Part, stack: Stack, ports: TestPorts): OpenPart {
  const open = part.open(stack, ports);
  ports.register(open);
  return open;
}

/** An operation that answers what the test says, for hops that call one that is not under test. */
export function standIn<I, O>(
  service: ServiceName,
  name: string,
  run: (input: I) => O,
): Operation<never, unknown> {
  return {
    kind: 'transaction',
    service,
    name,
    parse: (input: unknown) => input as never,
    permissions: () => [{ action: `${service}:${name}`, resource: '*' }],
    run: (_tx, input) => run(input as I),
  };
}
