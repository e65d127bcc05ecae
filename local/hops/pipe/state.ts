/**
 * What a pipe keeps in the store: whether it should run, and how far each of its lanes has come. It outlasts the
 * engine, so a stopped pipe stays stopped and a lane goes on where it was.
 */

import { EngineError } from '../../aws-error.ts';
import type { Read, Tx } from '../../store/store.ts';
import type { DesiredState, PipeConfig } from './config.ts';
import type { Lane } from './source.ts';

export type PipeState = {
  desired: DesiredState;
  /** What the stack asked for when `desired` was last set: a stack that now asks otherwise wins over a call. */
  configured: DesiredState;
  createdAt: number;
  modifiedAt: number;
  parallelizationFactor: number;
  /** Whether the lanes have their starting positions. */
  begun: boolean;
};

export type LaneState = {
  /** Sequence number up to which all is delivered or given up; absent at the shard's beginning. */
  after?: string;
  /** A batch of which some records did not get in yet. */
  retry?: {
    /** Sequence number of the batch's last record. */
    through: string;
    scanned: number;
    /** Sequence numbers that are still to be delivered. */
    left: string[];
    /** Failures that count against the records; a want of throughput does not. */
    attempts: number;
  };
};

/** The pipe's state at start: the kept one, with the stack's word where it changed. */
export function stateAtStart(config: PipeConfig, kept: PipeState | undefined, now: number): PipeState {
  const { desiredState, source } = config;
  if (!kept)
    return {
      desired: desiredState,
      configured: desiredState,
      createdAt: now,
      modifiedAt: now,
      parallelizationFactor: source.parallelizationFactor,
      begun: false,
    };
  if (kept.parallelizationFactor !== source.parallelizationFactor)
    throw new EngineError(
      `The kept data has the pipe ${config.name} in ${kept.parallelizationFactor} lane(s) a shard, the stack asks for ${source.parallelizationFactor}: which records each lane has carried would no longer be known.`,
      'Start with --fresh, or set parallelization_factor back.',
    );
  if (kept.configured === desiredState) return kept;
  return { ...kept, desired: desiredState, configured: desiredState, modifiedAt: now };
}

export function pipeState(read: Read, arn: string): PipeState | undefined {
  return read.get<PipeState>(['pipe', arn]);
}

export function putPipeState(tx: Tx, arn: string, state: PipeState): void {
  tx.put(['pipe', arn], state);
  tx.signal(topicOf(arn));
}

/** Signalled when the pipe is started or stopped. */
export function topicOf(arn: string): string {
  return `pipe:${arn}`;
}

export function laneState(read: Read, arn: string, { shardId, index }: Lane): LaneState {
  return read.get<LaneState>(['pipe-lane', arn, shardId, index]) ?? {};
}

export function putLaneState(tx: Tx, arn: string, { shardId, index }: Lane, state: LaneState): void {
  tx.put(['pipe-lane', arn, shardId, index], state);
}
