/**
 * One measured figure, and what it is held against: a limit that we set ourselves, or a rival measured in the same
 * run, so that the machine cancels out.
 */

export type Figure = {
  what: string;
  ours: number;
  unit: string;
  against:
    | { kind: 'at least' | 'at most'; value: number; source: string }
    /** Not more than a share of ours away from it. */
    | { kind: 'near'; value: number; source: string; share: number }
    | { kind: 'for information' }
    /** What was measured is no answer to the question, for a reason that the note gives. */
    | { kind: 'not measured' };
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
    case 'near':
      return Math.abs(against.value / ours - 1) <= against.share;
    case 'for information':
    case 'not measured':
      return undefined;
  }
}

/** Ours by the rival's or by the limit. */
export function ratioOf({ ours, against }: Figure): number | undefined {
  return 'value' in against ? ours / against.value : undefined;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that at least `share` of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
