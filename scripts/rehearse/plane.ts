/**
 * An AWS control plane on this machine, as a process of its own on a free port of 127.0.0.1 (plane.py says which two
 * there are and what each is for), and the environment variables with which a command reaches it and nothing else: no
 * key, profile or setting of the user's comes near it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type PlaneName = 'moto' | 'ministack';

export type Plane = {
  name: PlaneName;
  endpoint: string;
  account: string;
  /** PEM; what TLS is to be trusted with. */
  certificate: string;
  /** For a command that acts as the account's administrator. */
  environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const PROGRAM = fileURLToPath(new URL('plane.py', import.meta.url));
const ACCOUNT = '123456789012';
export const ADMINISTRATOR: Keys = { accessKeyId: 'AKIAREHEARSAL', secretAccessKey: 'rehearsal' };
const READY_MS_MAX = 60_000;
const POLL_MS = 100;

/** What the two programs are told; each is read by one of them. */
const SETTINGS = {
  MOTO_ACCOUNT_ID: ACCOUNT,
  AUTH: 'true',
  MINISTACK_HOST: '127.0.0.1',
  MINISTACK_ACCOUNT_ID: ACCOUNT,
  // MiniStack takes the key that it is started with for the account's root.
  AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
};

export async function startPlane(
  name: PlaneName,
  { python, region, folder }: { python: string; region: string; folder: string },
): Promise<Plane> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(python, [PROGRAM, name, String(port), folder], {
    stdio: ['pipe', output, output],
    // A Ctrl-C is the rehearsal's to answer.
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: region,
      ...SETTINGS,
    },
  });
  child.once('error', () => {});
  await answers(child, port, log);
  const endpoint = `https://127.0.0.1:${port}`;
  const certificateFile = join(folder, 'certificate.pem');
  return {
    name,
    endpoint,
    account: ACCOUNT,
    certificate: readFileSync(certificateFile, 'utf8'),
    environment: {
      ...reaching({ endpoint, region, folder, certificateFile }),
      ...keyVariables(ADMINISTRATOR),
    },
    stop: () => stop(child),
  };
}

/** The user's variables without AWS's and what else could lead a command elsewhere. */
function reaching({
  endpoint,
  region,
  folder,
  certificateFile,
}: {
  endpoint: string;
  region: string;
  folder: string;
  certificateFile: string;
}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|GITHUB_|GH_|https?_proxy$)/i.test(name),
  );
  const nowhere = join(folder, 'no-such-file');
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The provider tries 25 times: for AWS's bad days, not for an operation that an emulator does not have.
    AWS_MAX_ATTEMPTS: '2',
    AWS_CA_BUNDLE: certificateFile,
    NODE_EXTRA_CA_CERTS: certificateFile,
  };
}

export function keyVariables({ accessKeyId, secretAccessKey, sessionToken }: Keys): NodeJS.ProcessEnv {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(child: ChildProcess, port: number, log: string): Promise<void> {
  const deadline = Date.now() + READY_MS_MAX;
  while (Date.now() < deadline && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (connected) return;
    await pause(POLL_MS);
  }
  child.kill('SIGKILL');
  const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join('\n');
  throw new Error(`The control plane did not start within ${READY_MS_MAX / 1000} s. It said:\n${said}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
