/** Where the engine's own voice goes when a script runs it. */

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../local/ports.ts';
import { paint } from './command.ts';

/** The same sentence again within this time says nothing new to whoever watches; the file has them all. */
const REPEAT_MS = 10_000;

/**
 * The engine's own voice goes to a file, so that it does not tear the picture; errors are shown as well. A file that
 * cannot be written (a full disk) is said like any other trouble and stops nothing.
 */
export function engineLog(
  dataDirectory: string,
  show: (line: string) => void = (line) => void process.stderr.write(line),
  now: () => number = Date.now,
): Ports['log'] {
  const shownAt = new Map<string, number>();

  function showOnce(sentence: string): void {
    const last = shownAt.get(sentence);
    if (last !== undefined && now() - last < REPEAT_MS) return;
    shownAt.delete(sentence);
    shownAt.set(sentence, now());
    for (const [each, at] of shownAt) if (now() - at >= REPEAT_MS) shownAt.delete(each);
    show(`${paint('red', 'engine', process.stderr)} ${sentence}\n`);
  }

  return (level, message, about = {}) => {
    const line = JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...about });
    try {
      mkdirSync(join(dataDirectory, 'logs'), { recursive: true });
      appendFileSync(join(dataDirectory, 'logs', 'engine.log'), `${line}\n`);
    } catch (error) {
      showOnce(
        `its log cannot be written (${(error as NodeJS.ErrnoException).code}); free space on the disk of ${dataDirectory}: ` +
          'what was acknowledged is kept, and the engine goes on by itself.',
      );
    }
    if (level === 'error') showOnce([message, about['reason']].filter(Boolean).join(': '));
  };
}
