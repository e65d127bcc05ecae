/**
 * `npm run generate`: writes what is derived from other files, so that it cannot drift from them.
 *
 * From the JSON Schemas: `schemas/*.gen.ts` (types, and the order's fields as data) and the transform's ajv validator,
 * compiled ahead of time because compiling at a cold start costs 100 ms and carries ajv in the bundle. From sql/views:
 * what each view reads (sql/lineage.json, docs/views.svg), the tables of docs/hops/athena.md, and how the projection does
 * on a synthetic year (docs/projection.svg, the README's table). From docs/load-report.json, the report of a real run of
 * `npm run load`: its picture. From .github/repository.json: the name by which one workflow calls another. A test makes
 * them again and compares. It knows the few schema words that the schemas use, and refuses others.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { reportPicture } from './load/picture.ts';
import type { Report } from './load/report.ts';
import { currentLineage } from './views/lineage.ts';
import { lineagePicture } from './views/picture.ts';
import { projectionPicture } from './views/projection-picture.ts';
import { lineageOf } from './views/read-views.ts';
import { costTable, differencesTable, viewsTable } from './views/tables.ts';
import { projectionFigures } from './views/testing/projection-figures.ts';

type Property = { type: string; enum?: string[]; description?: string };
type Reference = { $ref: string };
/** An order's field in the lake row: the order's own rule, or, where an order may lack it, that rule or null. */
type Borrowed = Reference | { anyOf: [Reference, { type: 'null' }] };
type Schema<P> = { $id: string; description: string; required: string[]; properties: Record<string, P> };

const ROOT = new URL('..', import.meta.url);
const HEAD = '// Made by `npm run generate` from schemas/*.schema.json. Change the schema, not this file.\n';
const TYPES: Record<string, string> = { string: 'string', integer: 'number', number: 'number' };

const REST = '  /** Attributes that the schema does not name. */\n  [attribute: string]: unknown;\n';

export const ORDER_SCHEMA = readSchema<Property>('schemas/order.schema.json');
export const LAKE_ROW_SCHEMA = readSchema<Property | Borrowed>('schemas/lake-row.schema.json');

/** Every derived file: its path in the repository and its text. */
export async function generated(): Promise<Map<string, string>> {
  return new Map([
    ...fromSchemas(),
    ['sql/lineage.json', `${JSON.stringify(await lineageOf(), null, 2)}\n`],
    ...(await viewFiles()),
    ['docs/load-report.svg', reportPicture(JSON.parse(readText('docs/load-report.json')) as Report)],
    [CALLER, calledByName(readText(CALLER), JSON.parse(readText('.github/repository.json')).name)],
  ]);
}

async function viewFiles(): Promise<[string, string][]> {
  const nodes = await currentLineage();
  const { day, table } = await projectionFigures();
  const page = 'docs/hops/athena.md';
  const pageText = withPart(
    withPart(withPart(readText(page), 'views', viewsTable(nodes)), 'cost', costTable(nodes)),
    'portability',
    differencesTable(),
  );
  return [
    ['docs/views.svg', lineagePicture(nodes)],
    ['docs/projection.svg', projectionPicture(day)],
    ['README.md', withPart(readText('README.md'), 'projection', table)],
    [page, pageText],
  ];
}

/** A document whose part of this name is made, between two comments that stay. */
function withPart(document: string, name: string, text: string): string {
  const head = `<!-- ${name}: made by \`npm run generate\` -->\n`;
  const [before, rest] = document.split(head);
  const [, after] = rest?.split(`<!-- /${name} -->`) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`A document has lost the comments around its part "${name}": restore them.`);
  return `${before}${head}\n${text}\n\n<!-- /${name} -->${after}`;
}

const CALLER = '.github/workflows/pull-request.yml';

/** GitHub takes no expression where one workflow calls another, so the repository's name is written into the file. */
function calledByName(workflow: string, repository: string): string {
  return workflow.replaceAll(/(?<= uses: )[^\s/]+\/[^\s/]+(?=\/\.github\/workflows\/)/g, repository);
}

