/**
 * Amazon's own DynamoDB Local, as the judge of what the engine's table answers. It is fetched once by Maven into a
 * cache outside the repository and runs in memory, on a port of its own.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Called by name, as they are found on the PATH. */
const JAVA = 'java';
const MAVEN = 'mvn';
const VERSION = '2.5.4';
const START_TRIES = 200;
const START_PAUSE_MS = 100;
const FETCH_MS_MAX = 300_000;

export type Answer =
  | { ok: true; value: unknown }
  | { ok: false; code: string; message: string; members: unknown };

export type DynamoDbLocal = {
  call(service: 'dynamodb' | 'dynamodbstreams', operation: string, input: object): Promise<Answer>;
  stop(): void;
};

/** Why it cannot run on this machine; undefined when it can. */
export function missingTool(): string | undefined {
  for (const [tool, flag] of [
    [JAVA, '-version'],
    [MAVEN, '-version'],
  ] as const) {
    try {
      execFileSync(tool, [flag], { stdio: 'ignore' });
    } catch {
      return `${tool} is not installed; DynamoDB Local needs Java, and Maven fetches it.`;
    }
  }
  return undefined;
}

export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const directory = fetchOnce();
  const port = await freePort();
  const server = spawn(
    JAVA,
    [
      `-Djava.library.path=${directory}`,
      '-cp',
      [join(directory, '*')].join(delimiter),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    // It writes a file about itself where it stands.
    { stdio: 'ignore', cwd: directory },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(endpoint, server);
  return {
    call: (service, operation, input) => post(endpoint, service, operation, input),
    stop: () => void server.kill('SIGKILL'),
  };
}

function fetchOnce(): string {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'prime-day-order-pipeline');
  const directory = join(cache, `dynamodb-local-${VERSION}`);
  if (existsSync(directory)) return directory;
  const building = `${directory}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  writeFileSync(join(building, 'pom.xml'), POM);
  execFileSync(MAVEN, ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
    cwd: building,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: FETCH_MS_MAX,
  });
  renameSync(join(building, 'jars'), directory);
  rmSync(building, { recursive: true });
  return directory;
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>dynamodb-local</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A process of another vendor tells nobody when it is ready, so it is asked. */
async function untilItAnswers(endpoint: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < START_TRIES; tries++) {
    if (server.exitCode !== null)
      throw new Error(`DynamoDB Local ended with ${server.exitCode} as it started.`);
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, START_PAUSE_MS));
    }
  }
  server.kill('SIGKILL');
  throw new Error('DynamoDB Local did not answer.');
}

const TARGETS = { dynamodb: 'DynamoDB_20120810', dynamodbstreams: 'DynamoDBStreams_20120810' };

async function post(
  endpoint: string,
  service: keyof typeof TARGETS,
  operation: string,
  input: object,
): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${TARGETS[service]}.${operation}`,
      // It looks at the form alone.
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260707/us-east-2/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Record<string, unknown>;
  if (response.ok) return { ok: true, value: body };
  const { __type, message, Message, ...members } = body;
  const type = String(__type);
  return {
    ok: false,
    code: type.slice(type.indexOf('#') + 1),
    message: String(message ?? Message ?? ''),
    members,
  };
}
