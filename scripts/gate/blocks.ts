/** The sections that hold blocks: resources, data sources, outputs, and the moves that keep an address's history. */

import type { Finding } from '../finding.ts';
import type { Json, JsonObject } from '../terraform/plan-json.ts';
import { CODE_FROM_ELSEWHERE, DATA_TYPES, LIFECYCLE, RESOURCE_TYPES } from './allowed.ts';
import { bodiesOf, isObject } from './places.ts';
import { refusal, shown } from './refusal.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** Not a template: Terraform takes the string for an address as it stands. */
const ADDRESS = /^(data\.)?(aws_[a-z0-9_]+)\.[A-Za-z_][A-Za-z0-9_-]*$/;

export function resourceFindings(resource: Json | undefined): Finding[] {
  return typedBlocks('resource', resource, RESOURCE_TYPES, ({ type, address, body }) => [
    ...metaFindings(address, body),
    ...(type === 'aws_lambda_function' ? codeFindings(address, body) : []),
  ]);
}

export function dataFindings(data: Json | undefined): Finding[] {
  return typedBlocks('data', data, DATA_TYPES, ({ address, body }) => metaFindings(address, body));
}

type Block = { type: string; address: string; body: JsonObject };

/** Type, then name, then body, each as CDKTF writes it: one object. A list would hide two blocks in one place. */
function typedBlocks(
  section: 'resource' | 'data',
  value: Json | undefined,
  allowed: ReadonlySet<string>,
  judge: (block: Block) => Finding[],
): Finding[] {
  if (value === undefined) return [];
  if (!isObject(value)) return [refusal('gate-form', section, `The section ${section} is no object.`)];
  return Object.entries(value).flatMap(([type, named]) => {
    const at = (name: string) => `${section === 'data' ? 'data.' : ''}${type}.${name}`;
    if (!isObject(named)) return [refusal('gate-form', at('?'), 'The blocks of this type are no object.')];
    return Object.entries(named).flatMap(([name, body]) => {
      const address = at(name);
      if (!allowed.has(type)) return [notAllowed(section, type, address)];
      if (!NAME.test(name)) return [refusal('gate-form', address, 'The name is none that Terraform knows.')];
      if (!isObject(body)) return [refusal('gate-form', address, 'The block is no object.')];
      return judge({ type, address, body });
    });
  });
}

function notAllowed(section: 'resource' | 'data', type: string, address: string): Finding {
  const [rule, what] =
    section === 'data'
      ? (['gate-data-source', 'reads the data source'] as const)
      : (['gate-resource-type', 'asks for the resource type'] as const);
  return refusal(
    rule,
    address,
    `The stack ${what} "${shown(type)}", which is not on the list of those that it needs.`,
    'Remove it, or have it added to scripts/gate/allowed.ts in a change of its own that is merged first.',
  );
}

/** What Terraform itself reads of a block, besides the keys that are refused everywhere. */
function metaFindings(address: string, body: JsonObject): Finding[] {
  const found: Finding[] = [];
  for (const key of Object.keys(body))
    if (key.toLowerCase() === 'provider')
      found.push(refusal('gate-meta', address, 'The block chooses a provider; there is one.'));
  const { lifecycle, depends_on: dependsOn } = body;
  const bodies = lifecycle === undefined ? [] : bodiesOf(lifecycle);
  if (!bodies) found.push(refusal('gate-meta', address, 'The lifecycle is no object.'));
  for (const key of (bodies ?? []).flatMap((each) => Object.keys(each)))
    if (!LIFECYCLE.has(key)) found.push(refusal('gate-meta', address, `The lifecycle sets "${shown(key)}".`));
  if (dependsOn !== undefined && !(Array.isArray(dependsOn) && dependsOn.every(isAddress)))
    found.push(refusal('gate-meta', address, 'depends_on must be a list of addresses.'));
  return found;
}

function codeFindings(address: string, body: JsonObject): Finding[] {
  return Object.keys(body)
    .filter((key) => CODE_FROM_ELSEWHERE.has(key.toLowerCase()))
    .map((key) =>
      refusal(
        'gate-code',
        address,
        `The Lambda takes code by "${shown(key)}"; only a zip beside the stack is sealed with the plan.`,
      ),
    );
}

export function outputFindings(output: Json | undefined): Finding[] {
  if (output === undefined) return [];
  if (!isObject(output)) return [refusal('gate-form', 'output', 'The section output is no object.')];
  return Object.entries(output).flatMap(([name, body]) => {
    const address = `output.${name}`;
    if (!NAME.test(name) || !isObject(body))
      return [refusal('gate-form', address, 'The output is of no known form.')];
    return Object.keys(body)
      .filter((key) => !['description', 'value', 'sensitive'].includes(key))
      .map((key) => refusal('gate-meta', address, `The output sets "${shown(key)}".`));
  });
}

/** `moved`: a new name for the same thing. */
export function movedFindings(moved: Json | undefined): Finding[] {
  return historyBlocks('moved', moved, ({ from, to, ...rest }) => {
    const kinds = [from, to].map((each) => (isAddress(each) ? typeIn(each) : undefined));
    return Object.keys(rest).length === 0 && kinds[0] !== undefined && kinds[0] === kinds[1];
  });
}

/** `removed`: Terraform forgets the thing, or deletes it. It may hold provisioners, so its form is exact. */
export function removedFindings(removed: Json | undefined): Finding[] {
  return historyBlocks('removed', removed, ({ from, lifecycle, ...rest }) => {
    if (Object.keys(rest).length > 0 || !isAddress(from)) return false;
    if (!isObject(lifecycle)) return lifecycle === undefined;
    const { destroy, ...others } = lifecycle;
    return typeof destroy === 'boolean' && Object.keys(others).length === 0;
  });
}

function historyBlocks(
  section: 'moved' | 'removed',
  value: Json | undefined,
  right: (body: JsonObject) => boolean,
): Finding[] {
  if (value === undefined) return [];
  const bodies = bodiesOf(value);
  if (!bodies) return [refusal('gate-form', section, `The section ${section} is no list of blocks.`)];
  return bodies.flatMap((body, index) =>
    right(body)
      ? []
      : [
          refusal(
            'gate-history',
            typeof body['from'] === 'string' ? body['from'] : `${section}.${index}`,
            `The ${section} block ${index} is not of the known form: ` +
              `${section === 'moved' ? 'from and to, two addresses of one type' : 'from, and lifecycle with destroy'}.`,
          ),
        ],
  );
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && ADDRESS.test(value);
}

function typeIn(address: string): string | undefined {
  return ADDRESS.exec(address)?.[2];
}
