/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */

import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checkRead } from './conditions.ts';
import { noSuchKey } from './errors.ts';
import { findObject } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { readRange } from './range.ts';
import { parseRead, readOutput, readPermissions } from './read-object.ts';

export function headObject(lake: Lake): Operation {
  return lakeOperation({
    name: 'HeadObject',
    parse: (raw) => parseRead(lake, raw),
    permissions: readPermissions,
    async run(input) {
      bucketOf(lake, input.bucket);
      const object = await findObject(lake, input.bucket, input.key);
      if (!object) throw noSuchKey(input.key);
      checkRead(input.conditions, object);
      return readOutput(object, input, readRange(input.range, object.description.size));
    },
  });
}
