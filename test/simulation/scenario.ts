/**
 * What a seed stands for: how the stack is dimensioned, who writes how much, and how often which fault strikes. Ranges
 * are small, so that batches split, shards throttle, objects fill and retries run out within a few hundred writes.
 */

import { createDice } from './dice.ts';

export type Scenario = {
  seed: number;
  clients: number;
  /** Requests of all clients together. */
  requests: number;
  /** Share of items that carry a long text, which fills shards and objects. */
  fatShare: number;
  fatBytes: number;
  /** Write units a second of the table; undefined for all that on-demand gives. */
  tableUnitsMax: number | undefined;
  kinesisShards: number;
  pipe: {
    batchSize: number;
    windowSeconds: number;
    lanes: number;
    retries: number;
    bisect: boolean;
    /** -1 for any age. */
    ageSecondsMax: number;
  };
  firehose: { bufferSeconds: number; lambdaMegabytes: number; retries: number };
  /** Probability that a call of one AWS operation fails. */
  faultShare: number;
  /** Probability that a commit fails, a full disk for example. */
  failedCommitShare: number;
  crashes: number;
  /** Whether an operator stops and starts the pipe. */
  pauses: boolean;
  /** Whether somebody writes an item that no Kinesis record can hold. */
  poison: boolean;
};

export function scenarioOf(seed: number): Scenario {
  const dice = createDice(seed);
  return {
    seed,
    clients: 1 + dice.below(5),
    requests: 20 + dice.below(100),
    fatShare: dice.oneOf([0, 0, 0.1, 0.4]),
    fatBytes: dice.oneOf([10_000, 60_000, 200_000]),
    tableUnitsMax: dice.hits(0.2) ? dice.oneOf([5, 40]) : undefined,
    kinesisShards: dice.oneOf([1, 1, 2, 3]),
    pipe: {
      batchSize: dice.oneOf([1, 3, 10, 100, 500]),
      windowSeconds: dice.oneOf([0, 0, 1, 5]),
      lanes: dice.oneOf([1, 2, 4]),
      retries: dice.oneOf([0, 1, 3]),
      bisect: dice.hits(0.7),
      ageSecondsMax: dice.oneOf([-1, -1, -1, 60]),
    },
    firehose: {
      bufferSeconds: dice.oneOf([0, 1, 5, 60]),
      lambdaMegabytes: dice.oneOf([0.2, 0.2, 1, 3]),
      retries: dice.oneOf([0, 1, 3]),
    },
    faultShare: dice.oneOf([0, 0.02, 0.1, 0.25]),
    failedCommitShare: dice.oneOf([0, 0, 0.02]),
    crashes: dice.oneOf([0, 1, 2, 5]),
    pauses: dice.hits(0.3),
    poison: dice.hits(0.15),
  };
}
