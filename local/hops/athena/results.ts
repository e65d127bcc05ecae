/**
 * The rows of a finished query: kept as lines of JSON under the data directory for GetQueryResults to page through,
 * and written as CSV (a query) or text (anything else) to the result location in S3, as Athena does.
 */

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { AwsError } from '../../aws-error.ts';
import type { Ports, Principal } from '../../ports.ts';
import type { Execution } from './execution.ts';
import { QueryError } from './query-error.ts';
import type { ResultColumn } from './values.ts';

export type Row = (string | null)[];
export type ResultPage = {
  columns: ResultColumn[];
  rows: Row[] /** Where the next page begins. */;
  next?: number;
};

export type Results = {
  path(id: string): string;
  /** Up to `limit` rows from byte `from` on (0: the beginning). */
  read(id: string, from: number, limit: number): Promise<ResultPage>;
};

export function createResults(directory: string): Results {
  const path = (id: string) => join(directory, `${id}.jsonl`);
  return {
    path,
    async read(id, from, limit) {
      const columns = JSON.parse(await firstLine(path(id))) as ResultColumn[];
      let at = from;
      const rows: Row[] = [];
      const lines = createInterface({
        input: createReadStream(path(id), { start: from }),
        crlfDelay: Infinity,
      });
      let skip = from === 0;
      for await (const line of lines) {
        if (rows.length === limit) return { columns, rows, next: at };
        at += Buffer.byteLength(line) + 1;
        if (skip) skip = false;
        else rows.push(JSON.parse(line) as Row);
      }
      return { columns, rows };
    },
  };
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    for await (const line of file.readLines({ autoClose: false })) return line;
    return '[]';
  } finally {
    await file.close();
  }
}

type Answered = { columns: ResultColumn[]; batches: AsyncIterable<Row[]> };

/** Throws a QueryError when the result location cannot be written. */
export async function writeResults(
  results: Results,
  ports: Ports,
  execution: Execution,
  principal: Principal,
  { columns, batches }: Answered,
): Promise<void> {
  const path = results.path(execution.id);
  const file = createWriteStream(path);
  try {
    file.write(`${JSON.stringify(columns)}\n`);
    for await (const batch of batches)
      for (const row of batch) if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
    file.end();
    await finished(file);
  } catch (error) {
    file.destroy();
    await rm(path, { force: true });
    throw error;
  }
  await putToS3(results, ports, execution, principal);
}

async function putToS3(
  results: Results,
  ports: Ports,
  execution: Execution,
  principal: Principal,
): Promise<void> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(execution.outputLocation) ?? [];
  const csv = execution.statementType === 'DML';
  const input = {
    Bucket: bucket,
    Key: key,
    Body: lines(results.path(execution.id), csv),
    ContentType: csv ? 'application/octet-stream' : 'text/plain',
  };
  try {
    await ports.call(principal, 's3', 'PutObject', input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new QueryError(
      `Access denied when writing output to url: ${execution.outputLocation} . ${error.message}`,
    );
  }
}

/** Athena quotes every value of a CSV and leaves null empty without quotes; text results have one value a line. */
async function* lines(path: string, csv: boolean): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const values = first
      ? (JSON.parse(line) as ResultColumn[]).map(({ name }) => name)
      : (JSON.parse(line) as Row);
    if (csv) yield Buffer.from(`${values.map(csvValue).join(',')}\n`);
    else if (!first) yield Buffer.from(`${values[0] ?? ''}\n`);
    first = false;
  }
}

function csvValue(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`;
}
