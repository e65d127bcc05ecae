/**
 * What is live, as the Glue catalog has it, and the stamp by which a view of ours is known again.
 *
 * Athena does not keep the SQL that it is given: ViewOriginalText holds its own formatting of it, without comments
 * (Trino's CreateViewTask formats the parsed query). Comparing texts would find a difference for ever. So the
 * publisher writes three digests beside the view, into its table's parameters: of the SQL in the repository, of what
 * Athena made of it, and of the columns that it was made over. The SQL itself is there too, compressed, so that a plan
 * can show what changed. CREATE OR REPLACE VIEW by anyone writes the parameters
 * anew, without the stamp; an edit through Glue leaves the stamp and a text that does not match it. There is no
 * state but the catalog.
 */

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GetTableCommand,
  GetTablesCommand,
  type GlueClient,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';

export type Stamp = { source: string; stored: string; below: string };

/** Who publishes: the deployed Lambda, or a person from a working copy. */
export type Publisher = 'deployed' | 'person';

/** So many earlier versions of a view are remembered as replaced by a person. */
const REPLACED_MAX = 16;

const PARAMETERS = {
  source: 'published_source_sha256',
  stored: 'published_text_sha256',
  below: 'published_over_sha256',
  /** A parameter holds up to 512,000 bytes: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
  text: 'published_source_gzip',
  /** Digests of the versions that a person replaced by this one. */
  replaced: 'published_instead_of_sha256',
} as const;

/** Every table and view of the database by name. */
export async function liveTables(glue: GlueClient, database: string): Promise<Map<string, Table>> {
  const found = new Map<string, Table>();
  let token: string | undefined;
  do {
    const page = await glue.send(
      new GetTablesCommand({ DatabaseName: database, ...(token ? { NextToken: token } : {}) }),
    );
    for (const table of page.TableList ?? []) found.set(table.Name ?? '', table);
    token = page.NextToken;
  } while (token);
  return found;
}

export async function liveTable(glue: GlueClient, database: string, name: string): Promise<Table> {
  const { Table: table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }));
  if (!table) throw new Error(`Glue answered GetTable for ${name} without a table.`);
  return table;
}

export function isView(table: Table): boolean {
  return table.TableType === 'VIRTUAL_VIEW';
}

/** `quantity int`, the partition's columns too. */
export function columnsOf(table: Table): { name: string; type: string }[] {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map(
    ({ Name, Type }) => ({ name: Name ?? '', type: Type ?? '' }),
  );
}

/** The stamp of a view of ours; undefined for any other table or view. */
export function stampOf({ Parameters: parameters = {} }: Table): Stamp | undefined {
  const [source, stored, below] = [
    parameters[PARAMETERS.source],
    parameters[PARAMETERS.stored],
    parameters[PARAMETERS.below],
  ];
  if (source === undefined || stored === undefined || below === undefined) return undefined;
  return { source, stored, below };
}

/** The versions, by the digest of their SQL, that a person replaced by the live one. */
export function replacedBy({ Parameters: parameters = {} }: Table): string[] {
  return (parameters[PARAMETERS.replaced] ?? '').split(',').filter((each) => each !== '');
}

/** What a view that replaces `before` remembers as replaced: for a person, what was there; for the Lambda, nothing. */
export function nowReplaced(by: Publisher, before: Table | undefined, source: string): string[] {
  if (by === 'deployed' || !before) return [];
  const earlier = [stampOf(before)?.source ?? '', ...replacedBy(before)];
  return [...new Set(earlier)].filter((each) => each !== '' && each !== source).slice(0, REPLACED_MAX);
}

/** The SQL from which a view of ours was last published, as it stood in the repository. */
export function publishedSql({ Parameters: parameters = {} }: Table): string | undefined {
  const packed = parameters[PARAMETERS.text];
  if (packed === undefined) return undefined;
  try {
    return gunzipSync(Buffer.from(packed, 'base64')).toString();
  } catch {
    return undefined;
  }
}

/** The SQL of any Athena view as the catalog has it: Trino's own formatting, without comments. */
export function storedSql({ ViewOriginalText: text = '' }: Table): string | undefined {
  const packed = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(text.trim())?.[1];
  if (packed === undefined) return undefined;
  try {
    const { originalSql } = JSON.parse(Buffer.from(packed, 'base64').toString()) as { originalSql?: unknown };
    return typeof originalSql === 'string' ? originalSql : undefined;
  } catch {
    return undefined;
  }
}

/** What the stamp of a view should say: `live` is the view itself, `below` the tables that it reads. */
export function stampFor(sql: string, live: Table, below: readonly Table[]): Stamp {
  const columns = below.map((table) => [
    table.Name,
    columnsOf(table)
      .map(({ name, type }) => `${name} ${type}`)
      .sort(),
  ]);
  return {
    source: sha256(sql),
    stored: sha256(JSON.stringify([live.ViewOriginalText ?? '', columnsOf(live)])),
    below: sha256(JSON.stringify(columns)),
  };
}

/** Writes the stamp and leaves everything else of the view as it is; Glue knows no smaller update. */
export async function stamp(
  glue: GlueClient,
  database: string,
  live: Table,
  { value, sql, replaced }: { value: Stamp; sql: string; replaced: readonly string[] },
): Promise<void> {
  const parameters = {
    [PARAMETERS.source]: value.source,
    [PARAMETERS.stored]: value.stored,
    [PARAMETERS.below]: value.below,
    [PARAMETERS.text]: gzipSync(sql).toString('base64'),
    [PARAMETERS.replaced]: replaced.join(','),
  };
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: database,
      TableInput: { ...tableInput(live), Parameters: { ...live.Parameters, ...parameters } },
      SkipArchive: true,
      // Should someone replace the view at this moment, theirs is not stamped as ours.
      ...(live.VersionId === undefined ? {} : { VersionId: live.VersionId }),
    }),
  );
}

/** The members of what GetTable answers that UpdateTable takes.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
function tableInput(table: Table): TableInput {
  const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys } = table;
  const { ViewOriginalText, ViewExpandedText, TableType } = table;
  return {
    Name,
    Description,
    Owner,
    Retention,
    StorageDescriptor,
    PartitionKeys,
    ViewOriginalText,
    ViewExpandedText,
    TableType,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
