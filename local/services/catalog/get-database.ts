/** GetDatabase and GetDatabases: the databases that the stack declares. */

import type { Operation } from '../../ports.ts';
import { numberOf, structure, text } from '../../shape.ts';
import type { Database } from './config.ts';
import { type Catalog, foldedName } from './model.ts';
import { operation, rights } from './operation.ts';
import { page, readToken } from './paging.ts';
import { databaseOf } from './records.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetDatabases.html */
const DATABASES_PER_PAGE_MAX = 100;

function output(catalog: Catalog, database: Database) {
  return {
    Name: database.name,
    ...(database.description === undefined ? {} : { Description: database.description }),
    ...(database.locationUri === undefined ? {} : { LocationUri: database.locationUri }),
    Parameters: database.parameters,
    CreateTime: new Date(catalog.createdAt),
    CatalogId: catalog.account,
  };
}

export function getDatabase(catalog: Catalog): Operation {
  return operation({
    name: 'GetDatabase',
    input: structure({ Name: foldedName }, { CatalogId: text }),
    permissions: ({ Name }) => rights(catalog, 'GetDatabase', Name),
    run: (_tx, { Name }) => ({ Database: output(catalog, databaseOf(catalog, Name)) }),
  });
}

export function getDatabases(catalog: Catalog): Operation {
  return operation({
    name: 'GetDatabases',
    input: structure(
      {},
      { CatalogId: text, MaxResults: numberOf(1, DATABASES_PER_PAGE_MAX), NextToken: text },
    ),
    permissions: () => rights(catalog, 'GetDatabases', '*'),
    run(_tx, { MaxResults, NextToken }) {
      const after = readToken(NextToken)?.[0] ?? '';
      const rest = [...catalog.databases.values()]
        .filter(({ name }) => name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, next } = page(rest, MaxResults ?? DATABASES_PER_PAGE_MAX, ({ name }) => [name]);
      return { DatabaseList: items.map((database) => output(catalog, database)), ...next };
    },
  });
}
