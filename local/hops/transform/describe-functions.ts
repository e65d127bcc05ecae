/**
 * Lambda's reads of what the stack declared: GetFunction, GetFunctionConfiguration, ListFunctions.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
 */

import { AwsError } from '../../aws-error.ts';
import type { Operation, Ports } from '../../ports.ts';
import { type FunctionReference, functionNotFound, LATEST, parseReference } from './function-reference.ts';
import type { FunctionRuntime } from './runtime.ts';

type Functions = ReadonlyMap<string, FunctionRuntime>;
type ListInput = { marker?: string; maxItems: number };

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
const LIST_ITEMS_MAX = 50;

export function describeFunctions(functions: Functions, ports: Ports): Operation[] {
  return [
    getFunction(functions, ports) as Operation,
    getFunctionConfiguration(functions, ports) as Operation,
    listFunctions(functions) as Operation,
  ];
}

function getFunction(functions: Functions, ports: Ports): Operation<FunctionReference> {
  return {
    service: 'lambda',
    name: 'GetFunction',
    kind: 'transaction',
    parse: (raw) => parseTarget(raw, ports),
    permissions: ({ arn }) => [{ action: 'lambda:GetFunction', resource: arn }],
    run(_tx, reference) {
      const found = existing(functions, reference);
      const { reservedConcurrency, tags } = found.config;
      return {
        Configuration: configurationOf(found),
        // Lambda's Location is a link to a copy of the zip; here the zip lies beside the stack.
        Code: { RepositoryType: 'S3' },
        ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}),
        ...(reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
      };
    },
  };
}

function getFunctionConfiguration(functions: Functions, ports: Ports): Operation<FunctionReference> {
  return {
    service: 'lambda',
    name: 'GetFunctionConfiguration',
    kind: 'transaction',
    parse: (raw) => parseTarget(raw, ports),
    permissions: ({ arn }) => [{ action: 'lambda:GetFunctionConfiguration', resource: arn }],
    run: (_tx, reference) => configurationOf(existing(functions, reference)),
  };
}

function listFunctions(functions: Functions): Operation<ListInput> {
  return {
    service: 'lambda',
    name: 'ListFunctions',
    kind: 'transaction',
    parse(raw) {
      const { Marker, MaxItems } = raw as Record<string, unknown>;
      const wanted = MaxItems === undefined ? LIST_ITEMS_MAX : Number(MaxItems);
      if (!Number.isInteger(wanted) || wanted < 1)
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
        );
      return {
        ...(typeof Marker === 'string' ? { marker: Marker } : {}),
        maxItems: Math.min(wanted, LIST_ITEMS_MAX),
      };
    },
    permissions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run(_tx, { marker, maxItems }) {
      const names = [...functions.keys()].sort().filter((name) => marker === undefined || name > marker);
      const page = names.slice(0, maxItems);
      const last = page.at(-1);
      return {
        Functions: page.map((name) => configurationOf(functions.get(name) as FunctionRuntime)),
        ...(names.length > page.length && last !== undefined ? { NextMarker: last } : {}),
      };
    },
  };
}

function parseTarget(raw: unknown, ports: Ports): FunctionReference {
  const { FunctionName, Qualifier } = raw as Record<string, unknown>;
  return parseReference(ports, FunctionName, Qualifier);
}

function existing(functions: Functions, reference: FunctionReference): FunctionRuntime {
  const found = functions.get(reference.name);
  if (!found || reference.qualifier !== LATEST) throw functionNotFound(reference);
  return found;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
function configurationOf({ config, arn, bundle, startedAt }: FunctionRuntime) {
  return {
    FunctionName: config.name,
    FunctionArn: arn,
    Runtime: config.runtime,
    Role: config.role,
    Handler: config.handler,
    CodeSize: bundle.bytes,
    Description: config.description,
    Timeout: config.timeoutSeconds,
    MemorySize: config.memoryMb,
    LastModified: new Date(startedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: bundle.sha256,
    Version: LATEST,
    ...(Object.keys(config.variables).length > 0 ? { Environment: { Variables: config.variables } } : {}),
    ...(config.deadLetterArn === undefined ? {} : { DeadLetterConfig: { TargetArn: config.deadLetterArn } }),
    TracingConfig: { Mode: config.tracing },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: config.architectures,
    EphemeralStorage: { Size: config.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: config.log.format, LogGroup: config.log.group },
  };
}
