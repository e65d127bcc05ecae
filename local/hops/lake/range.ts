/** The part of an object that a Range header asks for. S3 gives one range; several, or nonsense, give the whole. */

import { invalidRange } from './errors.ts';

/** Both inclusive. */
export type Range = { first: number; last: number };

export function readRange(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!header || !match || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '') {
    const last = size - 1;
    const count = Math.min(Number(to), size);
    if (count === 0) throw invalidRange(header, size);
    return { first: size - count, last };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return undefined;
  if (first >= size) throw invalidRange(header, size);
  return { first, last };
}
