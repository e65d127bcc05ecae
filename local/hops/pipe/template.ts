/**
 * A pipe's input template: JSON with `<$.path>` where a part of the record goes. Outside of quotes the part is written
 * as JSON, inside of quotes as text; a path that the record does not have is written as an empty text, or null.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */

import { compilePath, type JsonPath } from '../../event-pattern/json-path.ts';

/** Makes the target's input from the record. */
export type Template = (record: unknown) => string;

type Piece = { kind: 'text'; text: string } | { kind: 'path'; path: JsonPath; quoted: boolean };

/** Answers a sentence that says why, when the engine does not take the template. */
export function compileTemplate(text: string): Template | string {
  const pieces: Piece[] = [];
  let quoted = false;
  for (const part of text.split(/(<[^<>]*>)/)) {
    const variable = /^<(.*)>$/.exec(part)?.[1]?.trim();
    if (variable?.startsWith('aws.')) return `the engine has no reserved variable <${variable}>.`;
    const path = variable?.startsWith('$') ? compilePath(variable) : undefined;
    if (variable?.startsWith('$') && !path) return `<${variable}> is no path that the engine knows.`;
    if (path) pieces.push({ kind: 'path', path, quoted });
    else {
      pieces.push({ kind: 'text', text: part });
      quoted = quotedAfter(part, quoted);
    }
  }
  const render: Template = (record) => pieces.map((piece) => write(piece, record)).join('');
  try {
    JSON.parse(render({}));
  } catch {
    return 'the engine takes templates that are JSON once their paths are filled in.';
  }
  return render;
}

function write(piece: Piece, record: unknown): string {
  if (piece.kind === 'text') return piece.text;
  const value = piece.path(record);
  if (!piece.quoted) return JSON.stringify(value ?? null);
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** Whether a JSON string is open at the end of `text`. */
function quotedAfter(text: string, before: boolean): boolean {
  let quoted = before;
  for (const [found] of text.matchAll(/\\.|"/g)) if (found === '"') quoted = !quoted;
  return quoted;
}
