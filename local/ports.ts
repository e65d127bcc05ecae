/**
 * The few shapes through which the engine's parts meet. A hop never imports another hop: it calls AWS operations by
 * name, as a principal, through `Ports.call`, just as its twin on AWS does; the wire calls the same operations.
 *
 *     wire ─┐
 *     hops ─┴→ call(principal, service, operation) → IAM → Operation
 */

import type { HopName } from '../schemas/hops.ts';
import type { Chance, Clock } from './clock.ts';
import type { Measuring } from './metrics/metrics.ts';
import type { ResourceKind, Stack } from './stack/stack.ts';
import type { Read, Store, Tx } from './store/store.ts';

/** The names by which the wire routes and IAM authorizes: the SigV4 scope's service name, save that DynamoDB Streams
 * shares `dynamodb`'s scope and is told apart by its target prefix. */
export type ServiceName =
  | 'athena'
  | 'dynamodb'
  | 'dynamodbstreams'
  | 'events'
  | 'firehose'
  | 'glue'
  | 'kinesis'
  | 'lambda'
  | 'monitoring'
  | 'pipes'
  | 's3'
  | 'sqs'
  | 'sts';

/** Who calls. A user is the account's administrator (the `local` key); a role is bound by its policies; a service
 * (`events.amazonaws.com`) is bound by the resource's policy; `aws` is the cloud's own plumbing. */
export type Principal =
  | { kind: 'user'; accessKeyId: string; arn: string }
  | { kind: 'role'; roleArn: string; session: string }
  | { kind: 'service'; service: string; sourceArn: string }
  | { kind: 'aws' };

/** One right that a call needs: an IAM action on one ARN (`*` for actions that take no resource). */
export type Permission = { action: string; resource: string };

export type CallContext = { principal: Principal; requestId: string };

/**
 * One AWS operation, one file. `parse` takes what the wire decoded and either returns the typed input or throws an
 * AwsError with AWS's code and sentence; `permissions` says which rights the input needs.
 *
 * A `transaction` runs synchronously over the store, so it can also be part of a caller's own unit of work; an
 * `effect` does what a transaction cannot (files, queries, workers). Where operations of many inputs stand in one list
 * their input is `unknown`: the api gives each `run` what its own `parse` made.
 */
export type Operation<I = unknown, O = unknown> = {
  service: ServiceName;
  /** AWS's name of it, such as `PutRecords`. */
  name: string;
  parse(input: unknown): I;
  permissions(input: I): Permission[];
} & (
  | { kind: 'transaction'; run(tx: Tx, input: I, context: CallContext): O }
  | { kind: 'effect'; run(input: I, context: CallContext): Promise<O> }
);

/** Why an operation is not here: the stack owns the resource (CreateTable, DeleteBucket, …). `sentence` says so. */
export type Refusal = { service: ServiceName; name: string; sentence: string };

/** Whether AWS's quotas on rates and concurrency hold. `lifted` finds the engine's own limit; what a single request may
 * hold is checked either way. */
export type Quotas = 'enforced' | 'lifted';

export type Ports = {
  store: Store;
  clock: Clock;
  chance: Chance;
  account: string;
  region: string;
  quotas: Quotas;
  /** The running engine's address (`http://127.0.0.1:4566`), for Lambdas that call AWS. */
  endpoint(): string;
  /** Directory under the data directory where a part may keep files (`s3`, `lambda`, `athena`); made if missing. */
  directory(name: string): string;
  /** Calls an operation in a unit of work of its own. */
  call<O>(principal: Principal, service: ServiceName, operation: string, input: unknown): Promise<O>;
  /** Calls a `transaction` operation inside the caller's unit of work. */
  callIn<O>(tx: Tx, principal: Principal, service: ServiceName, operation: string, input: unknown): O;
  /** Temporary credentials for a role, as its session's environment variables carry them. They live with the engine. */
  credentials(
    roleArn: string,
    session: string,
  ): { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  /** A subject's instrument, under AWS's names of its metrics. Cheap enough for every write. */
  measuring: Measuring;
  /** One structured log line of the engine (its own voice, not a Lambda's); `about` never holds a secret. */
  log(level: 'info' | 'warn' | 'error', message: string, about?: Record<string, unknown>): void;
};

/** What one step of a mover came to. The scheduler owns time: it decides when to call again. */
export type Outcome =
  /** Nothing to do until a topic is signalled, or until `wakeAt` (milliseconds since the epoch). */
  | { kind: 'idle'; wakeAt?: number }
  /** Carried some; there may be more. */
  | { kind: 'delivered'; records: number }
  /** Could not carry now; the same records are tried again. */
  | { kind: 'retry'; afterMs: number; reason: string }
  /** Will not carry these: they lie where `reason` says (a dead-letter queue, `errors/`). */
  | { kind: 'gave-up'; records: number; reason: string };

export type Mover = {
  /** Unique, for logs: `pipe/dynamodb-to-kinesis-eventbridge-pipe-cdc`. */
  name: string;
  /** Store topics that wake it. */
  listensTo: string[];
  step(): Promise<Outcome>;
};

/** What the live line of a hop shows. Counts are of records since the engine started, `waiting` is now. */
export type HopStatus = {
  in: number;
  out: number;
  waiting: number;
  /** Age of the oldest waiting record; absent when nothing waits. */
  lagMs?: number;
  /** Records that were given up on: dead letters, error objects. */
  failed: number;
  /** Records since the data directory was made, also over restarts and retention; given by the stream. */
  ever?: number;
  /** What went wrong last and where it lies. */
  lastFailure?: string;
  /** Why what waits is tried again and again; absent while it moves or merely gathers. */
  retrying?: string;
};

/** What a part of the engine gives once it is open. */
export type OpenPart = {
  operations: Operation[];
  refusals?: Refusal[];
  movers?: Mover[];
  /** Absent for parts that are not hops (queues, event rules). */
  status?(read: Read): HopStatus;
  close?(): Promise<void>;
};

/** A part of the engine: a hop, or a service beside the hops (`queue`, `events`, `identity`). */
export type Part = {
  name: HopName | 'catalog' | 'events' | 'identity' | 'monitoring' | 'queue';
  kinds: ResourceKind[];
  open(stack: Stack, ports: Ports): OpenPart;
};
