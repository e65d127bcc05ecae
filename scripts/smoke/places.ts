/** Where a smoke test looks: the names of an environment's things, and the clients that reach them. */

import type { AthenaClient } from '@aws-sdk/client-athena';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { BASE_NAMES, bucketNameIn, type EnvironmentName, nameIn, ORDERS_TABLE } from '../../stacks/names.ts';

export type Clients = {
  dynamodb: DynamoDBClient;
  s3: S3Client;
  glue: GlueClient;
  athena: AthenaClient;
  sqs: SQSClient;
};

export type Places = {
  table: string;
  bucket: string;
  crawler: string;
  database: string;
  /** What the crawler makes of the lake. */
  crawled: string;
  workGroup: string;
  deadLetters: string;
};

export function placesIn(environment: EnvironmentName, account: string): Places {
  return {
    table: nameIn(environment, BASE_NAMES.table),
    bucket: bucketNameIn(environment, BASE_NAMES.lake, account),
    crawler: nameIn(environment, BASE_NAMES.crawler),
    database: nameIn(environment, BASE_NAMES.database),
    crawled: ORDERS_TABLE,
    workGroup: nameIn(environment, BASE_NAMES.workgroup),
    deadLetters: nameIn(environment, BASE_NAMES.deadLetters),
  };
}
