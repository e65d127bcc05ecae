/**
 * What a query may read, asked as the principal that runs it: tables and partitions from the Glue catalog, files from
 * S3. A right that is missing fails the query, as it does on AWS.
 */

import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import { objectPath } from '../../store/files.ts';
import type { GlueTable, TableFile } from './external-table.ts';
import { QueryError } from './query-error.ts';

export type Lookup = {
  /** undefined when the catalog has no such table or database. */
  table(schema: string, name: string): Promise<GlueTable | undefined>;
  hasSchema(schema: string): Promise<boolean>;
  /** The files under the table's location, or under its registered partitions. */
  files(table: GlueTable): Promise<TableFile[]>;
};

type Partition = { Values: string[]; StorageDescriptor?: { Location?: string } };
type Listing = {
  Contents?: { Key: string; Size: number; LastModified: Date; ETag: string }[];
  NextContinuationToken?: string;
};

export function createLookup(ports: Ports, principal: Principal): Lookup {
  const call = <O>(service: 'glue' | 's3', operation: string, input: unknown) =>
    ports.call<O>(principal, service, operation, input).catch((error: unknown) => {
      throw asQueryError(error);
    });

  async function orUndefined<O>(work: Promise<O>): Promise<O | undefined> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'EntityNotFoundException') return undefined;
      throw asQueryError(error);
    }
  }

  async function partitions({ DatabaseName, Name }: GlueTable): Promise<Partition[]> {
    const all: Partition[] = [];
    let token: string | undefined;
    do {
      const page = await call<{ Partitions?: Partition[]; NextToken?: string }>('glue', 'GetPartitions', {
        DatabaseName,
        TableName: Name,
        ...(token ? { NextToken: token } : {}),
      });
      all.push(...(page.Partitions ?? []));
      token = page.NextToken;
    } while (token);
    return all;
  }

  async function filesUnder(location: string, values: string[]): Promise<TableFile[]> {
    const match = /^s3a?:\/\/([^/]+)\/?(.*)$/.exec(location);
    if (!match)
      throw new QueryError(`HIVE_INVALID_METADATA: The location '${location}' is no s3:// address.`);
    const [, bucket = '', path = ''] = match;
    const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
    const files: TableFile[] = [];
    let token: string | undefined;
    do {
      const page = await call<Listing>('s3', 'ListObjectsV2', {
        Bucket: bucket,
        Prefix: prefix,
        ...(token ? { ContinuationToken: token } : {}),
      });
      for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
        if (Size === 0 || isHidden(Key)) continue;
        files.push({
          path: objectPath(ports.directory('s3'), bucket, Key),
          uri: `s3://${bucket}/${Key}`,
          bytes: Size,
          modifiedAt: LastModified,
          values,
          etag: ETag,
        });
      }
      token = page.NextContinuationToken;
    } while (token);
    return files;
  }

  return {
    async table(schema, name) {
      const found = await orUndefined(
        ports.call<{ Table: GlueTable }>(principal, 'glue', 'GetTable', { DatabaseName: schema, Name: name }),
      );
      return found?.Table;
    },
    async hasSchema(schema) {
      return (
        (await orUndefined(ports.call(principal, 'glue', 'GetDatabase', { Name: schema }))) !== undefined
      );
    },
    async files(table) {
      const location = table.StorageDescriptor?.Location ?? '';
      if ((table.PartitionKeys ?? []).length === 0) return filesUnder(location, []);
      const lists: TableFile[][] = [];
      for (const partition of await partitions(table))
        lists.push(await filesUnder(partition.StorageDescriptor?.Location ?? location, partition.Values));
      return lists.flat();
    },
  };
}

/** Athena skips files whose name begins with `_` or `.` (docs: "Considerations and limitations"). */
function isHidden(key: string): boolean {
  return /^[_.]/.test(key.slice(key.lastIndexOf('/') + 1));
}

/** A refusal of Glue or S3 fails the query in AWS's own words. */
function asQueryError(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return new QueryError(
    `${error.code === 'AccessDeniedException' ? 'PERMISSION_DENIED' : error.code}: ${error.message}`,
  );
}
