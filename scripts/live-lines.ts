/** One line a hop, redrawn in place on a terminal; without one, a plain line now and then. */

import type { HopStatus } from '../local/ports.ts';
import { HOPS, type HopName } from '../schemas/hops.ts';
import { paint } from './command.ts';

export type Statuses = Record<HopName, HopStatus>;

const REDRAW_MS = 500;
const PLAIN_LINE_MS = 5_000;

export type LiveLines = {
  /** Prints a line of its own above the picture. */
  say(line: string): void;
  /** Leaves the last picture standing. */
  end(): void;
};

/** Shows `status()` until it is ended. */
export function showLiveLines(
  status: () => Statuses,
  headline: () => string,
  out: NodeJS.WriteStream,
): LiveLines {
  if (!out.isTTY) {
    const timer = setInterval(() => out.write(`${plainLine(status(), headline())}\n`), PLAIN_LINE_MS);
    return { say: (line) => void out.write(`${line}\n`), end: () => clearInterval(timer) };
  }
  let drawn = 0;
  const draw = (above: string[] = []) => {
    const lines = picture(status(), headline());
    out.write(
      `${drawn > 0 ? `\u001b[${drawn}A` : ''}${[...above, ...lines].map((line) => `\u001b[2K${line}\n`).join('')}`,
    );
    drawn = lines.length;
  };
  draw();
  const timer = setInterval(() => draw(), REDRAW_MS);
  return {
    say: (line) => draw([line]),
    end() {
      clearInterval(timer);
      draw();
    },
  };
}

/** The table of hops, one string a line. */
export function picture(statuses: Statuses, headline: string): string[] {
  const header = `${'hop'.padEnd(10)}${['in', 'out', 'waiting', 'lag', 'failed'].map((name) => name.padStart(11)).join('')}`;
  return [headline, paint('dim', header), ...HOPS.map(({ name }) => hopLine(name, statuses[name]))];
}

function hopLine(name: HopName, status: HopStatus): string {
  const lag = status.lagMs === undefined ? '' : duration(status.lagMs);
  const failed = status.failed === 0 ? ''.padStart(11) : paint('red', count(status.failed).padStart(11));
  const numbers = [
    count(status.in),
    count(status.out),
    status.waiting === 0 ? '' : count(status.waiting),
    lag,
  ];
  return `${paint('cyan', name.padEnd(10))}${numbers.map((text) => text.padStart(11)).join('')}${failed}`.trimEnd();
}

function plainLine(statuses: Statuses, headline: string): string {
  const hops = HOPS.map(({ name }) => {
    const { in: taken, out, waiting, failed } = statuses[name];
    return `${name} ${taken}/${out}${waiting > 0 ? ` waiting ${waiting}` : ''}${failed > 0 ? ` FAILED ${failed}` : ''}`;
  });
  return `${headline}  ${hops.join('  ')}`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `850 ms`, `12.3 s`, `4 min`: as precise as anyone reads it. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
}
