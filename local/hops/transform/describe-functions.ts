/**
 * Lambda's reads of what the stack declared: GetFunction, GetFunctionConfiguration, ListFunctions.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
 */

import { transaction } from '../../operation.ts';
import type { Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, text } from '../../shape.ts';
import {
  type FunctionReference,
  functionName,
  functionNotFound,
  LATEST,
  qualifier,
  referenceOf,
} from './function-reference.ts';
import type { FunctionRuntime } from './runtime.ts';

type Functions = ReadonlyMap<string, FunctionRuntime>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
const LIST_ITEMS_MAX = 50;
const ASKED_ITEMS_MAX = 10_000;

export function describeFunctions(functions: Functions, ports: Ports): Operation[] {
  return [
    getFunction(functions, ports),
    getFunctionConfiguration(functions, ports),
    listFunctions(functions),
  ];
}

const readTarget = inputOf(structure(functionName, qualifier));

function getFunction(functions: Functions, ports: Ports): Operation {
  return transaction({
    service: 'lambda',
    name: 'GetFunction',
    parse: (raw) => referenceOf(ports, readTarget(raw)),
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
  });
}

function getFunctionConfiguration(functions: Functions, ports: Ports): Operation {
  return transaction({
    service: 'lambda',
    name: 'GetFunctionConfiguration',
    parse: (raw) => referenceOf(ports, readTarget(raw)),
    permissions: ({ arn }) => [{ action: 'lambda:GetFunctionConfiguration', resource: arn }],
    run: (_tx, reference) => configurationOf(existing(functions, reference)),
  });
}

const parseList = inputOf(structure({}, { Marker: text, MaxItems: numberOf(1, ASKED_ITEMS_MAX) }));

function listFunctions(functions: Functions): Operation {
  return transaction({
    service: 'lambda',
    name: 'ListFunctions',
    parse: parseList,
    permissions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    run(_tx, { Marker: marker, MaxItems = LIST_ITEMS_MAX }) {
      const names = [...functions.keys()].sort().filter((name) => marker === undefined || name > marker);
      const page = names.slice(0, Math.min(MaxItems, LIST_ITEMS_MAX));
      const last = page.at(-1);
      return {
        Functions: page.map((name) => configurationOf(functions.get(name) as FunctionRuntime)),
        ...(names.length > page.length && last !== undefined ? { NextMarker: last } : {}),
      };
    },
  });
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
