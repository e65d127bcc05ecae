/**
 * Ctrl-C in the middle of a run. While k6 writes, it ends the load and what was acknowledged is still looked for; at any
 * other time, or the second time, the command is left at once, and no report is written.
 */

const EXIT_INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export type Interrupts = {
  /** From now on the first Ctrl-C does this; with nothing, it leaves. */
  means(first: (() => void) | undefined): void;
  end(): void;
};

export function interrupts(say: (line: string) => void): Interrupts {
  let first: (() => void) | undefined;
  function heard(): void {
    const then = first;
    first = undefined;
    if (then) {
      then();
      return;
    }
    say('left before the end: no report was written; orders that were acknowledged are in the table');
    // Whoever started k6 ends it when this process exits.
    process.exit(EXIT_INTERRUPTED);
  }
  for (const signal of SIGNALS) process.on(signal, heard);
  return {
    means(next) {
      first = next;
    },
    end() {
      for (const signal of SIGNALS) process.off(signal, heard);
    },
  };
}
