/**
 * One delivery stream's mover: reads its source, has the records processed, and writes an object when the buffer is
 * full or old enough.
 *
 *     kinesis → [firehose] ⇄ transform → lake
 *
 * A delivery has three phases, so that a kill at any moment loses nothing and repeats nothing: the plan is written to
 * the store; the objects are put under the plan's keys; checkpoints move on and the plan goes, in one transaction. It
 * keeps no copy of the records: until then the source is where they are safe.
 */

import { AwsError } from '../../aws-error.ts';
import type { HopStatus, Mover, Outcome, Ports } from '../../ports.ts';
import type { Read } from '../../store/store.ts';
import { createBuffer, type OpenBatch } from './buffer.ts';
import type { DeliveryStreamConfig } from './config.ts';
import { type DeliveryMeasure, deliveryMeasure } from './metrics.ts';
import { type Carried, putObjects } from './objects.ts';
import { checkpoint, makePlan, makePlanAgain, type Plan, readPlan, settlePlan, writePlan } from './plan.ts';
import type { Attempt, Processed, Processor, Trouble } from './processor.ts';
import { openReader, type Reader } from './reader.ts';
import type { Source } from './source.ts';

/** Source bytes read ahead of the processor, and at the processor at once: two of a Lambda's largest batches. */
const READ_AHEAD_BYTES = 6 * 1024 * 1024;
/** Outstanding at once, into S3: https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
export const INVOCATIONS_A_SHARD_MAX = 5;
/** Waits double from the first to the last. AWS names none. */
const RETRY_MS = { first: 1_000, last: 60_000 };

/** A delivery whose plan is written and whose objects may be. */
type UnderWay = {
  plan: Plan;
  processed: Processed[];
  /** Arrival of the oldest of its records. */
  oldestAt: number;
  failedPuts: number;
  since: number;
};

export class Delivery implements Mover {
  readonly name: string;
  readonly listensTo: string[];
  readonly #config: DeliveryStreamConfig;
  readonly #source: Source;
  readonly #processor: Processor;
  readonly #ports: Ports;
  readonly #measure: DeliveryMeasure;
  readonly #count = { in: 0, out: 0, failed: 0 };
  #lastFailure: string | undefined;
  /** Why the newest attempt is to be repeated; nothing once one went well. */
  #retrying: string | undefined;
  #buffer = createBuffer();
  #reader: Reader | undefined;
  /** A plan that an earlier engine left: the buffer then holds its records and no others. */
  #redo: Plan | undefined;
  #underWay: UnderWay | undefined;
  /** End of the last delivery that took longer than the interval. */
  #caughtUpAt = 0;
  /** Invocations at a time; known once the shards are. */
  #parallel = Number.POSITIVE_INFINITY;
  #troubles = 0;

  constructor(config: DeliveryStreamConfig, source: Source, processor: Processor, ports: Ports) {
    this.name = `firehose/${config.name}`;
    this.listensTo = source.topics;
    this.#config = config;
    this.#source = source;
    this.#processor = processor;
    this.#ports = ports;
    this.#measure = deliveryMeasure(ports.measuring, config.name);
  }

