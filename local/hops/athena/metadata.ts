/**
 * GetTableMetadata, ListTableMetadata, GetDatabase, ListDatabases, ListDataCatalogs, GetWorkGroup and ListWorkGroups:
 * the catalog and the workgroups as Athena's console shows them. Tables come from Glue, as the caller.
 */

import { AwsError } from '../../aws-error.ts';
import { effect } from '../../operation.ts';
import type { CallContext, Operation } from '../../ports.ts';
import { numberOf, type Reader, structure, text } from '../../shape.ts';
import type { WorkGroup } from './config.ts';
import type { Column } from './external-table.ts';
import {
  type Athena,
  dataCatalogArn,
  invalid,
  needed,
  parserOf,
  workGroupArn,
  workGroupNamed,
} from './input.ts';

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html */
const ENTRIES_PER_PAGE_MAX = 50;

type Json = Record<string, unknown>;

type GlueEntry = {
  Name: string;
  Description?: string;
  CreateTime?: Date;
  TableType?: string;
  Parameters?: Record<string, string>;
  StorageDescriptor?: {
    Columns?: Column[];
    Location?: string;
    InputFormat?: string;
    OutputFormat?: string;
    SerdeInfo?: { SerializationLibrary?: string };
  };
  PartitionKeys?: Column[];
};

type Page<List extends string> = Record<List, GlueEntry[]> & { NextToken?: string };

const pageMembers = { MaxResults: numberOf(1, ENTRIES_PER_PAGE_MAX), NextToken: text };

const catalogName: Reader<string> = (value, at) => {
  const name = text(value, at);
  if (name.toLowerCase() !== 'awsdatacatalog') throw invalid(`Data catalog ${name} was not found`);
  return name;
};

function metadataOperation<I>(
  name: string,
  shape: Reader<I>,
  resource: (input: I) => string,
  run: (input: I, context: CallContext) => Promise<unknown>,
): Operation {
  return effect({
    service: 'athena',
    name,
    parse: parserOf(shape),
    permissions: (input) => [{ action: `athena:${name}`, resource: resource(input) }],
    run,
  });
}

async function glue<O>({ ports }: Athena, context: CallContext, name: string, input: object): Promise<O> {
  try {
    return await ports.call<O>(context.principal, 'glue', name, input);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'EntityNotFoundException')
      throw new AwsError(
        'MetadataException',
        `${error.message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException)`,
      );
    throw error;
  }
}

export function metadataOperations(athena: Athena): Operation[] {
  return [...catalogOperations(athena), ...workGroupOperations(athena)];
}

function catalogOperations(athena: Athena): Operation[] {
  const theCatalog = () => dataCatalogArn(athena);
  return [
    metadataOperation(
      'GetTableMetadata',
      structure({ DatabaseName: needed, TableName: needed }, { CatalogName: catalogName }),
      theCatalog,
      async ({ DatabaseName, TableName }, context) => {
        const asked = { DatabaseName, Name: TableName };
        const { Table } = await glue<{ Table: GlueEntry }>(athena, context, 'GetTable', asked);
        return { TableMetadata: tableMetadata(Table) };
      },
    ),
    metadataOperation(
      'ListTableMetadata',
      structure({ DatabaseName: needed }, { CatalogName: catalogName, Expression: text, ...pageMembers }),
      theCatalog,
      async ({ DatabaseName, Expression, MaxResults = ENTRIES_PER_PAGE_MAX, NextToken }, context) => {
        const asked = { DatabaseName, Expression, MaxResults, NextToken };
        const page = await glue<Page<'TableList'>>(athena, context, 'GetTables', asked);
        return { TableMetadataList: page.TableList.map(tableMetadata), NextToken: page.NextToken };
      },
    ),
    metadataOperation(
      'GetDatabase',
      structure({ DatabaseName: needed }, { CatalogName: catalogName }),
      theCatalog,
      async ({ DatabaseName }, context) => {
        const asked = { Name: DatabaseName };
        const { Database } = await glue<{ Database: GlueEntry }>(athena, context, 'GetDatabase', asked);
        return { Database: database(Database) };
      },
    ),
    metadataOperation(
      'ListDatabases',
      structure({}, { CatalogName: catalogName, ...pageMembers }),
      theCatalog,
      async ({ MaxResults = ENTRIES_PER_PAGE_MAX, NextToken }, context) => {
        const asked = { MaxResults, NextToken };
        const page = await glue<Page<'DatabaseList'>>(athena, context, 'GetDatabases', asked);
        return { DatabaseList: page.DatabaseList.map(database), NextToken: page.NextToken };
      },
    ),
    metadataOperation(
      'ListDataCatalogs',
      structure({}),
      () => '*',
      async () => ({ DataCatalogsSummary: [{ CatalogName: 'AwsDataCatalog', Type: 'GLUE' }] }),
    ),
  ];
}

function workGroupOperations(athena: Athena): Operation[] {
  return [
    metadataOperation(
      'GetWorkGroup',
      structure({ WorkGroup: needed }),
      ({ WorkGroup }) => workGroupArn(athena, WorkGroup),
      async ({ WorkGroup }) => ({ WorkGroup: workGroupOutput(workGroupNamed(athena, WorkGroup)) }),
    ),
    metadataOperation(
      'ListWorkGroups',
      structure({}),
      () => '*',
      async () => ({ WorkGroups: athena.workGroups.map(workGroupSummary) }),
    ),
  ];
}

const ENGINE_VERSION = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };

function tableMetadata(table: GlueEntry): Json {
  const { StorageDescriptor: storage } = table;
  const parameters = Object.entries({
    ...table.Parameters,
    location: storage?.Location,
    inputformat: storage?.InputFormat,
    outputformat: storage?.OutputFormat,
    'serde.serialization.lib': storage?.SerdeInfo?.SerializationLibrary,
  }).filter(([, value]) => value !== undefined && value !== '');
  return {
    Name: table.Name,
    CreateTime: table.CreateTime,
    TableType: table.TableType,
    Columns: storage?.Columns ?? [],
    PartitionKeys: table.PartitionKeys ?? [],
    Parameters: Object.fromEntries(parameters),
  };
}

function database({ Name, Description, Parameters }: GlueEntry): Json {
  return { Name, ...(Description ? { Description } : {}), ...(Parameters ? { Parameters } : {}) };
}

function workGroupSummary({ name, description, enabled }: WorkGroup): Json {
  return {
    Name: name,
    Description: description,
    State: enabled ? 'ENABLED' : 'DISABLED',
    EngineVersion: ENGINE_VERSION,
  };
}

function workGroupOutput(workGroup: WorkGroup): Json {
  return {
    Name: workGroup.name,
    Description: workGroup.description,
    State: workGroup.enabled ? 'ENABLED' : 'DISABLED',
    Configuration: {
      EnforceWorkGroupConfiguration: workGroup.enforced,
      ...(workGroup.outputLocation
        ? { ResultConfiguration: { OutputLocation: workGroup.outputLocation } }
        : {}),
      ...(workGroup.scannedBytesMax ? { BytesScannedCutoffPerQuery: workGroup.scannedBytesMax } : {}),
      PublishCloudWatchMetricsEnabled: false,
      RequesterPaysEnabled: false,
      EngineVersion: ENGINE_VERSION,
    },
  };
}
