/** Texts from elsewhere made short enough for a line, never cut within a character. */

/** At most `max` UTF-16 units and the mark that more stood there. */
export function shorten(text: string, max: number): string {
  return text.length > max ? `${wellFormed(text.slice(0, max))}…` : wellFormed(text);
}

/** Half a character, as a hostile value holds or a cut leaves, is no text that can be sent. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
