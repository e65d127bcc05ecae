/**
 * The embedded engine, put together: reads the synthesized stack, opens its parts over one store, and serves them on
 * one port with AWS's own protocols. This is the only file that knows all the parts; they do not know each other.
 *
 *     cdk.tf.json → stack → parts → api ← wire ← any AWS client
 *                                    ↑
 *                               scheduler → movers
 */

import type { HopName } from '../schemas/hops.ts';
import { createApi } from './api.ts';
import { type Chance, type Clock, systemChance, systemClock } from './clock.ts';
import { createCredentials } from './credentials.ts';
import { openDataDirectory } from './data-directory.ts';
import { athena } from './hops/athena/athena.ts';
import { crawler } from './hops/crawler/crawler.ts';
import { firehose } from './hops/firehose/firehose.ts';
import { kinesis } from './hops/kinesis/kinesis.ts';
import { lake } from './hops/lake/lake.ts';
import { pipe } from './hops/pipe/pipe.ts';
import { stream } from './hops/stream/stream.ts';
import { table } from './hops/table/table.ts';
import { transform } from './hops/transform/transform.ts';
import { createIam, iamKinds } from './iam/iam.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { HopStatus, OpenPart, Part, Ports, Quotas } from './ports.ts';
import { createScheduler } from './scheduler.ts';
import { catalog } from './services/catalog/catalog.ts';
import { events } from './services/events/events.ts';
import { identity } from './services/identity/identity.ts';
import { monitoring } from './services/monitoring/monitoring.ts';
import { queue } from './services/queue/queue.ts';
import { type Inert, readStack } from './stack/read.ts';
import { openStore } from './store/store.ts';
import { s3Binding } from './wire/s3/s3.ts';
import { startServer } from './wire/server.ts';

const PARTS: readonly Part[] = [
  table,
  stream,
  pipe,
  kinesis,
  firehose,
  transform,
  lake,
  crawler,
  athena,
  catalog,
  events,
  identity,
  queue,
];

export type EngineOptions = {
  /** Path of a synthesized cdk.tf.json. */
  stackFile: string;
  dataDirectory: string;
  /** Empties the data directory first. */
  fresh: boolean;
  /** 0 takes any free port. */
  port: number;
  log: Ports['log'];
  /** `enforced` unless said otherwise. */
  quotas?: Quotas;
  clock?: Clock;
  chance?: Chance;
};

export type Engine = {
  /** `http://127.0.0.1:4566` */
  endpoint: string;
  region: string;
  dataDirectory: string;
  quotas: Quotas;
  /** What of the stack has no behaviour here, with the reason. */
  inert: Inert[];
  status(): Record<HopName, HopStatus>;
  /** Ends the requests and steps under way, then lets go of the data. What was acknowledged is on disk before. */
  close(): Promise<void>;
};

/** Throws an EngineError when the stack, the data directory or the port cannot be used. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { clock = systemClock, chance = systemChance, quotas = 'enforced', log } = options;
  const stack = readStack(options.stackFile, [...PARTS.flatMap(({ kinds }) => kinds), ...iamKinds]);
  const data = await openDataDirectory(options.dataDirectory, { fresh: options.fresh });
  const undo: (() => Promise<void>)[] = [data.release];
  const close = async () => {
    for (const each of undo.splice(0).reverse()) await each();
  };
  try {
    const store = openStore(data.directory('store'));
    undo.push(() => store.close());
    const credentials = createCredentials({ clock, chance, account: stack.account });
    const api = createApi(store, createIam(stack, stack), () => chance.uuid());
    const metrics = createMetrics(clock);
    let endpoint = '';
    const ports: Ports = {
      store,
      clock,
      chance,
      account: stack.account,
      region: stack.region,
      quotas,
      endpoint: () => endpoint,
      directory: data.directory,
      call: api.call,
      callIn: api.callIn,
      credentials: credentials.issue,
      measuring: metrics.measuring,
      log,
    };
    const open = new Map<Part['name'], OpenPart>();
    for (const part of [...PARTS, monitoring(metrics)]) {
      const opened = part.open(stack, ports);
      open.set(part.name, opened);
      api.register(opened.operations, opened.refusals ?? []);
      if (opened.close) undo.push(opened.close);
    }
    const server = await startServer({
      port: options.port,
      api,
      region: stack.region,
      credentials: credentials.find,
      clock,
      chance,
      log,
      bindings: [s3Binding],
    });
    endpoint = `http://127.0.0.1:${server.port}`;
    const scheduler = createScheduler(ports);
    for (const { movers } of open.values()) for (const mover of movers ?? []) scheduler.add(mover);
    undo.push(() => scheduler.stop());
    undo.push(() => server.close());
    return {
      endpoint,
      region: stack.region,
      dataDirectory: data.path,
      quotas,
      inert: stack.inert,
      status: () => statusOf(open, store),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function statusOf(open: Map<Part['name'], OpenPart>, read: Parameters<NonNullable<OpenPart['status']>>[0]) {
  const entries = [...open].flatMap(([name, { status }]) => (status ? [[name, status(read)] as const] : []));
  return Object.fromEntries(entries) as Record<HopName, HopStatus>;
}
