/**
 * Texts from elsewhere as GitHub's markdown, so that they show as what they are and nothing else: no markup, no HTML, no
 * link, no mention that would ping somebody, no reference that would write into another issue, no character that turns
 * the direction of reading. Whatever a plan, a finding or an error holds goes through `code` or `prose`, or is not shown;
 * neither belongs into a table, whose cells are cut at bars before anything else is looked at.
 * https://github.github.com/gfm/
 */

import { shorten } from './shorten.ts';

/** Longer than any address of a stack that passed the gate. */
const CODE_CHARACTERS_MAX = 1_000;
const PROSE_CHARACTERS_MAX = 2_000;

/** Breaks a word for a program and not for a reader. */
const ZERO_WIDTH_SPACE = '\u200B';

/** An address or a value as a code span, in which GitHub looks for nothing. */
export function code(text: string): string {
  const plain = oneLine(shorten(text, CODE_CHARACTERS_MAX));
  if (plain === '') return '` `';
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A backtick at the edge would lengthen the fence; of a space at both edges GitHub takes one away.
  const edge = /^`|`$/.test(plain) ? ' ' : '';
  return fence + edge + plain + edge + fence;
}

/** A sentence within a paragraph or a list. */
export function prose(text: string): string {
  return oneLine(shorten(text, PROSE_CHARACTERS_MAX))
    .replace(/[\\`*_{}[\]|~^!]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/^([-+=]|\d+(?=[.)]))/, (begin) =>
      /\d/.test(begin) ? `${begin}${ZERO_WIDTH_SPACE}` : `\\${begin}`,
    )
    .replaceAll('$', '<span>$</span>')
    .replaceAll('#', `\\#${ZERO_WIDTH_SPACE}`)
    .replaceAll('@', `@${ZERO_WIDTH_SPACE}`)
    .replaceAll('://', `:${ZERO_WIDTH_SPACE}//`)
    .replace(/\b(www)\.|\b(GH)-/gi, (found) => `${found.slice(0, -1)}${ZERO_WIDTH_SPACE}${found.slice(-1)}`);
}

/** Line breaks and control characters as a space; what is invisible or turns text round as its number. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(
      /[\p{Cf}\u115F\u1160\u3164\uFFA0]/gu,
      (each) => `(U+${each.codePointAt(0)?.toString(16).toUpperCase()})`,
    )
    .trim();
}
