/** Changes that wait, oldest first, as cohorts: how many came at which moment. It knows no hop. */

export type Queue = {
  size(): number;
  /** When the oldest came; undefined when nothing waits. */
  oldest(): number | undefined;
  put(at: number, count: number): void;
  /** Lets go of all that came before that moment, and says how many it were. */
  forget(before: number): number;
  /** Hands out up to `count` of the oldest, cohort by cohort, and says how many it were. */
  take(count: number, each: (at: number, count: number) => void): number;
};

const COMPACT_FROM = 1_024;

export function createQueue(): Queue {
  let moments: number[] = [];
  let counts: number[] = [];
  let head = 0;
  let size = 0;

  function compact(): void {
    if (head < COMPACT_FROM || head * 2 < moments.length) return;
    moments = moments.slice(head);
    counts = counts.slice(head);
    head = 0;
  }

  return {
    size: () => size,
    oldest: () => moments[head],
    put(at, count) {
      if (count <= 0) return;
      size += count;
      const last = moments.length - 1;
      if (last >= head && moments[last] === at) {
        counts[last] = (counts[last] as number) + count;
        return;
      }
      moments.push(at);
      counts.push(count);
    },
    forget(before) {
      let forgotten = 0;
      while (head < moments.length && (moments[head] as number) < before)
        forgotten += counts[head++] as number;
      size -= forgotten;
      compact();
      return forgotten;
    },
    take(count, each) {
      let left = Math.min(count, size);
      const taken = left;
      while (left > 0) {
        const at = moments[head] as number;
        const cohort = counts[head] as number;
        const part = Math.min(left, cohort);
        if (part === cohort) head++;
        else counts[head] = cohort - part;
        left -= part;
        size -= part;
        each(at, part);
      }
      compact();
      return taken;
    },
  };
}
