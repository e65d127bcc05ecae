/**
 * Reads the text of a cdk.tf.json so that there is one reading of it. JSON.parse keeps the last of two equal keys;
 * Terraform keeps both and makes two blocks of them. A file that means two things is refused before anything is judged.
 * https://github.com/hashicorp/hcl/blob/main/json/spec.md
 */

import type { Finding } from '../finding.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { DEPTH_MAX, STACK_CHARACTERS_MAX } from './allowed.ts';
import { refusal, shown } from './refusal.ts';

/** A stack that may be judged, or a text that is none. */
export type StackText = { kind: 'stack'; stack: JsonObject } | { kind: 'refused'; findings: Finding[] };

const AGAIN = 'Synthesize it again: npm run synth. Nothing of ours writes such a file.';

export function readStack(text: string): StackText {
  const no = (sentence: string, address = 'cdk.tf.json'): StackText => ({
    kind: 'refused',
    findings: [refusal('gate-json', address, sentence, AGAIN)],
  });
  if (text.length > STACK_CHARACTERS_MAX)
    return no(`The stack has ${text.length} characters; ${STACK_CHARACTERS_MAX} are read.`);
  let stack: unknown;
  try {
    stack = JSON.parse(text);
  } catch (error) {
    return no(`The stack is not JSON: ${shown((error as Error).message)}`);
  }
  if (typeof stack !== 'object' || stack === null || Array.isArray(stack))
    return no('The stack is JSON, but no object.');
  const fault = ambiguity(text);
  if (fault) return no(fault.sentence, fault.address);
  return { kind: 'stack', stack: stack as JsonObject };
}

type Level = { keys: Set<string> | undefined; key: string; wantsKey: boolean };

/** The first key that stands twice in its object, or a nesting too deep to follow. The text is known to be JSON. */
function ambiguity(text: string): { sentence: string; address: string } | undefined {
  const levels: Level[] = [];
  const path = (): string => levels.flatMap(({ key }) => key || []).join('.');
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ keys: token === '{' ? new Set() : undefined, key: '', wantsKey: token === '{' });
      if (levels.length > DEPTH_MAX)
        return { sentence: `The stack is nested deeper than ${DEPTH_MAX} levels.`, address: path() };
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level) level.wantsKey = level.keys !== undefined;
    else if (level?.wantsKey && level.keys) {
      level.key = JSON.parse(token) as string;
      level.wantsKey = false;
      if (level.keys.has(level.key))
        return {
          sentence: `The key "${shown(level.key)}" stands twice in one object; Terraform would read both, and this gate one.`,
          address: path(),
        };
      level.keys.add(level.key);
    }
  }
  return undefined;
}
