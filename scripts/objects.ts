/** What lies under an `s3://bucket/prefix` address, all pages of it. */

import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** When each object was written, milliseconds since the epoch, by its address. */
export async function objectsUnder(client: S3Client, address: string): Promise<Map<string, number>> {
  const [, , Bucket = '', ...prefix] = address.split('/');
  const objects = new Map<string, number>();
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: prefix.join('/'),
        ...(ContinuationToken ? { ContinuationToken } : {}),
      }),
    );
    for (const { Key, LastModified } of page.Contents ?? [])
      objects.set(`s3://${Bucket}/${Key}`, LastModified?.getTime() ?? 0);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return objects;
}
