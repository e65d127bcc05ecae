/**
 * The part of JsonPath that Glue's custom JSON classifiers know: `$`, `.name`, `['name']`, `[number]`, and `*` in the
 * place of a name or a number (https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html).
 */

import type { Node } from './json.ts';

type Step = { kind: 'name'; name: string } | { kind: 'index'; index: number } | { kind: 'all' };
export type JsonPath = readonly Step[];

const STEP = /\.(?<name>[^.[\]*'"]+)|\.(?<dotStar>\*)|\[(?:(?<index>\d+)|(?<star>\*)|'(?<quoted>[^']*)')\]/y;

/** The path's steps, or undefined when it is not of that part. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  for (let at = 1; at < text.length; ) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) return undefined;
    at = STEP.lastIndex;
    const { name, quoted, index } = match.groups ?? {};
    if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (name !== undefined || quoted !== undefined)
      steps.push({ kind: 'name', name: name ?? quoted ?? '' });
    else steps.push({ kind: 'all' });
  }
  return steps;
}

export function select(path: JsonPath, root: Node): Node[] {
  let nodes = [root];
  for (const step of path) nodes = nodes.flatMap((node) => stepInto(node, step));
  return nodes;
}

function stepInto(node: Node, step: Step): Node[] {
  if (typeof node === 'string') return [];
  switch (step.kind) {
    case 'name':
      return 'fields' in node
        ? node.fields.filter(([name]) => name === step.name).map(([, each]) => each)
        : [];
    case 'index':
      return 'items' in node ? node.items.slice(step.index, step.index + 1) : [];
    case 'all':
      return 'items' in node ? node.items : node.fields.map(([, each]) => each);
  }
}
