/** How long changes took, counted in buckets that each are two per cent wider than the one before. */

export type Lags = {
  add(seconds: number, count: number): void;
  /** The lag that a share of the changes did not exceed; 0 when there were none. */
  quantile(share: number): number;
  highest(): number;
  mean(): number;
  count(): number;
};

const LEAST_SECONDS = 0.01;
const WIDTH = Math.log(1.02);
/** Up to four days. */
const BUCKETS = Math.ceil(Math.log((4 * 86_400) / LEAST_SECONDS) / WIDTH);

export function countLags(): Lags {
  const buckets = new Float64Array(BUCKETS);
  let total = 0;
  let seconds = 0;
  let highest = 0;
  return {
    add(lag, count) {
      const bucket = Math.floor(Math.log(Math.max(lag, LEAST_SECONDS) / LEAST_SECONDS) / WIDTH);
      const index = Math.min(BUCKETS - 1, bucket);
      buckets[index] = (buckets[index] as number) + count;
      total += count;
      seconds += lag * count;
      highest = Math.max(highest, lag);
    },
    quantile(share) {
      let left = total * share;
      for (let bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
        left -= buckets[bucket] as number;
        if (left <= 0) return Math.min(highest, LEAST_SECONDS * Math.exp((bucket + 1) * WIDTH));
      }
      return highest;
    },
    highest: () => highest,
    mean: () => (total === 0 ? 0 : seconds / total),
    count: () => total,
  };
}
