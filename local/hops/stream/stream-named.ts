/** The stream of that ARN, or AWS's sentence that there is none. */

import { AwsError } from '../../aws-error.ts';
import { describedStream, type StreamDescription } from '../../store/changes.ts';
import type { Read } from '../../store/store.ts';

export function streamNamed(read: Read, arn: string): StreamDescription {
  const stream = describedStream(read, arn);
  if (stream) return stream;
  throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
}
