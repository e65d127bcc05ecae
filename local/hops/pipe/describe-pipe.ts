/** DescribePipe and ListPipes. https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import type { PipeConfig } from './config.ts';
import { type PipeState, pipeState } from './state.ts';

export type OpenPipe = { config: PipeConfig; arn: string };
export type Pipes = ReadonlyMap<string, OpenPipe>;

export function pipeNamed(pipes: Pipes, raw: unknown): OpenPipe {
  const name = (raw as { Name?: unknown } | undefined)?.Name;
  const pipe = pipes.get(String(name));
  if (pipe) return pipe;
  throw new AwsError('NotFoundException', `Pipe ${String(name)} does not exist.`, 404);
}

export function describePipe(pipes: Pipes): Operation<OpenPipe> {
  return {
    service: 'pipes',
    name: 'DescribePipe',
    kind: 'transaction',
    parse: (raw) => pipeNamed(pipes, raw),
    permissions: ({ arn }) => [{ action: 'pipes:DescribePipe', resource: arn }],
    run(tx, { config, arn }) {
      return {
        ...summary({ config, arn }, pipeState(tx, arn) as PipeState),
        ...(config.description === undefined ? {} : { Description: config.description }),
        RoleArn: config.roleArn,
        SourceParameters: sourceParameters(config),
        TargetParameters: {
          KinesisStreamParameters: { PartitionKey: config.partitionKey.text },
          ...(config.template ? { InputTemplate: config.template.text } : {}),
        },
      };
    },
  };
}

/** A pipe here changes its state at once, so the current state is the desired one. */
export function summary({ config, arn }: OpenPipe, { desired, createdAt, modifiedAt }: PipeState) {
  return {
    Arn: arn,
    Name: config.name,
    CurrentState: desired,
    DesiredState: desired,
    CreationTime: new Date(createdAt),
    LastModifiedTime: new Date(modifiedAt),
    Source: config.sourceArn,
    Target: config.targetArn,
  };
}

function sourceParameters({ source, filters }: PipeConfig) {
  return {
    ...(filters.length > 0
      ? { FilterCriteria: { Filters: filters.map(({ text }) => ({ Pattern: text })) } }
      : {}),
    DynamoDBStreamParameters: {
      BatchSize: source.batchSize,
      ...(source.deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: source.deadLetterArn } }),
      MaximumBatchingWindowInSeconds: source.batchingWindowSeconds,
      MaximumRecordAgeInSeconds: source.recordAgeSecondsMax,
      MaximumRetryAttempts: source.retryAttemptsMax,
      ...(source.bisect ? { OnPartialBatchItemFailure: 'AUTOMATIC_BISECT' } : {}),
      ParallelizationFactor: source.parallelizationFactor,
      StartingPosition: source.startingPosition,
    },
  };
}

type Listing = { matches(pipe: ReturnType<typeof summary>): boolean; after: string; limit: number };

const LIST_DEFAULT = 100;

export function listPipes(pipes: Pipes): Operation<Listing> {
  return {
    service: 'pipes',
    name: 'ListPipes',
    kind: 'transaction',
    parse(raw) {
      const input = (raw ?? {}) as Record<string, unknown>;
      const { NamePrefix = '', SourcePrefix = '', TargetPrefix = '', DesiredState, CurrentState } = input;
      const limit = Number(input['Limit'] ?? LIST_DEFAULT);
      if (!(limit >= 1 && limit <= 100))
        throw new AwsError('ValidationException', 'Limit has to lie between 1 and 100.');
      return {
        matches: (pipe) =>
          pipe.Name.startsWith(String(NamePrefix)) &&
          pipe.Source.startsWith(String(SourcePrefix)) &&
          pipe.Target.startsWith(String(TargetPrefix)) &&
          pipe.DesiredState === (DesiredState ?? pipe.DesiredState) &&
          pipe.CurrentState === (CurrentState ?? pipe.CurrentState),
        after: String(input['NextToken'] ?? ''),
        limit,
      };
    },
    permissions: () => [{ action: 'pipes:ListPipes', resource: '*' }],
    run(tx, { matches, after, limit }) {
      const found = [...pipes.values()]
        .map((pipe) => summary(pipe, pipeState(tx, pipe.arn) as PipeState))
        .filter((pipe) => pipe.Name > after && matches(pipe))
        .sort((a, b) => (a.Name < b.Name ? -1 : 1));
      const page = found.slice(0, limit);
      return {
        Pipes: page,
        ...(found.length > page.length ? { NextToken: page.at(-1)?.Name } : {}),
      };
    },
  };
}
