/** A lake in memory, and a crawler over it that a test steps by hand: for this room's tests alone. */

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { AwsError } from '../../aws-error.ts';
import type { OpenPart } from '../../ports.ts';
import { catalog } from '../../services/catalog/catalog.ts';
import {
  ADMINISTRATOR,
  openPart,
  standIn,
  type TestPorts,
  testPorts,
  testStack,
} from '../../testing/ports.ts';
import { crawler } from './crawler.ts';

type Stored = { bytes: Buffer; modified: Date };
export type Table = {
  Name: string;
  VersionId: string;
  Parameters: Record<string, string>;
  PartitionKeys: { Name: string; Type: string }[];
  StorageDescriptor: {
    Columns: { Name: string; Type: string }[];
    Location?: string;
    Parameters?: Record<string, string>;
  };
};
export type Partition = {
  Values: string[];
  Parameters: Record<string, string>;
  StorageDescriptor: Table['StorageDescriptor'];
};
export type CrawlerView = { State: string; LastCrawl?: { Status: string; ErrorMessage?: string } };

/** Objects of a page of the stand-in's ListObjectsV2: few, so that paging is always taken. */
const KEYS_PER_PAGE = 3;

export function json(...records: object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

export function lake(...blocks: Record<string, unknown>[]) {
  const ports = testPorts();
  const objects = new Map<string, Stored>();
  const reads: string[] = [];
  const events: Record<string, string>[] = [];
  ports.register({ operations: s3(objects, reads) });
  ports.register({
    operations: [
      standIn('events', 'PutEvents', ({ Entries }: { Entries: { Detail: string }[] }) => {
        events.push(...Entries.map(({ Detail }) => JSON.parse(Detail) as Record<string, string>));
        return { FailedEntryCount: 0, Entries: [] };
      }),
    ],
  });
  openPart(
    catalog,
    testStack({
      'aws_glue_catalog_database.sales': { name: 'sales' },
      'aws_glue_classifier.list': { name: 'list', json_classifier: { json_path: '$[*]' } },
    }),
    ports,
  );
  const open = () => openCrawlers(ports, blocks);
  let part = open();
  const glue = <O>(operation: string, input: object) =>
    ports.call<O>(ADMINISTRATOR, 'glue', operation, input);
  const step = async () => part.movers?.[0]?.step();
  return {
    ports,
    reads,
    events,
    glue,
    step,
    put(key: string, content: string | Buffer) {
      const bytes = Buffer.from(content);
      objects.set(key, { bytes, modified: new Date(ports.clock.now()) });
    },
    putGzip(key: string, content: string) {
      objects.set(key, { bytes: gzipSync(content), modified: new Date(ports.clock.now()) });
    },
    remove: (key: string) => void objects.delete(key),
    /** As after a crash: what was in memory is gone. */
    reopen() {
      part = open();
    },
    status: () => part.status?.(ports.store),
    async crawl() {
      await glue('StartCrawler', { Name: 'c' });
      await step();
      await step();
      return (await glue<{ Crawler: CrawlerView }>('GetCrawler', { Name: 'c' })).Crawler;
    },
    async tables() {
      return (await glue<{ TableList: Table[] }>('GetTables', { DatabaseName: 'sales' })).TableList;
    },
    async partitions(TableName: string) {
      const input = { DatabaseName: 'sales', TableName };
      return (await glue<{ Partitions: Partition[] }>('GetPartitions', input)).Partitions;
    },
    cleanUp: () => ports.cleanUp(),
  };
}

export type Lake = ReturnType<typeof lake>;

function openCrawlers(ports: TestPorts, blocks: Record<string, unknown>[]): OpenPart {
  const defaults = {
    name: 'c',
    role: 'crawler-role',
    database_name: 'sales',
    s3_target: [{ path: 's3://lake/orders/' }],
  };
  const resources = (blocks.length > 0 ? blocks : [{}]).map((block, index) => [
    `aws_glue_crawler.c${index}`,
    { ...defaults, ...block },
  ]);
  return openPart(crawler, testStack(Object.fromEntries(resources)), ports);
}

function s3(objects: Map<string, Stored>, reads: string[]) {
  type List = { Bucket: string; Prefix?: string; ContinuationToken?: string };
  return [
    standIn('s3', 'ListObjectsV2', ({ Bucket, Prefix = '', ContinuationToken = '' }: List) => {
      if (Bucket !== 'lake') throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
      const keys = [...objects.keys()]
        .sort()
        .filter((key) => key.startsWith(Prefix) && key > ContinuationToken);
      const page = keys.slice(0, KEYS_PER_PAGE);
      return {
        Contents: page.map((Key) => {
          const { bytes, modified } = objects.get(Key) as Stored;
          const ETag = createHash('md5').update(bytes).digest('hex');
          return { Key, Size: bytes.length, ETag, LastModified: modified };
        }),
        IsTruncated: keys.length > page.length,
        NextContinuationToken: page[page.length - 1],
      };
    }),
    standIn('s3', 'GetObject', ({ Key }: { Key: string }) => {
      const stored = objects.get(Key);
      if (!stored) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      reads.push(Key);
      return { Body: Readable.from([stored.bytes]) };
    }),
  ];
}
