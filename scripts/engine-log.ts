/** Where the engine's own voice goes when a script runs it. */

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../local/ports.ts';
import { paint } from './command.ts';

/** The engine's own voice goes to a file, so that it does not tear the picture; errors are shown as well. */
export function engineLog(dataDirectory: string): Ports['log'] {
  return (level: 'info' | 'warn' | 'error', message: string, about: Record<string, unknown> = {}): void => {
    const line = JSON.stringify({ at: new Date().toISOString(), level, message, ...about });
    mkdirSync(join(dataDirectory, 'logs'), { recursive: true });
    appendFileSync(join(dataDirectory, 'logs', 'engine.log'), `${line}\n`);
    if (level === 'error')
      process.stderr.write(
        `${paint('red', 'engine')} ${[message, about['reason']].filter(Boolean).join(': ')}\n`,
      );
  };
}
