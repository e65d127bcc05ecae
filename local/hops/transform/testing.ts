/** Functions for tests: code given as text, zipped as the stack's bundles are, and opened as the part opens them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { OpenPart } from '../../ports.ts';
import { ADMINISTRATOR, openPart, type TestPorts, testPorts, testStack } from '../../testing/ports.ts';
import type { InvokeOutput } from './invoke.ts';
import { transform } from './transform.ts';

export type Fixture = {
  ports: TestPorts;
  part: OpenPart;
  /** Invokes `f` and waits for its answer. */
  invoke(event?: unknown, about?: Record<string, unknown>): Promise<InvokeOutput & { answer: unknown }>;
  cleanUp(): Promise<void>;
};

type Code = Record<string, string>;

export const ROLE = 'arn:aws:iam::000000000000:role/f';

/** One function, `f`, with these files and arguments. */
export function functionFixture(
  code: Code,
  settings: Record<string, unknown> = {},
  ports = testPorts(),
): Fixture {
  const stackDirectory = mkdtempSync(join(tmpdir(), 'function-'));
  writeZip(join(stackDirectory, 'f.zip'), code);
  const block = {
    function_name: 'f',
    role: ROLE,
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    filename: 'f.zip',
    ...settings,
  };
  const part = openPart(transform, testStack({ 'aws_lambda_function.f': block }, stackDirectory), ports);
  return {
    ports,
    part,
    async invoke(event = {}, about = {}) {
      const output = await ports.call<InvokeOutput>(ADMINISTRATOR, 'lambda', 'Invoke', {
        FunctionName: 'f',
        Payload: JSON.stringify(event),
        ...about,
      });
      const text = Buffer.from(output.Payload ?? []).toString();
      return { ...output, answer: text === '' ? undefined : JSON.parse(text) };
    },
    async cleanUp() {
      await part.close?.();
      await ports.cleanUp();
      rmSync(stackDirectory, { recursive: true });
    },
  };
}

export function writeZip(path: string, code: Code): void {
  writeFileSync(
    path,
    zipSync(Object.fromEntries(Object.entries(code).map(([name, text]) => [name, strToU8(text)]))),
  );
}

/** Resolves once the engine waits for `milliseconds` on the clock: a function of that time limit is running. */
export function timerSet(ports: TestPorts, milliseconds: number): Promise<void> {
  const { after } = ports.clock;
  return new Promise((resolve) => {
    ports.clock.after = (wanted, wake) => {
      if (wanted === milliseconds) resolve();
      return after(wanted, wake);
    };
  });
}
