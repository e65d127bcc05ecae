/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */

import { statSync } from 'node:fs';
import type { Operation } from '../../ports.ts';
import type { Lake } from './buckets.ts';
import { integer, readInput, text } from './input.ts';
import { ownerOf } from './listing.ts';
import { lakeOperation } from './operation.ts';

const BUCKETS_MAX = 10_000;

export function listBuckets(lake: Lake): Operation {
  return lakeOperation({
    name: 'ListBuckets',
    parse(raw) {
      const input = readInput(raw, ['MaxBuckets', 'ContinuationToken', 'Prefix', 'BucketRegion']);
      const message = 'Argument max-buckets must be an integer between 1 and 10000';
      return {
        bucketsMax: integer(input, 'MaxBuckets', { min: 1, max: BUCKETS_MAX, message }) ?? BUCKETS_MAX,
        after: text(input, 'ContinuationToken') ?? '',
        prefix: text(input, 'Prefix') ?? '',
        region: text(input, 'BucketRegion') ?? lake.ports.region,
      };
    },
    permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
    async run({ bucketsMax, after, prefix, region }) {
      const names = [...lake.buckets.keys()]
        .filter((name) => name > after && name.startsWith(prefix) && region === lake.ports.region)
        .sort();
      const page = names.slice(0, bucketsMax);
      return {
        Buckets: page.map((Name) => ({
          Name,
          CreationDate:
            statSync(`${lake.directory}/${Name}`, { throwIfNoEntry: false })?.birthtime ?? new Date(0),
          BucketRegion: lake.ports.region,
        })),
        Owner: ownerOf(lake),
        ...(names.length > page.length ? { ContinuationToken: page.at(-1) } : {}),
        ...(prefix === '' ? {} : { Prefix: prefix }),
      };
    },
  });
}
