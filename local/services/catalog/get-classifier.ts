/** GetClassifier and GetClassifiers: the stack's custom JSON classifiers. */

import { AwsError } from '../../aws-error.ts';
import type { Operation } from '../../ports.ts';
import { numberOf, structure, text } from '../../shape.ts';
import type { Classifier } from './config.ts';
import { type Catalog, name } from './model.ts';
import { operation } from './operation.ts';
import { page, readToken } from './paging.ts';

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetClassifiers.html */
const CLASSIFIERS_PER_PAGE_MAX = 1000;

export type Classifiers = ReadonlyMap<string, Classifier>;

function output(catalog: Catalog, classifier: Classifier) {
  const at = new Date(catalog.createdAt);
  return {
    JsonClassifier: {
      Name: classifier.name,
      JsonPath: classifier.jsonPath,
      CreationTime: at,
      LastUpdated: at,
      Version: 1,
    },
  };
}

export function getClassifier(catalog: Catalog, classifiers: Classifiers): Operation {
  return operation({
    name: 'GetClassifier',
    input: structure({ Name: name }),
    permissions: () => [{ action: 'glue:GetClassifier', resource: '*' }],
    run(_tx, { Name }) {
      const found = classifiers.get(Name);
      if (!found)
        throw new AwsError('EntityNotFoundException', `Classifier entry with name ${Name} does not exist`);
      return { Classifier: output(catalog, found) };
    },
  });
}

export function getClassifiers(catalog: Catalog, classifiers: Classifiers): Operation {
  return operation({
    name: 'GetClassifiers',
    input: structure({}, { MaxResults: numberOf(1, CLASSIFIERS_PER_PAGE_MAX), NextToken: text }),
    permissions: () => [{ action: 'glue:GetClassifiers', resource: '*' }],
    run(_tx, { MaxResults, NextToken }) {
      const after = readToken(NextToken)?.[0] ?? '';
      const rest = [...classifiers.values()]
        .filter((each) => each.name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, next } = page(rest, MaxResults ?? CLASSIFIERS_PER_PAGE_MAX, (last) => [last.name]);
      return { Classifiers: items.map((each) => output(catalog, each)), ...next };
    },
  });
}
