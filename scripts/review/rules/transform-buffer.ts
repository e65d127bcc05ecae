/** How much Firehose gives the transform at once, against what one call of a Lambda takes. */

import { cannotTell, shown, UNKNOWN } from '../change.ts';
import { processorAfter, processorBefore } from '../processor.ts';
import type { Rule } from '../rule.ts';

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
const MEGABYTES_MAX = 3;
const MEGABYTES_MIN = 0.2;
const BUFFER = 'BufferSizeInMBs';
const BASE64 = 4 / 3;

export const TRANSFORM_BUFFER: Rule = {
  name: 'transform-buffer',
  looksAt: "The transform's buffer hint, against the 6 MB that one call of a Lambda takes.",
  types: ['aws_kinesis_firehose_delivery_stream'],
  judge(change) {
    const after = processorAfter(change);
    const before = processorBefore(change);
    if (after.kind !== 'lambda') return [];
    const hint = after.parameters.get(BUFFER);
    if (before.kind === 'lambda' && before.parameters.get(BUFFER) === hint && change.action !== 'replace')
      return [];
    // Absent is AWS's default, 1 MB.
    if (hint === undefined || hint === null) return [];
    if (hint === UNKNOWN) return [cannotTell("The transform's buffer", 'block')];
    const megabytes = Number(hint);
    if (megabytes >= MEGABYTES_MIN && megabytes <= MEGABYTES_MAX) return [];
    return [
      {
        severity: 'block',
        sentence:
          megabytes > MEGABYTES_MAX
            ? `Firehose gives the transform up to ${megabytes} MB at once. In base64 that is ${(megabytes * BASE64).toFixed(1)} MB, and with the names around each record a full batch can cross the 6 MB that a Lambda call takes: the batch fails, and its orders lie under errors/ instead of in the lake. AWS takes 0.2 to 3.`
            : `The transform's buffer is ${shown(hint)} MB, and AWS takes 0.2 to 3: the apply would fail.`,
        nextStep: 'Stay between 0.2 and 3 MB; a larger buffer gains nothing.',
      },
    ];
  },
};
