/**
 * Which bucket a name means, and what is lost with a file of it. A bucket that is not known by its name is taken for
 * the lake: better one question too many.
 */

import { BASE_NAMES } from '../../stacks/names.ts';
import type { Severity } from '../finding.ts';
import type { Plan, ResourceChange } from '../terraform/plan-json.ts';
import { was } from './change.ts';

export function isResults(bucket: string): boolean {
  return bucket === BASE_NAMES.results || bucket.startsWith(`${BASE_NAMES.results}-`);
}

/** How grave a loss in that place is. Results can be had again by asking again. */
export function bucketWord(bucket: string, prefix: string): { severity: Severity; files: string } {
  if (isResults(bucket)) return { severity: 'note', files: 'query results' };
  if (prefix.startsWith('errors/')) return { severity: 'warn', files: 'failed records' };
  return { severity: 'block', files: 'orders' };
}

/** A bucket's setting that goes because its bucket goes says nothing of its own. */
export function goesWithItsBucket(change: ResourceChange, plan: Plan): boolean {
  return plan.changes.some(
    ({ type, action, before }) =>
      type === 'aws_s3_bucket' && action === 'delete' && before?.['bucket'] === was(change, 'bucket'),
  );
}
