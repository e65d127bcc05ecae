/**
 * What a string of Terraform JSON computes. Every string may be a template, and so may every key; of all that a
 * template can say, one thing is allowed: the attribute of a resource or data source, `${aws_kinesis_stream.kinesis.arn}`.
 * No function, operator, condition, index by name, `var`, `path` or `each`: synth has computed what there was to compute.
 *
 * Terraform takes `$${` and `%%{` for the plain `${` and `%{`. A longer run is plain too, but nobody writes one.
 */

export type Computed =
  | { kind: 'reference'; type: string; data: boolean }
  /** Something else is computed; `why` completes "The string computes …". */
  | { kind: 'other'; why: string };

const OPENING = /(\$+|%+)\{/g;
const REFERENCE =
  /\s*(?<data>data\.)?(?<type>[a-z][a-z0-9_]*)\.[A-Za-z_][A-Za-z0-9_-]*(?:\.[a-z_][a-z0-9_]*|\[\d+\])+\s*\}/y;
const SNIPPET_CHARACTERS = 60;

export function computedIn(text: string): Computed[] {
  return [...text.matchAll(OPENING)].flatMap((found) => {
    const marks = found[1] ?? '';
    const snippet = text.slice(found.index, found.index + SNIPPET_CHARACTERS);
    if (marks.length === 2) return [];
    if (marks.length > 2) return [{ kind: 'other', why: `what few could tell: ${snippet}` }];
    if (marks === '%') return [{ kind: 'other', why: `a directive: ${snippet}` }];
    return [expression(text, found.index + 2, snippet)];
  });
}

function expression(text: string, start: number, snippet: string): Computed {
  REFERENCE.lastIndex = start;
  const { type, data } = REFERENCE.exec(text)?.groups ?? {};
  if (type) return { kind: 'reference', type, data: data !== undefined };
  const call = /^[\s~(!-]*([A-Za-z_][\w:-]*)\s*\(/.exec(text.slice(start, start + SNIPPET_CHARACTERS))?.[1];
  return {
    kind: 'other',
    why: call ? `a call of ${call}(): ${snippet}` : `more than a reference: ${snippet}`,
  };
}
