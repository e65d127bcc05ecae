/** StartQueryExecution: checks the workgroup and the result location, keeps the query, and answers its id. */

import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.ts';
import { effect } from '../../operation.ts';
import type { CallContext, Operation } from '../../ports.ts';
import { anything, flag, structure, text } from '../../shape.ts';
import type { WorkGroup } from './config.ts';
import { type Execution, executionKey } from './execution.ts';
import { type Athena, invalid, needed, parserOf, workGroupArn, workGroupNamed } from './input.ts';
import { tokens } from './tokens.ts';

/** https://docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const QUERY_BYTES_MAX = 262_144;
const DEFAULT_WORK_GROUP = 'primary';

type Input = {
  sql: string;
  workGroup: string;
  schema: string;
  location: string | undefined;
  token: string | undefined;
};

const read = parserOf(
  structure(
    { QueryString: needed },
    {
      ClientRequestToken: text,
      ExecutionParameters: anything,
      QueryExecutionContext: structure({}, { Catalog: text, Database: text }),
      ResultConfiguration: structure({}, { OutputLocation: text }),
      ResultReuseConfiguration: structure(
        {},
        { ResultReuseByAgeConfiguration: structure({}, { Enabled: flag }) },
      ),
      WorkGroup: text,
    },
  ),
);

export function startQueryExecution(athena: Athena): Operation {
  return effect({
    service: 'athena',
    name: 'StartQueryExecution',
    parse,
    permissions: ({ workGroup }) => [
      { action: 'athena:StartQueryExecution', resource: workGroupArn(athena, workGroup) },
    ],
    run: (input, context) => start(athena, input, context),
  });
}

function parse(raw: unknown): Input {
  const input = read(raw);
  const { QueryString: sql, QueryExecutionContext: context = {}, ResultReuseConfiguration: reuse } = input;
  if (Buffer.byteLength(sql) > QUERY_BYTES_MAX)
    throw invalid(`Query string exceeds the maximum length of ${QUERY_BYTES_MAX} bytes.`);
  const { Catalog: catalog, Database: schema = 'default' } = context;
  if (catalog !== undefined && catalog.toLowerCase() !== 'awsdatacatalog')
    throw invalid(`Catalog ${catalog} is not found; AwsDataCatalog is the one here.`);
  if (input.ExecutionParameters !== undefined) throw unsupported('ExecutionParameters');
  if (reuse !== undefined && reuse.ResultReuseByAgeConfiguration?.Enabled !== false)
    throw unsupported('ResultReuseConfiguration');
  return {
    sql,
    workGroup: input.WorkGroup ?? DEFAULT_WORK_GROUP,
    schema: schema.toLowerCase(),
    location: input.ResultConfiguration?.OutputLocation,
    token: input.ClientRequestToken,
  };
}

function unsupported(member: string): AwsError {
  return invalid(`${member} is not supported by this Athena; leave it out.`);
}

async function start(
  athena: Athena,
  input: Input,
  { principal }: CallContext,
): Promise<{ QueryExecutionId: string }> {
  const { ports, executions } = athena;
  const workGroup = workGroupNamed(athena, input.workGroup);
  if (!workGroup.enabled) throw invalid(`WorkGroup ${workGroup.name} is disabled.`);
  const statementType = typeOf(input.sql);
  const id = ports.chance.uuid();
  const execution: Execution = {
    id,
    sql: input.sql,
    statementType,
    workGroup: workGroup.name,
    schema: input.schema,
    outputLocation: `${outputLocation(workGroup, input.location)}${id}.${statementType === 'DML' ? 'csv' : 'txt'}`,
    status: { state: 'QUEUED' },
    submittedAt: ports.clock.now(),
    scannedBytes: 0,
  };
  const digest = createHash('sha256')
    .update(JSON.stringify([input.sql, input.schema, input.workGroup]))
    .digest('hex');
  const known = await ports.store.transact((tx) => {
    const key = ['athena-token', input.token ?? ''] as const;
    const earlier = input.token ? tx.get<{ id: string; digest: string }>(key) : undefined;
    if (earlier) return earlier;
    if (input.token) tx.put(key, { id, digest });
    tx.put(executionKey(id), execution);
    return undefined;
  });
  if (known && known.digest !== digest)
    throw new AwsError('InvalidRequestException', 'Idempotent parameters do not match');
  if (!known) executions.start(execution, principal);
  return { QueryExecutionId: known?.id ?? id };
}

function outputLocation(workGroup: WorkGroup, asked: string | undefined): string {
  const location =
    workGroup.enforced && workGroup.outputLocation
      ? workGroup.outputLocation
      : (asked ?? workGroup.outputLocation);
  if (location === undefined)
    throw invalid(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    );
  if (!/^s3:\/\/[^/]+(\/|$)/.test(location))
    throw invalid(`outputLocation is not a valid S3 path: ${location}`);
  return location.endsWith('/') ? location : `${location}/`;
}

/** API_QueryExecution: DDL, DML (queries), or UTILITY (SHOW, DESCRIBE, EXPLAIN). */
function typeOf(sql: string): Execution['statementType'] {
  const first = tokens(sql)[0]?.text.toUpperCase() ?? '';
  if (['SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN'].includes(first)) return 'UTILITY';
  return ['CREATE', 'DROP', 'ALTER', 'MSCK'].includes(first) ? 'DDL' : 'DML';
}
