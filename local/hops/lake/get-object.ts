/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */

import { Readable } from 'node:stream';
import type { Operation } from '../../ports.ts';
import { bucketOf, type Lake } from './buckets.ts';
import { checkRead } from './conditions.ts';
import { noSuchKey } from './errors.ts';
import { openObject } from './objects.ts';
import { lakeOperation } from './operation.ts';
import { readRange } from './range.ts';
import { parseRead, readOutput, readPermissions } from './read-object.ts';

export function getObject(lake: Lake): Operation {
  return lakeOperation({
    name: 'GetObject',
    parse: (raw) => parseRead(lake, raw),
    permissions: readPermissions,
    async run(input) {
      bucketOf(lake, input.bucket);
      const object = await openObject(lake, input.bucket, input.key);
      if (!object) throw noSuchKey(input.key);
      try {
        checkRead(input.conditions, object);
        const range = readRange(input.range, object.description.size);
        const output = readOutput(object, input, range);
        if (object.description.size === 0) {
          await object.file.close();
          return { ...output, Body: Readable.from([]) };
        }
        const { first, last } = range ?? { first: 0, last: object.description.size - 1 };
        return { ...output, Body: object.file.createReadStream({ start: first, end: last }) };
      } catch (reason) {
        await object.file.close();
        throw reason;
      }
    },
  });
}
