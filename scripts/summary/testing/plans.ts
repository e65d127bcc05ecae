/** Plans for tests and for the sample comment: single changes, and three environments with everything in them. */

import type { EnvironmentName } from '../../../stacks/names.ts';
import type { Finding } from '../../finding.ts';
import type { Action, JsonObject, Plan, ResourceChange } from '../../terraform/plan-json.ts';
import { type EnvironmentSummary, summarize } from '../summary.ts';

export const COMMIT = '3f9c1d27a5b8e0461c2d9f7b8a6e5d4c3b2a1908';
const TREE = 'a81b2c3d4e5f60718293a4b5c6d7e8f901234567';

export function change(
  address: string,
  action: Action,
  values: Partial<Omit<ResourceChange, 'address' | 'action' | 'type'>> = {},
): ResourceChange {
  return {
    address,
    type: address.split('.')[0] ?? '',
    action,
    before: action === 'create' ? null : {},
    after: action === 'delete' ? null : {},
    unknown: {},
    replacePaths: [],
    sensitive: [],
    ...values,
  };
}

export function planWith(changes: readonly ResourceChange[], drift: readonly ResourceChange[] = []): Plan {
  return {
    terraformVersion: '1.11.4',
    changes,
    drift,
    applyable: changes.some(({ action }) => action !== 'no-op'),
    complete: true,
    errored: false,
  };
}

export function sealedSummary(
  environment: EnvironmentName,
  changes: readonly ResourceChange[],
  findings: readonly Finding[] = [],
): EnvironmentSummary {
  return summarize({
    ...about(environment, findings),
    kind: 'sealed',
    plan: planWith(changes),
    state: { lineage: '5f2c', serial: 41 },
    bundle: new TextEncoder().encode(environment),
  });
}

export function about(environment: EnvironmentName, findings: readonly Finding[] = []) {
  return { environment, commit: COMMIT, tree: TREE, findings };
}

/** A pull request that renames the stream, gives prod more shards and watches the dead letters more closely. */
export function exampleSummaries(): EnvironmentSummary[] {
  return (['dev', 'staging', 'prod'] as const).map((environment, index) => {
    const findings = [replacedStream(environment), firehoseFindings(environment)].flat();
    const planned = {
      ...about(environment, findings),
      plan: planWith(exampleChanges(environment), environment === 'prod' ? [drift()] : []),
      state: { lineage: '5f2c', serial: [112, 64, 41][index] ?? 0 },
    };
    if (environment === 'prod') return summarize({ ...planned, kind: 'refused-plan' });
    return summarize({ ...planned, kind: 'sealed', bundle: new TextEncoder().encode(environment) });
  });
}

const SHARDS: Readonly<Partial<Record<EnvironmentName, [before: number, after: number, hours: number]>>> = {
  dev: [1, 1, 24],
  staging: [8, 8, 48],
  prod: [24, 32, 168],
};

function exampleChanges(environment: EnvironmentName): ResourceChange[] {
  const [before, after, hours] = SHARDS[environment] ?? [1, 1, 24];
  const stream = (name: string, shards: number): JsonObject => ({
    name: `${name}-${environment}`,
    shard_count: shards,
    retention_period: hours,
    stream_mode_details: [{ stream_mode: 'PROVISIONED' }],
  });
  return [
    change('aws_kinesis_stream.kinesis', 'replace', {
      before: stream('kinesis-sales-order-stream', before),
      after: stream('sales-order-stream', after),
      replacePaths: ['name'],
      reason: 'replace_because_cannot_update',
    }),
    change('aws_pipes_pipe.pipe', 'update', {
      before: { target: streamArn('kinesis-sales-order-stream', environment) },
      after: {},
      unknown: { target: true },
    }),
    change('aws_kinesis_firehose_delivery_stream.firehose', 'replace', {
      before: {
        kinesis_source_configuration: [
          { kinesis_stream_arn: streamArn('kinesis-sales-order-stream', environment) },
        ],
      },
      after: { kinesis_source_configuration: [{}] },
      unknown: { kinesis_source_configuration: [{ kinesis_stream_arn: true }] },
      replacePaths: ['kinesis_source_configuration.0.kinesis_stream_arn'],
    }),
    change('aws_dynamodb_table.table', 'update', {
      before: { billing_mode: 'PAY_PER_REQUEST', tags_all: { environment } },
      after: { billing_mode: 'PAY_PER_REQUEST', tags_all: { environment, owner: 'sales' } },
    }),
    change('aws_cloudwatch_metric_alarm.observability_dead_letters_age', 'create', {
      after: { alarm_name: `sales-order-pipeline-${environment}-dead-letters-age`, period: 60, threshold: 0 },
    }),
    change('aws_lambda_function.transform', 'no-op', {
      before: { memory_size: 1024, architectures: ['arm64'] },
      after: { memory_size: 1024, architectures: ['arm64'] },
    }),
  ];
}

function streamArn(name: string, environment: EnvironmentName): string {
  return `arn:aws:kinesis:us-east-2:123456789012:stream/${name}-${environment}`;
}

function drift(): ResourceChange {
  return change('aws_cloudwatch_log_group.transform_log', 'update');
}

function replacedStream(environment: EnvironmentName): Finding {
  const finding: Finding = {
    rule: 'stateful-replace',
    severity: 'block',
    address: 'aws_kinesis_stream.kinesis',
    sentence: `The plan destroys and creates anew aws_kinesis_stream.kinesis of ${environment}, because of name. It holds the changes of the retention period.`,
    nextStep:
      'Change the stack so that the plan leaves it; or, once its data is copied or given up, waive the address in .github/waivers.json, in this same change.',
  };
  if (environment === 'prod') return finding;
  const reason = 'The stream is renamed while no sale is on; what it holds has been delivered.';
  return { ...finding, waived: { reason, until: '2026-12-31' } };
}

function firehoseFindings(environment: EnvironmentName): Finding[] {
  const address = 'aws_kinesis_firehose_delivery_stream.firehose';
  return [
    {
      rule: 'firehose-replaced',
      severity: 'warn',
      address,
      sentence: `The delivery stream of ${environment} is replaced: the new one begins to read at the end of Kinesis, and what was not delivered yet stays out of the lake.`,
      nextStep: 'Apply it while no orders come, or replay the changes from the table afterwards.',
    },
    {
      rule: 'update-interrupts',
      severity: 'note',
      address: 'aws_pipes_pipe.pipe',
      sentence:
        'The pipe is stopped for about a minute while its target changes; it goes on where it stopped.',
      nextStep: 'Nothing is to be done.',
    },
  ];
}
