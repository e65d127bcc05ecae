/**
 * GetTableMetadata, ListTableMetadata, GetDatabase, ListDatabases, ListDataCatalogs, GetWorkGroup and ListWorkGroups:
 * the catalog and the workgroups as Athena's console shows them. Tables come from Glue, as the caller.
 */

import { AwsError } from '../../aws-error.ts';
import type { CallContext, Operation, Permission } from '../../ports.ts';
import type { WorkGroup } from './config.ts';
import type { Column } from './external-table.ts';
import {
  type Athena,
  dataCatalogArn,
  invalid,
  type Json,
  optionalText,
  pageSize,
  record,
  requiredText,
  workGroupArn,
  workGroupNamed,
} from './input.ts';

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html */
const ENTRIES_PER_PAGE_MAX = 50;

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

export function metadataOperations(athena: Athena): Operation[] {
  const { ports } = athena;
  const operation = (
    name: string,
    permission: (input: Json) => Permission,
    run: (input: Json, context: CallContext) => Promise<unknown>,
  ): Operation => {
    const made: Operation<Json> = {
      kind: 'effect',
      service: 'athena',
      name,
      parse(raw) {
        const input = record(raw);
        const catalog = optionalText(input, 'CatalogName');
        if (catalog !== undefined && catalog.toLowerCase() !== 'awsdatacatalog')
          throw invalid(`Data catalog ${catalog} was not found`);
        return input;
      },
      permissions: (input) => [permission(input)],
      run,
    };
    return made as unknown as Operation;
  };
  const onCatalog = (name: string) => () => ({ action: `athena:${name}`, resource: dataCatalogArn(athena) });
  const onWorkGroup = (name: string) => (input: Json) => ({
    action: `athena:${name}`,
    resource: workGroupArn(athena, requiredText(input, 'WorkGroup')),
  });

  async function glue<O>(context: CallContext, name: string, input: object): Promise<O> {
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

  const paging = (input: Json) => ({
    MaxResults: pageSize(input, ENTRIES_PER_PAGE_MAX),
    ...(optionalText(input, 'NextToken') ? { NextToken: optionalText(input, 'NextToken') } : {}),
  });

  return [
    operation('GetTableMetadata', onCatalog('GetTableMetadata'), async (input, context) => {
      const { Table } = await glue<{ Table: GlueEntry }>(context, 'GetTable', {
        DatabaseName: requiredText(input, 'DatabaseName'),
        Name: requiredText(input, 'TableName'),
      });
      return { TableMetadata: tableMetadata(Table) };
    }),
    operation('ListTableMetadata', onCatalog('ListTableMetadata'), async (input, context) => {
      const page = await glue<{ TableList: GlueEntry[]; NextToken?: string }>(context, 'GetTables', {
        DatabaseName: requiredText(input, 'DatabaseName'),
        ...(optionalText(input, 'Expression') ? { Expression: optionalText(input, 'Expression') } : {}),
        ...paging(input),
      });
      return { TableMetadataList: page.TableList.map(tableMetadata), NextToken: page.NextToken };
    }),
    operation('GetDatabase', onCatalog('GetDatabase'), async (input, context) => {
      const { Database } = await glue<{ Database: GlueEntry }>(context, 'GetDatabase', {
        Name: requiredText(input, 'DatabaseName'),
      });
      return { Database: database(Database) };
    }),
    operation('ListDatabases', onCatalog('ListDatabases'), async (input, context) => {
      const page = await glue<{ DatabaseList: GlueEntry[]; NextToken?: string }>(
        context,
        'GetDatabases',
        paging(input),
      );
      return { DatabaseList: page.DatabaseList.map(database), NextToken: page.NextToken };
    }),
    operation(
      'ListDataCatalogs',
      () => ({ action: 'athena:ListDataCatalogs', resource: '*' }),
      async () => ({
        DataCatalogsSummary: [{ CatalogName: 'AwsDataCatalog', Type: 'GLUE' }],
      }),
    ),
    operation('GetWorkGroup', onWorkGroup('GetWorkGroup'), async (input) => ({
      WorkGroup: workGroupOutput(workGroupNamed(athena, requiredText(input, 'WorkGroup'))),
    })),
    operation(
      'ListWorkGroups',
      () => ({ action: 'athena:ListWorkGroups', resource: '*' }),
      async () => ({
        WorkGroups: athena.workGroups.map(({ name, description, enabled }) => ({
          Name: name,
          Description: description,
          State: enabled ? 'ENABLED' : 'DISABLED',
          EngineVersion: ENGINE_VERSION,
        })),
      }),
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
