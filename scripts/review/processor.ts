/**
 * The transform as a delivery stream names it: the processor of type Lambda and its parameters, which AWS keeps as a
 * list of names and texts in no order of its own.
 */

import type { Json, ResourceChange } from '../terraform/plan-json.ts';
import { objects, UNKNOWN, type Unknown, was, willBe } from './change.ts';

const CONFIGURATION = 'extended_s3_configuration.0.processing_configuration';

export type Processor =
  | { kind: 'none' }
  | { kind: 'unknown' }
  | { kind: 'lambda'; parameters: ReadonlyMap<string, Json | Unknown> };

export function processorBefore(change: ResourceChange): Processor {
  return processor((path) => was(change, path));
}

export function processorAfter(change: ResourceChange): Processor {
  return processor((path) => willBe(change, path));
}

type Read = (path: string) => Json | Unknown;

function processor(read: Read): Processor {
  const enabled = read(`${CONFIGURATION}.0.enabled`);
  const processors = read(`${CONFIGURATION}.0.processors`);
  if (enabled === UNKNOWN || processors === UNKNOWN) return { kind: 'unknown' };
  // A processor that was taken out of the stack stays in the plan as one without type and parameters.
  const index = objects(processors).findIndex(({ type }) => type === 'Lambda');
  if (enabled !== true || index === -1) return { kind: 'none' };
  const place = `${CONFIGURATION}.0.processors.${index}.parameters`;
  const entries = objects(read(place)).map(
    (_, at) =>
      [String(read(`${place}.${at}.parameter_name`)), read(`${place}.${at}.parameter_value`)] as const,
  );
  return { kind: 'lambda', parameters: new Map(entries) };
}
