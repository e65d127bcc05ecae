/**
 * Moves a pipe: finds the lanes that have something to carry (records enough, or a batching window that has passed, or
 * a retry that is due) and carries a batch of several of them at once, so that they share a commit. A lane that fails
 * backs off by itself and holds up no other.
 */

import { AwsError } from '../../aws-error.ts';
import type { HopStatus, Mover, Outcome, Ports, Principal } from '../../ports.ts';
import { ends } from '../../store/log.ts';
import { STREAM_SEQUENCE_DIGITS, sequenceNumber } from '../../store/sequence.ts';
import type { Read } from '../../store/store.ts';
import { type Carried, createCarrier } from './carry.ts';
import type { PipeConfig } from './config.ts';
import type { Executions } from './executions.ts';
import { pipeMetrics } from './metrics.ts';
import { type Lane, shardsOf, unread } from './source.ts';
import { laneState, pipeState, putLaneState, putPipeState, stateAtStart, topicOf } from './state.ts';

/** Records that one step carries, two whole batches or a few of each lane; more would keep the event loop too long. */
const RECORDS_AT_ONCE = 1_000;
/** A pipe that keeps up lets records gather: a batch of one costs a lane as much as a batch of fifty. AWS's pipes look
 * four times a second (docs: "EventBridge Pipes, Amazon DynamoDB stream as a source"). */
export const GATHER_MS = 100;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 30_000;
/** While the source itself cannot be read. */
const SOURCE_PAUSE_MS = 1000;

/** What a lane remembers while the engine runs. */
type Pace = {
  notBefore: number;
  failures: number;
  windowSince?: number;
  newestCreatedAt: number;
  retrying?: string;
};

type Readiness =
  | { kind: 'nothing' }
  /** `behind`: the lane has more than one batch can take. */
  | { kind: 'ready'; records: number; behind: boolean }
  | { kind: 'wait'; wakeAt: number };

export type PipeMover = Mover & { status(read: Read): HopStatus };

