/** What lies under an `s3://bucket/prefix` address, all pages of it. */

import { ListObjectsV2Command, NoSuchBucket, type S3Client } from '@aws-sdk/client-s3';

/** When each object was written, milliseconds since the epoch, by its address; nothing lies in a bucket that is not. */
export async function objectsUnder(client: S3Client, address: string): Promise<Map<string, number>> {
  const [, , Bucket = '', ...prefix] = address.split('/');
  const objects = new Map<string, number>();
  let ContinuationToken: string | undefined;
  do {
    const page = await client
      .send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: prefix.join('/'),
          ...(ContinuationToken ? { ContinuationToken } : {}),
        }),
      )
      .catch((error) => {
        if (error instanceof NoSuchBucket) return undefined;
        throw error;
      });
    if (!page) return objects;
    for (const { Key, LastModified } of page.Contents ?? [])
      objects.set(`s3://${Bucket}/${Key}`, LastModified?.getTime() ?? 0);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return objects;
}
