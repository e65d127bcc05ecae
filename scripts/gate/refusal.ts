/** How the gate says no: always blocking, always with an address, and never with a hostile file's text unaltered. */

import type { Finding } from '../finding.ts';

const SHOWN_CHARACTERS_MAX = 80;

export function refusal(
  rule: `gate-${string}`,
  address: string,
  sentence: string,
  nextStep = 'Remove it. What a stack may hold stands in scripts/gate/allowed.ts, and why in docs/decisions/own-gate.md.',
): Finding {
  return { rule, severity: 'block', address: shown(address), sentence, nextStep };
}

/** A text of the file as it may stand in a log or a comment: one line of printable ASCII, cut when long. */
export function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/gu, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
  return plain.length > SHOWN_CHARACTERS_MAX ? `${plain.slice(0, SHOWN_CHARACTERS_MAX)}...` : plain;
}
