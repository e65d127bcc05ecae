/** Seeded chance of the simulation itself. The engine draws from a chance of its own, so that neither disturbs the other. */

export type Dice = {
  /** A whole number from 0 to `sides` - 1. */
  below(sides: number): number;
  /** Whether something of this probability happens now. */
  hits(probability: number): boolean;
  oneOf<T>(list: readonly T[]): T;
};

const WORD = 2 ** 32;

export function createDice(seed: number): Dice {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  /** Mulberry32: small, fast, and the same everywhere. */
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / WORD;
  }
  const below = (sides: number): number => Math.floor(fraction() * sides);
  return {
    below,
    hits: (probability) => fraction() < probability,
    oneOf: <T>(list: readonly T[]) => list[below(list.length)] as T,
  };
}
