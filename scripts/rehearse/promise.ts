/**
 * A rehearsal is a list of promises, each kept or not: a sentence, what was seen, and how long it took. Whoever runs
 * one gets a line for it as soon as it is known.
 */

import assert from 'node:assert/strict';

export type Promised = {
  /** The part of the rehearsal: what `--only` names. */
  part: string;
  /** What is promised, as a sentence. */
  promise: string;
  /** Answers with what was seen; throws when the promise does not hold. */
  see: () => Promise<string>;
  /** Later promises of its part rest on this one. */
  needed?: true;
};

export type Outcome = {
  part: string;
  promise: string;
  seconds: number;
} & (
  | { kind: 'kept'; seen: string }
  | { kind: 'broken'; reason: string }
  | { kind: 'not-tried'; because: string }
);

/** In order. After a broken promise on which others rest they are not tried: their failures would say nothing new. */
export async function tryEach(
  promises: readonly Promised[],
  tell: (outcome: Outcome) => void,
  clock: () => number = () => performance.now(),
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let brokenBefore: string | undefined;
  for (const { part, promise, see, needed } of promises) {
    const began = clock();
    const seconds = () => (clock() - began) / 1000;
    let outcome: Outcome;
    if (brokenBefore !== undefined)
      outcome = { part, promise, seconds: 0, kind: 'not-tried', because: `it rests on: ${brokenBefore}` };
    else
      try {
        const seen = await see();
        outcome = { part, promise, seconds: seconds(), kind: 'kept', seen };
      } catch (error) {
        outcome = { part, promise, seconds: seconds(), kind: 'broken', reason: (error as Error).message };
        if (needed) brokenBefore = promise;
      }
    outcomes.push(outcome);
    tell(outcome);
  }
  return outcomes;
}

/** For a promise's own checks: the sentence is what a person reads when it does not hold. */
export function check(holds: boolean, otherwise: string): asserts holds {
  assert.ok(holds, otherwise);
}