  async step(): Promise<Outcome> {
    try {
      const outcome = await this.#advance();
      this.#retrying = outcome.kind === 'retry' ? outcome.reason : undefined;
      if (this.#retrying !== undefined) this.#measureFreshness();
      return outcome;
    } catch (error) {
      this.#retrying = `${(error as Error).name}: ${(error as Error).message}`;
      if (!(error instanceof AwsError)) throw error;
      this.#lastFailure = this.#retrying;
      this.#measureFreshness();
      return { kind: 'retry', afterMs: backoff(this.#troubles++), reason: this.#lastFailure };
    }
  }

  status(read: Read): HopStatus {
    const { clock } = this.#ports;
    const oldest = this.#buffer.oldestAt();
    return {
      ...this.#count,
      waiting: this.#source.waiting(read, (shard) => checkpoint(read, this.#config.name, shard)),
      ...(oldest === undefined ? {} : { lagMs: clock.now() - oldest }),
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      ...(this.#retrying === undefined ? {} : { retrying: this.#retrying }),
    };
  }

  async #advance(): Promise<Outcome> {
    const reader = this.#reader ?? (await this.#open());
    if (this.#underWay) return this.#deliver(this.#underWay);
    const more = this.#redo ? false : await reader.fill(this.#buffer, () => this.#hasRoom());
    const due = this.#isDue();
    const trouble = await this.#process(due);
    if (trouble) return this.#retryLater(trouble);
    this.#troubles = 0;
    if (due || this.#isFull()) return this.#deliver(await this.#plan(reader));
    return more ? { kind: 'delivered', records: 0 } : this.#idle(reader);
  }

  async #open(): Promise<Reader> {
    const { store, quotas } = this.#ports;
    const { name } = this.#config;
    const reader = await openReader(this.#source, this.#ports, this.#measure, (shard) =>
      checkpoint(store, name, shard),
    );
    if (quotas === 'enforced')
      this.#parallel = Math.min(this.#parallel, reader.shards() * INVOCATIONS_A_SHARD_MAX);
    this.#buffer = createBuffer();
    this.#redo = readPlan(store, name);
    if (this.#redo) await reader.reread(this.#buffer, this.#redo);
    this.#reader = reader;
    return reader;
  }

  #hasRoom(): boolean {
    return this.#buffer.pendingBytes() < READ_AHEAD_BYTES && !this.#isFull();
  }

  #isFull(): boolean {
    return this.#buffer.processedBytes() >= this.#config.bufferBytes;
  }

  #isDue(): boolean {
    if (this.#redo) return true;
    const dueAt = this.#dueAt();
    return dueAt !== undefined && dueAt <= this.#ports.clock.now();
  }

  /** The interval runs from the arrival of the oldest record; behind a delivery that took longer than that it starts
   * anew, so that what has piled up fills objects. */
  #dueAt(): number | undefined {
    const oldest = this.#buffer.oldestAt();
    return oldest === undefined ? undefined : Math.max(oldest, this.#caughtUpAt) + this.#config.bufferMs;
  }

  /** Has batches processed until none is left or the object is full; answers what is in the way. */
  async #process(flush: boolean): Promise<Trouble | undefined> {
    while (this.#redo || !this.#isFull()) {
      const most = { batches: this.#parallel, bytes: READ_AHEAD_BYTES };
      const batches = this.#buffer.batches(this.#processor, flush, most);
      if (batches.length === 0) return undefined;
      const found = await Promise.all(batches.map((batch) => this.#attempt(batch)));
      this.#buffer.settle();
      const trouble = found.find((each) => each !== undefined);
      if (trouble) return trouble;
    }
    return undefined;
  }

  /** A batch that was tried as often as the stream allows is done, too: its records have failed. */
  async #attempt(batch: OpenBatch): Promise<Trouble | undefined> {
    if (batch.done) return undefined;
    const begunAt = this.#ports.clock.now();
    const result = await this.#processor.attempt(batch);
    if (this.#config.lambda) this.#measureProcessing(result, this.#ports.clock.now() - begunAt);
    if (result.kind === 'processed') {
      batch.done = result.processed;
      return undefined;
    }
    batch.attempts++;
    if (batch.attempts <= (this.#config.lambda?.retries ?? 0)) return result;
    const { errorCode, errorMessage } = result;
    const endedAt = this.#ports.clock.now();
    const failure = { errorCode, errorMessage, attemptsMade: batch.attempts, endedAt };
    batch.done = batch.records.map((record) => ({ record, result: { kind: 'failed', failure } }));
    return undefined;
  }

  #retryLater({ errorCode, errorMessage }: Trouble): Outcome {
    // A function that may run once at a time would throttle its own caller.
    if (errorCode === 'Lambda.InvokeLimitExceeded') this.#parallel = 1;
    const reason = `${this.#config.lambda?.functionArn}: ${errorCode}: ${errorMessage}`;
    return { kind: 'retry', afterMs: backoff(this.#troubles++), reason };
  }

  async #plan(reader: Reader): Promise<UnderWay> {
    const { store, chance } = this.#ports;
    const processed = this.#buffer.take(this.#redo ? Number.POSITIVE_INFINITY : this.#config.bufferBytes);
    const plan = this.#redo
      ? makePlanAgain(this.#redo, processed)
      : makePlan(this.#config, chance, processed);
    // If the store fails, the records that were taken are read again from the checkpoint.
    this.#reader = undefined;
    await store.transact((tx) => writePlan(tx, this.#config.name, plan));
    this.#reader = reader;
    this.#count.in += processed.length;
    const oldestAt = processed.reduce(
      (oldest, { record }) => Math.min(oldest, record.arrivedAt),
      Number.POSITIVE_INFINITY,
    );
    this.#underWay = { plan, processed, oldestAt, failedPuts: 0, since: this.#ports.clock.now() };
    return this.#underWay;
  }

  async #deliver(underWay: UnderWay): Promise<Outcome> {
    const { plan, processed } = underWay;
    const { bucket, name } = this.#config;
    let carried: Carried;
    try {
      carried = await putObjects(this.#config, this.#ports, plan, processed);
    } catch (error) {
      // S3 that refuses, or a full disk: the plan stands, and the same objects are put again.
      const problem = `${(error as Error).name}: ${(error as Error).message}`;
      this.#lastFailure = `s3://${bucket}/${plan.key} cannot be written yet: ${problem}`;
      this.#measure('DeliveryToS3.Success', 0);
      return { kind: 'retry', afterMs: backoff(underWay.failedPuts++), reason: this.#lastFailure };
    }
    await this.#ports.store.transact((tx) => settlePlan(tx, name, plan, this.#source));
    this.#measure('DeliveryToS3.Success', 1);
    // Records of an error object lie in S3, too.
    this.#measure('DeliveryToS3.Records', carried.written + carried.failed);
    this.#measureFreshness();
    this.#underWay = undefined;
    this.#redo = undefined;
    const now = this.#ports.clock.now();
    if (now - underWay.since > this.#config.bufferMs) this.#caughtUpAt = now;
    this.#count.out += carried.written;
    this.#count.failed += carried.failed;
    if (carried.failed === 0) return { kind: 'delivered', records: processed.length };
    const where = `s3://${bucket}/${plan.errorKey}`;
    this.#lastFailure = `${carried.failed} record(s) in ${where}: ${carried.firstFailure}`;
    return { kind: 'gave-up', records: carried.failed, reason: this.#lastFailure };
  }

  #measureProcessing(result: Attempt, durationMs: number): void {
    this.#measure('ExecuteProcessing.Duration', durationMs);
    this.#measure('ExecuteProcessing.Success', result.kind === 'processed' ? 1 : 0);
    if (result.kind !== 'processed') return;
    const succeeded = result.processed.filter(({ result: { kind } }) => kind !== 'failed');
    this.#measure('SucceedProcessing.Records', succeeded.length);
    this.#measure(
      'SucceedProcessing.Bytes',
      succeeded.reduce((sum, { record }) => sum + record.data.byteLength, 0),
    );
  }

  /** The age of the oldest record that is not, or only now, in the lake. */
  #measureFreshness(): void {
    const oldestAt = this.#underWay?.oldestAt ?? this.#buffer.oldestAt();
    if (oldestAt === undefined) return;
    this.#measure('DeliveryToS3.DataFreshness', (this.#ports.clock.now() - oldestAt) / 1_000);
  }

  #idle(reader: Reader): Outcome {
    const times = reader.readableAt();
    const dueAt = this.#dueAt();
    if (dueAt !== undefined) times.push(dueAt);
    return times.length === 0 ? { kind: 'idle' } : { kind: 'idle', wakeAt: Math.min(...times) };
  }
}

function backoff(failures: number): number {
  return Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** failures);
}
