/**
 * What runs behind an endpoint, found by asking it: the table of orders, the crawler with its database, the workgroup.
 * `npm start` uses it because a stack of its user's own (`--stack`) has names of its own.
 */

import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCrawlersCommand, GlueClient } from '@aws-sdk/client-glue';
import { IN_FLIGHT_MAX } from './write-orders.ts';

export type ClientSettings = {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};

export type Clients = { dynamodb: DynamoDBClient; glue: GlueClient; athena: AthenaClient };

export type Pipeline = {
  /** The table that orders are written to; absent when no table has `orderid` (a string) as its whole key. */
  table?: string;
  crawler?: { name: string; database: string /** Where it looks: `s3://bucket/prefix/`. */; target: string };
  workGroup?: string;
};

export function createClients(settings: ClientSettings): Clients {
  return {
    // A connection for each write in flight: with the SDK's 50 the others would queue where nobody sees them.
    dynamodb: new DynamoDBClient({
      ...settings,
      requestHandler: { httpAgent: { maxSockets: IN_FLIGHT_MAX } },
    }),
    glue: new GlueClient(settings),
    athena: new AthenaClient(settings),
  };
}

export function closeClients({ dynamodb, glue, athena }: Clients): void {
  for (const client of [dynamodb, glue, athena]) client.destroy();
}

export async function discover(clients: Clients): Promise<Pipeline> {
  const [table, crawler, workGroup] = await Promise.all([
    orderTable(clients.dynamodb),
    firstCrawler(clients.glue),
    firstWorkGroup(clients.athena),
  ]);
  return {
    ...(table ? { table } : {}),
    ...(crawler ? { crawler } : {}),
    ...(workGroup ? { workGroup } : {}),
  };
}

async function orderTable(client: DynamoDBClient): Promise<string | undefined> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const [key, ...rest] = Table?.KeySchema ?? [];
    const isText = Table?.AttributeDefinitions?.some(
      (each) => each.AttributeName === 'orderid' && each.AttributeType === 'S',
    );
    if (key?.AttributeName === 'orderid' && rest.length === 0 && isText) return TableName;
  }
  return undefined;
}

async function firstCrawler(client: GlueClient): Promise<Pipeline['crawler']> {
  const { Crawlers = [] } = await client.send(new GetCrawlersCommand({}));
  const [crawler] = Crawlers;
  const target = crawler?.Targets?.S3Targets?.[0]?.Path;
  if (!crawler?.Name || !crawler.DatabaseName || !target) return undefined;
  return { name: crawler.Name, database: crawler.DatabaseName, target };
}

/** The stack's own; `primary` is every account's. */
async function firstWorkGroup(client: AthenaClient): Promise<string | undefined> {
  const { WorkGroups = [] } = await client.send(new ListWorkGroupsCommand({}));
  const names = WorkGroups.flatMap(({ Name }) => (Name ? [Name] : []));
  return names.find((name) => name !== 'primary') ?? names[0];
}
