/**
 * One batch of one lane, in one unit of work: read after the lane's checkpoint, filter, put into the target, leave
 * dead letters, and store the new checkpoint. Because all of it commits together, a crash at any moment neither loses
 * a record nor carries it twice. What did not get in stays named in the checkpoint and is tried again, alone.
 */

import type { Ports, Principal } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import type { PipeConfig } from './config.ts';
import { type Condition, leaveDeadLetters } from './dead-letter.ts';
import { createDelivery, type Failure } from './deliver.ts';
import { pipedRecord } from './record.ts';
import { type Lane, nextBatch, pagesAfter, type StreamRecord, unread } from './source.ts';
import { type LaneState, laneState, putLaneState } from './state.ts';

export type Carried = {
  /** Records that the lane looked at for the first time. */
  read: number;
  delivered: number;
  /** Records that stay to be tried again, and why. */
  left: number;
  reason?: string;
  gaveUp: number;
  /** Why, and where they lie. */
  gaveUpReason?: string;
  newestCreatedAt?: number;
};

type Work = {
  records: StreamRecord[];
  fresh: number;
  lost: number;
  settled: string | undefined;
  scanned: number;
};
type Retry = NonNullable<LaneState['retry']>;

export function createCarrier(config: PipeConfig, pipeArn: string, role: Principal, ports: Ports) {
  const deliver = createDelivery(config, role, ports);
  const { source } = config;

  function freshWork(tx: Tx, lane: Lane, state: LaneState): Work {
    const pages = pagesAfter(tx, config, role, ports, lane.shardId, state.after);
    const batch = nextBatch(pages, lane, source.parallelizationFactor, source.batchSize);
    const records =
      config.filters.length === 0
        ? batch.records
        : batch.records.filter((record) => {
            const piped = pipedRecord(record, config);
            return config.filters.some(({ matches }) => matches(piped));
          });
    // The lanes of a shard lose the same stretch: the first of them counts it.
    const lost = lane.index === 0 ? unread(tx, config, lane.shardId, state.after).trimmed : 0;
    return {
      records,
      fresh: batch.records.length,
      lost,
      settled: batch.through ?? state.after,
      scanned: batch.scanned,
    };
  }

  function retriedWork(tx: Tx, lane: Lane, { after }: LaneState, retry: Retry): Work {
    const left = new Set(retry.left);
    const records: StreamRecord[] = [];
    for (const page of pagesAfter(tx, config, role, ports, lane.shardId, after)) {
      records.push(...page.filter(({ dynamodb }) => left.has(dynamodb.SequenceNumber)));
      const newest = page.at(-1)?.dynamodb.SequenceNumber ?? '';
      if (records.length === left.size || !comesBefore(newest, retry.through)) break;
    }
    const lost = left.size - records.length;
    return { records, fresh: 0, lost, settled: retry.through, scanned: retry.scanned };
  }

  /** Leaves dead letters; where the queue does not take one its records stay, rather than vanish. */
  function giveUp(tx: Tx, lane: Lane, records: StreamRecord[], condition: Condition): Failure[] {
    const refused = leaveDeadLetters(tx, config, role, ports, lane.shardId, records, condition);
    return refused.flatMap(({ run, reason }) => run.map((record) => failure(record, reason)));
  }

  return (tx: Tx, lane: Lane): Carried => {
    const state = laneState(tx, pipeArn, lane);
    const work = state.retry ? retriedWork(tx, lane, state, state.retry) : freshWork(tx, lane, state);
    const { expired, live } = byAge(work.records, source.recordAgeSecondsMax, ports.clock.now());
    const failures = live.length > 0 ? deliver(tx, live) : [];
    const spoiled = failures.filter(({ cause }) => cause === 'record');
    const attempts = (state.retry?.attempts ?? 0) + (spoiled.length > 0 ? 1 : 0);
    const exhausted = source.retryAttemptsMax >= 0 && attempts > source.retryAttemptsMax ? spoiled : [];

    const given: { records: StreamRecord[]; condition: Condition; why: string }[] = [
      { records: expired, condition: 'RecordAgeExceeded', why: 'older than the pipe carries' },
      {
        records: exhausted.map(({ record }) => record),
        condition: 'RetryAttemptsExhausted',
        why: exhausted[0]?.reason ?? '',
      },
    ];
    const left: Failure[] = failures.filter((failure) => !exhausted.includes(failure));
    let gaveUp = work.lost;
    let gaveUpReason = work.lost > 0 ? 'the stream forgot them before the pipe could carry them' : undefined;
    for (const { records, condition, why } of given.filter((each) => each.records.length > 0)) {
      const refused = giveUp(tx, lane, records, condition);
      left.push(...refused);
      if (refused.length === records.length) continue;
      gaveUp += records.length - refused.length;
      gaveUpReason = `${why}; ${whereTheyLie(config)}`;
    }
    putLaneState(tx, pipeArn, lane, nextState(state, work, left, attempts));
    const newest = work.records.at(-1)?.dynamodb.ApproximateCreationDateTime.getTime();
    return {
      read: work.fresh,
      delivered: live.length - failures.length,
      left: left.length,
      gaveUp,
      ...(left[0] ? { reason: left[0].reason } : {}),
      ...(gaveUpReason === undefined ? {} : { gaveUpReason }),
      ...(newest === undefined ? {} : { newestCreatedAt: newest }),
    };
  };
}

function nextState(state: LaneState, work: Work, left: readonly Failure[], attempts: number): LaneState {
  if (left.length === 0) return work.settled === undefined ? {} : { after: work.settled };
  const retry: Retry = {
    through: work.settled as string,
    scanned: work.scanned,
    left: left.map(({ record }) => record.dynamodb.SequenceNumber),
    attempts,
  };
  return state.after === undefined ? { retry } : { after: state.after, retry };
}

function byAge(records: StreamRecord[], secondsMax: number, now: number) {
  if (secondsMax < 0) return { expired: [], live: records };
  const isOld = ({ dynamodb }: StreamRecord) =>
    now - dynamodb.ApproximateCreationDateTime.getTime() > secondsMax * 1000;
  return { expired: records.filter(isOld), live: records.filter((record) => !isOld(record)) };
}

function failure(record: StreamRecord, reason: string): Failure {
  return { record, reason, cause: 'later' };
}

function whereTheyLie({ source: { deadLetterArn } }: PipeConfig): string {
  return deadLetterArn === undefined
    ? 'they are discarded, as the pipe has no dead-letter queue'
    : `dead letters in the queue ${deadLetterArn.slice(deadLetterArn.lastIndexOf(':') + 1)} say where in the stream they are`;
}

/** Sequence numbers are digits that grow: the longer one is the later one. */
function comesBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
