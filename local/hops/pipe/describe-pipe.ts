/** DescribePipe and ListPipes. https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { Operation } from '../../ports.ts';
import { inputOf, numberOf, structure, text, textOf } from '../../shape.ts';
import type { PipeConfig } from './config.ts';
import { type PipeState, pipeState } from './state.ts';

export type OpenPipe = { config: PipeConfig; arn: string };
export type Pipes = ReadonlyMap<string, OpenPipe>;

const readName = inputOf(structure({ Name: textOf(1, 64, '[\\.\\-_A-Za-z0-9]+') }));

export function pipeNamed(pipes: Pipes, raw: unknown): OpenPipe {
  const { Name } = readName(raw);
  const pipe = pipes.get(Name);
  if (pipe) return pipe;
  throw new AwsError('NotFoundException', `Pipe ${Name} does not exist.`, 404);
}

export function describePipe(pipes: Pipes): Operation {
  return transaction({
    service: 'pipes',
    name: 'DescribePipe',
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
  });
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

/** https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html */
const LIST_PIPES_MAX = 100;

const parseList = inputOf(
  structure(
    {},
    {
      NamePrefix: text,
      SourcePrefix: text,
      TargetPrefix: text,
      DesiredState: text,
      CurrentState: text,
      Limit: numberOf(1, LIST_PIPES_MAX),
      NextToken: text,
    },
  ),
);

export function listPipes(pipes: Pipes): Operation {
  return transaction({
    service: 'pipes',
    name: 'ListPipes',
    parse: parseList,
    permissions: () => [{ action: 'pipes:ListPipes', resource: '*' }],
    run(tx, input) {
      const { NamePrefix = '', SourcePrefix = '', TargetPrefix = '', DesiredState, CurrentState } = input;
      const { Limit: limit = LIST_PIPES_MAX, NextToken: after = '' } = input;
      const found = [...pipes.values()]
        .map((pipe) => summary(pipe, pipeState(tx, pipe.arn) as PipeState))
        .filter(
          (pipe) =>
            pipe.Name > after &&
            pipe.Name.startsWith(NamePrefix) &&
            pipe.Source.startsWith(SourcePrefix) &&
            pipe.Target.startsWith(TargetPrefix) &&
            pipe.DesiredState === (DesiredState ?? pipe.DesiredState) &&
            pipe.CurrentState === (CurrentState ?? pipe.CurrentState),
        )
        .sort((a, b) => (a.Name < b.Name ? -1 : 1));
      const page = found.slice(0, limit);
      return {
        Pipes: page,
        ...(found.length > page.length ? { NextToken: page.at(-1)?.Name } : {}),
      };
    },
  });
}
