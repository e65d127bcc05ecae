/** Chance from a seed: the same seed gives the same event, slice by slice. Nothing here reads the real one. */

export type Chance = {
  /** How many of `count` fall where one in `1 / share` does: binomial, by its normal approximation when there are many. */
  share(count: number, share: number): number;
  /** How many come when `mean` are expected: Poisson. */
  arrivals(mean: number): number;
};

const FEW = 30;

export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  let spare: number | undefined;

  /** mulberry32. */
  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Box and Muller's pair; the second is kept for the next call. */
  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  function arrivals(mean: number): number {
    if (mean > FEW) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const least = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > least; product *= uniform()) count++;
    return count;
  }

  return {
    arrivals,
    share(count, share) {
      if (share >= 1) return count;
      const mean = count * share;
      if (mean > FEW) return clamp(Math.round(mean + Math.sqrt(mean * (1 - share)) * normal()), count);
      if (count <= FEW) {
        let hits = 0;
        for (let i = 0; i < count; i++) if (uniform() < share) hits++;
        return hits;
      }
      return Math.min(count, arrivals(mean));
    },
  };
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