export function pipeMover(config: PipeConfig, arn: string, executions: Executions, ports: Ports): PipeMover {
  const { store, clock } = ports;
  const role: Principal = { kind: 'role', roleArn: config.roleArn, session: config.name };
  const carry = createCarrier(config, arn, role, ports);
  const metrics = pipeMetrics(ports, config.name);
  const paces = new Map<string, Pace>();
  /** Why no step gets as far as the records. */
  let sourceTrouble: string | undefined;
  const counted: HopStatus = { in: 0, out: 0, waiting: 0, failed: 0 };
  let lanes: Lane[] = [];
  /** The lane that the next step begins with: each gets its turn. */
  let turn = 0;

  async function findLanes(): Promise<void> {
    const shards = await shardsOf(config, role, ports);
    const indexes = Array.from({ length: config.source.parallelizationFactor }, (_, index) => index);
    lanes = shards.flatMap((shardId) => indexes.map((index) => ({ shardId, index })));
    if (!pipeState(store, arn)?.begun) await begin();
  }

  /** LATEST means the records after this moment, TRIM_HORIZON those that the stream still has at this moment. */
  function begin(): Promise<void> {
    return store.transact((tx) => {
      const state = pipeState(tx, arn);
      if (!state || state.begun) return;
      for (const lane of lanes) {
        const { tail, head } = ends(tx, `${config.sourceArn}/${lane.shardId}`);
        const first = config.source.startingPosition === 'LATEST' ? head : tail;
        const after = sequenceNumber(first - 1, STREAM_SEQUENCE_DIGITS);
        if (first > 0) putLaneState(tx, arn, lane, { after });
      }
      putPipeState(tx, arn, { ...state, begun: true });
    });
  }

  const nameOf = ({ shardId, index }: Lane) => `${arn}/${shardId}/${index}`;

  function paceOf(lane: Lane): Pace {
    const key = nameOf(lane);
    const pace = paces.get(key) ?? { notBefore: 0, failures: 0, newestCreatedAt: 0 };
    paces.set(key, pace);
    return pace;
  }

  function readiness(lane: Lane, now: number): Readiness {
    const pace = paceOf(lane);
    const state = laneState(store, arn, lane);
    if (pace.notBefore > now) return { kind: 'wait', wakeAt: pace.notBefore };
    if (state.retry) return { kind: 'ready', records: state.retry.left.length, behind: true };
    const { count } = unread(store, config, lane.shardId, state.after);
    if (count === 0) {
      delete pace.windowSince;
      return { kind: 'nothing' };
    }
    pace.windowSince ??= now;
    const windowEnds = pace.windowSince + config.source.batchingWindowSeconds * 1000;
    const { batchSize } = config.source;
    if (count < batchSize && now < windowEnds) return { kind: 'wait', wakeAt: windowEnds };
    return { kind: 'ready', records: Math.min(count, batchSize), behind: count > batchSize };
  }

  /** What a lane does that may carry, while all executions of the account are under way. */
  function throttle(lane: Lane, now: number): Readiness {
    const pace = paceOf(lane);
    metrics.throttled();
    pace.retrying = `the account's ${executions.most} concurrent pipe executions are under way`;
    return { kind: 'wait', wakeAt: now + BACKOFF_FIRST_MS };
  }

  function note(lane: Lane, carried: Carried): void {
    const pace = paceOf(lane);
    delete pace.windowSince;
    pace.newestCreatedAt = carried.newestCreatedAt ?? pace.newestCreatedAt;
    counted.in += carried.read;
    counted.out += carried.delivered;
    counted.failed += carried.gaveUp;
    if (carried.gaveUpReason !== undefined)
      counted.lastFailure = `${carried.gaveUp} record(s): ${carried.gaveUpReason}`;
    if (carried.left === 0) {
      pace.failures = 0;
      pace.notBefore = 0;
      delete pace.retrying;
      return;
    }
    pace.failures = carried.delivered > 0 ? 1 : pace.failures + 1;
    const pause = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (pace.failures - 1));
    pace.notBefore = clock.now() + pause;
    pace.retrying = carried.reason ?? 'the target did not take them';
    ports.log('warn', `pipe ${config.name} tries ${carried.left} record(s) again`, {
      shard: lane.shardId,
      afterMs: pause,
      reason: carried.reason,
    });
  }

  async function carryLanes(ready: readonly Lane[]): Promise<Outcome> {
    const begunAt = clock.now();
    metrics.concurrency(executions.underWay());
    const all = await Promise.allSettled(
      ready.map((lane) =>
        store.transact((tx) =>
          // A StopPipe that was answered before this moment holds.
          pipeState(tx, arn)?.desired === 'RUNNING' ? carry(tx, lane) : undefined,
        ),
      ),
    );
    let delivered = 0;
    let gaveUp = 0;
    let reason = '';
    let failed: PromiseRejectedResult | undefined;
    all.forEach((settled, index) => {
      if (settled.status === 'rejected') failed ??= settled;
      const lane = ready[index] as Lane;
      const carried = settled.status === 'fulfilled' ? settled.value : undefined;
      if (!carried?.left) executions.end(nameOf(lane));
      if (!carried) return;
      note(lane, carried);
      metrics.execution(carried, clock.now() - begunAt);
      delivered += carried.delivered;
      gaveUp += carried.gaveUp;
      reason = carried.gaveUpReason ?? reason;
    });
    // Only now: what the other lane carried is carried, and counted.
    if (failed) throw failed.reason;
    return gaveUp > 0
      ? { kind: 'gave-up', records: gaveUp, reason }
      : { kind: 'delivered', records: delivered };
  }

  /** A disk that was full when the pipe was opened has left it without a state; once there is room it gets one. */
  async function haveState(): Promise<void> {
    if (pipeState(store, arn)) return;
    await store.transact((tx) => {
      if (!pipeState(tx, arn)) putPipeState(tx, arn, stateAtStart(config, undefined, clock.now()));
    });
  }

  async function step(): Promise<Outcome> {
    await haveState();
    if (pipeState(store, arn)?.desired === 'STOPPED') {
      for (const lane of lanes) executions.end(nameOf(lane));
      return { kind: 'idle' };
    }
    try {
      await findLanes();
      sourceTrouble = undefined;
      const now = clock.now();
      const ready: Lane[] = [];
      let wakeAt = Number.POSITIVE_INFINITY;
      let records = 0;
      let behind = false;
      let looked = 0;
      for (; looked < lanes.length && records < RECORDS_AT_ONCE; looked++) {
        const lane = lanes[(turn + looked) % lanes.length] as Lane;
        const found = readiness(lane, now);
        const state = found.kind === 'ready' && !executions.begin(nameOf(lane)) ? throttle(lane, now) : found;
        if (state.kind === 'wait') wakeAt = Math.min(wakeAt, state.wakeAt);
        if (state.kind !== 'ready') continue;
        ready.push(lane);
        records += state.records;
        behind ||= state.behind;
      }
      turn = (turn + looked) % Math.max(1, lanes.length);
      if (ready.length > 0) {
        const outcome = await carryLanes(ready);
        behind ||= looked < lanes.length;
        const keepsUp = !behind && outcome.kind === 'delivered' && outcome.records > 0;
        return keepsUp ? { kind: 'idle', wakeAt: clock.now() + GATHER_MS } : outcome;
      }
      return wakeAt === Number.POSITIVE_INFINITY ? { kind: 'idle' } : { kind: 'idle', wakeAt };
    } catch (error) {
      sourceTrouble = `${(error as Error).name}: ${(error as Error).message}`;
      if (!(error instanceof AwsError)) throw error;
      counted.lastFailure = `the source cannot be read: ${sourceTrouble}`;
      return { kind: 'retry', afterMs: SOURCE_PAUSE_MS, reason: counted.lastFailure };
    }
  }

  /** A lane knows its oldest waiting record only when it reads it: that one is younger than the newest it carried,
   * and was there when it began to wait. */
  function status(read: Read): HopStatus {
    let waiting = 0;
    let lagMs = 0;
    for (const shardId of new Set(lanes.map((lane) => lane.shardId))) {
      const own = lanes.filter((lane) => lane.shardId === shardId);
      const counts = own.map((lane) => {
        const { after, retry } = laneState(read, arn, lane);
        const { count } = unread(read, config, shardId, after);
        return retry ? count - retry.scanned + retry.left.length : count;
      });
      const most = Math.max(0, ...counts);
      waiting += most;
      const since = Math.max(...own.map(paceOf).map((pace) => pace.windowSince ?? pace.newestCreatedAt));
      if (most > 0 && since > 0) lagMs = Math.max(lagMs, clock.now() - since);
    }
    const retrying = sourceTrouble ?? lanes.map(paceOf).find((pace) => pace.retrying)?.retrying;
    return { ...counted, waiting, ...(waiting > 0 ? { lagMs } : {}), ...(retrying ? { retrying } : {}) };
  }

  return { name: `pipe/${config.name}`, listensTo: [config.sourceArn, topicOf(arn)], step, status };
}
