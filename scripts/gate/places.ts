/**
 * Walks a stack value by value and says of each place which address it belongs to, in the words that Terraform and a
 * person use: `aws_sqs_queue.pipe_dead_letters`, `data.aws_caller_identity.account`, `terraform.backend`, `output.x`.
 */

import type { Json, JsonObject } from '../terraform/plan-json.ts';

export type Place = {
  /** From the top of the file: `['resource', 'aws_sqs_queue', 'pipe_dead_letters', 'name']`. */
  path: readonly string[];
  value: Json;
};

/** Every value of the stack, the outermost first, down to `depth` levels. */
export function* placesIn(value: Json, depth: number, path: readonly string[] = []): Generator<Place> {
  yield { path, value };
  if (typeof value !== 'object' || value === null || path.length >= depth) return;
  for (const [key, inner] of Object.entries(value)) yield* placesIn(inner, depth, [...path, key]);
}

export function addressOf(path: readonly string[]): string {
  const [section = 'cdk.tf.json', ...rest] = path;
  if (section === 'resource' && rest.length > 0) return rest.slice(0, 2).join('.');
  return [section, ...rest.slice(0, section === 'data' ? 2 : 1)].join('.');
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The bodies of a block that may be written once, as an object, or several times, as a list of objects. */
export function bodiesOf(value: Json | undefined): readonly JsonObject[] | undefined {
  const bodies = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return bodies.every((body) => isObject(body)) ? bodies : undefined;
}
