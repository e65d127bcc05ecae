/**
 * One measured figure, and what it is held against: a limit that we set ourselves, or a rival measured in the same
 * run, so that the machine cancels out.
 */

export type Figure = {
  what: string;
  ours: number;
  unit: string;
  against: { kind: 'at least' | 'at most'; value: number; source: string } | { kind: 'for information' };
  /** What else is worth knowing of how it came about. */
  note?: string;
};

/** A benchmark: its name on the command line, and what it measures. */
export type Benchmark = { name: string; about: string; run(say: (line: string) => void): Promise<Figure[]> };

export function isReached({ ours, against }: Figure): boolean | undefined {
  switch (against.kind) {
    case 'at least':
      return ours >= against.value;
    case 'at most':
      return ours <= against.value;
    case 'for information':
      return undefined;
  }
}

/** Ours by the rival's or by the limit. */
export function ratioOf({ ours, against }: Figure): number | undefined {
  return against.kind === 'for information' ? undefined : ours / against.value;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that at least `share` of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
