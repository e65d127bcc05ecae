/** One line a hop, redrawn in place on a terminal; without one, a plain line now and then. */

import type { HopStatus } from '../local/ports.ts';
import { HOPS, type HopName } from '../schemas/hops.ts';
import { paint } from './command.ts';

export type Statuses = Record<HopName, HopStatus>;

const REDRAW_MS = 500;
const PLAIN_LINE_MS = 5_000;
/** Of a terminal that does not say. */
const COLUMNS = 80;

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
    const told = new Set<string>();
    const timer = setInterval(() => {
      const now = status();
      out.write(`${plainLine(now, headline())}\n`);
      for (const trouble of troubles(now)) if (!told.has(trouble)) out.write(`  ${trouble}\n`);
      told.clear();
      for (const trouble of troubles(now)) told.add(trouble);
    }, PLAIN_LINE_MS);
    return { say: (line) => void out.write(`${line}\n`), end: () => clearInterval(timer) };
  }
  let drawn = 0;
  const draw = (above: string[] = []) => {
    // A line that wraps would be two, and the next picture would be drawn over the wrong ones.
    const lines = picture(status(), headline()).map((line) => clip(line, out.columns || COLUMNS));
    out.write(
      `${drawn > 0 ? `\u001b[${drawn}A` : ''}${[...above, ...lines].map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`,
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
  return [
    headline,
    paint('dim', header),
    ...HOPS.map(({ name }) => hopLine(name, statuses[name])),
    ...troubles(statuses).map((trouble) => paint('red', trouble)),
  ];
}

/** Why a hop's records do not move, or what became of those it gave up on. */
function troubles(statuses: Statuses): string[] {
  return HOPS.flatMap(({ name }) => {
    const { retrying, failed, lastFailure } = statuses[name];
    if (retrying !== undefined) return [`${name} tries again: ${retrying}`];
    return failed > 0 && lastFailure !== undefined ? [`${name} failed: ${lastFailure}`] : [];
  });
}

/** The first `width` visible characters; what colours are in them stay whole. */
export function clip(text: string, width: number): string {
  let room = width;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with the escape character.
  const pieces = text.split(/(\u001b\[\d+m)/).map((piece, index) => {
    if (index % 2 === 1) return piece;
    const kept = piece.slice(0, Math.max(0, room));
    room -= piece.length;
    return kept;
  });
  return pieces.join('');
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
