/**
 * How long the chain takes where no queue decides it: AWS's as quotas.json has them, mostly assumed. Whoever plays
 * another machine's chain, as the comparison with the engine does, gives its own.
 */

import type { Environment } from '../../../stacks/environments.ts';
import { transformSeconds } from '../constraints.ts';
import { quota } from '../quotas.ts';

/** All in seconds. */
export type Timings = {
  /** From the read of a pipe's batch to its answer; the window comes on top. */
  pipeBatch: number;
  /** Between two reads of a shard by Firehose. */
  firehoseRead: number;
  /** The transform's work on one change, and on a call beside its changes. */
  transform: { aRecord: number; aCall: number };
  /** Until the lake has taken an object. */
  objectPut: number;
};

export function awsTimings(environment: Environment): Timings {
  return {
    pipeBatch: quota('pipe-batch-seconds'),
    firehoseRead: 1 / quota('firehose-reads-a-shard'),
    transform: transformSeconds(environment),
    objectPut: quota('object-put-seconds'),
  };
}
