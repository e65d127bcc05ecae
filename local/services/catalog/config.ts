/**
 * The stack's part of the Glue catalog: databases and classifiers. Tables come from crawlers and Athena, so
 * `aws_glue_catalog_table` has no kind here and is refused as unknown.
 */

import type { Block, ResourceKind } from '../../stack/stack.ts';

export type Database = {
  name: string;
  description?: string;
  locationUri?: string;
  parameters: Record<string, string>;
};
export type Classifier = { name: string; jsonPath: string };

export const catalogDatabase: ResourceKind<Database> = {
  type: 'aws_glue_catalog_database',
  computed(block, { account, region }) {
    const name = block.string('name');
    return {
      arn: `arn:aws:glue:${region}:${account}:database/${name}`,
      id: `${account}:${name}`,
      catalog_id: account,
    };
  },
  parse(block) {
    block.inert('catalog_id', 'create_table_default_permission', 'id', 'tags', 'tags_all');
    for (const link of ['federated_database', 'target_database'])
      if (block.has(link)) block.refuse(link, 'the database would lie in another catalog');
    const description = block.optionalString('description');
    const locationUri = block.optionalString('location_uri');
    return {
      name: block.string('name').toLowerCase(),
      parameters: block.map('parameters'),
      ...(description === undefined ? {} : { description }),
      ...(locationUri === undefined ? {} : { locationUri }),
    };
  },
};

export const classifier: ResourceKind<Classifier> = {
  type: 'aws_glue_classifier',
  computed: (block) => ({ id: block.string('name') }),
  parse(block) {
    block.inert('id');
    for (const other of ['csv_classifier', 'grok_classifier', 'xml_classifier'])
      if (block.has(other)) block.refuse(other, 'the crawler has custom classifiers for JSON alone');
    return { name: block.string('name'), jsonPath: jsonPathOf(block) };
  },
};

function jsonPathOf(block: Block): string {
  const json = block.block('json_classifier');
  return json ? json.string('json_path') : block.string('json_classifier');
}