function fromSchemas(): Map<string, string> {
  return new Map([
    ['schemas/order.gen.ts', `${HEAD}\n${orderType()}\n${fieldsOf('ORDER_FIELDS', ORDER_SCHEMA)}`],
    [
      'schemas/lake-row.gen.ts',
      `${HEAD}\nimport type { Order } from './order.gen.ts';\n\n${lakeRowType()}\n${fieldsOf('CHANGE_FIELDS', changeSchema())}`,
    ],
    ['lambdas/transform/validate-order.gen.js', `${HEAD}${validatorCode()}\n`],
    ['lambdas/transform/validate-order.gen.d.ts', `${HEAD}\n${VALIDATOR_TYPES}`],
  ]);
}

function orderType(): string {
  return `${comment(ORDER_SCHEMA.description)}export type Order = {\n${members(ORDER_SCHEMA)}${REST}};\n`;
}

/** The lake row's own fields: what it adds to the order's, which it must borrow one and all. */
function changeSchema(): Schema<Property> {
  const { $id, description, required, properties } = LAKE_ROW_SCHEMA;
  for (const name of Object.keys(ORDER_SCHEMA.properties)) {
    const wanted = JSON.stringify(borrowed(name));
    if (JSON.stringify(properties[name]) !== wanted || !required.includes(name))
      throw new Error(`${$id}: ${name} must be required, and be ${wanted} as the order's schema says.`);
  }
  const own = Object.entries(properties).filter((field): field is [string, Property] => 'type' in field[1]);
  return { $id, description, required, properties: Object.fromEntries(own) };
}

function borrowed(name: string): Borrowed {
  const reference = { $ref: `${ORDER_SCHEMA.$id}#/properties/${name}` };
  return ORDER_SCHEMA.required.includes(name) ? reference : { anyOf: [reference, { type: 'null' }] };
}

function lakeRowType(): string {
  const optional = Object.keys(ORDER_SCHEMA.properties).filter(
    (name) => !ORDER_SCHEMA.required.includes(name),
  );
  const nullable = optional.map((name) => `  ${name}: Required<Order>['${name}'] | null;\n`).join('');
  const required = ORDER_SCHEMA.required.map((name) => `'${name}'`).join(' | ');
  return `${comment(LAKE_ROW_SCHEMA.description)}export type LakeRow = Pick<Order, ${required}> & {\n${nullable}${members(changeSchema())}${REST}};\n`;
}

function members({ $id, properties, required }: Schema<Property>): string {
  return Object.entries(properties)
    .map(([name, { type, enum: values, description }]) => {
      const written = values?.map((value) => `'${value}'`).join(' | ') ?? TYPES[type];
      if (!written) throw new Error(`${$id}: ${name} has type ${type}; teach generate.ts to write it.`);
      const mark = required.includes(name) ? '' : '?';
      return `${description ? comment(description, '  ') : ''}  ${name}${mark}: ${written};\n`;
    })
    .join('');
}

/** The schema's own fields as data, for code that walks them. */
function fieldsOf(constant: string, { properties }: Schema<Property>): string {
  const entries = Object.entries(properties).map(
    ([name, { type }]) => `  { name: '${name}', type: '${type}' },\n`,
  );
  return `export const ${constant} = [\n${entries.join('')}] as const;\n`;
}

function comment(text: string, indent = ''): string {
  return `${indent}/** ${text} */\n`;
}

/** ajv's standalone code for the order's schema, without the prose: failing rules would carry it into the bundle. */
function validatorCode(): string {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    formats: { 'date-time': true },
    code: { source: true, esm: true, lines: true },
  });
  const schema = JSON.parse(JSON.stringify(ORDER_SCHEMA), (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  const code = standalone.default(ajv.addSchema(schema), { validate: ORDER_SCHEMA.$id });
  if (/\brequire\(|\bimport\b/.test(code))
    throw new Error('The validator needs ajv at run time: a keyword such as minLength does; use another.');
  return code;
}

const VALIDATOR_TYPES = `import type { Order } from '../../schemas/order.gen.ts';

type Fault = { instancePath: string; keyword: string; params: Record<string, unknown>; message?: string };

/** Whether \`value\` is an order; if not, \`validate.errors\` says why until the next call. */
export declare const validate: {
  (value: unknown): value is Order;
  errors?: Fault[] | null;
};
`;

function readSchema<P>(path: string): Schema<P> {
  return JSON.parse(readText(path));
}

function readText(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await generated()) {
    writeFileSync(new URL(path, ROOT), text);
    console.log(path);
  }
}
