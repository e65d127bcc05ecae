/**
 * Terraform's `${…}` text, as far as CDKTF writes it: references to attributes, and text around them. A function
 * call or an operator is an EngineError, because guessing its value would run another stack than the one deployed.
 */

import { EngineError } from '../aws-error.ts';

/** `${aws_x.y.list[0].attr}` as ['aws_x', 'y', 'list', 0, 'attr']. */
export type Reference = (string | number)[];
export type Piece = { kind: 'text'; text: string } | { kind: 'reference'; path: Reference };

const REFERENCE = /^[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*)|\[(?:\d+|\*|"[^"\]]+")\])+$/;

/** Splits a string into text and references; `$${` is a literal `${`, as in Terraform. */
export function parseTemplate(template: string, address: string): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  while (at < template.length) {
    if (template.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (template.startsWith('%{', at) && !template.startsWith('%%{', at)) {
      throw unsupported(template, address);
    } else if (template.startsWith('${', at)) {
      const end = template.indexOf('}', at);
      const source = end < 0 ? template.slice(at + 2) : template.slice(at + 2, end).trim();
      if (end < 0 || !REFERENCE.test(source)) throw unsupported(template.slice(at), address);
      if (text) pieces.push({ kind: 'text', text });
      text = '';
      pieces.push({ kind: 'reference', path: parseReference(source) });
      at = end + 1;
    } else text += template[at++];
  }
  if (text || pieces.length === 0) pieces.push({ kind: 'text', text });
  return pieces;
}

function parseReference(source: string): Reference {
  const parts = source.match(/[\w-]+|\*|"[^"]+"/g) ?? [];
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('"', '')));
}

function unsupported(source: string, address: string): EngineError {
  return new EngineError(
    `${address}: the engine cannot evaluate ${JSON.stringify(source)}; it resolves references such as \${aws_x.y.arn}, not functions or operators.`,
    'Compute the value in TypeScript before synthesis, so that the stack holds a literal or a plain reference.',
  );
}
