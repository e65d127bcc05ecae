/** The Terraform data sources that a stack of ours can hold, answered without AWS. */

import { EngineError } from '../aws-error.ts';
import { trackedBlock } from './block.ts';
import type { Block } from './stack.ts';

type Account = { account: string; region: string };
type Json = Record<string, unknown>;

export function readDataSource(
  type: string,
  address: string,
  json: Json,
  { account, region }: Account,
): Json {
  switch (type) {
    case 'aws_caller_identity':
      return {
        account_id: account,
        arn: `arn:aws:iam::${account}:user/local`,
        id: account,
        user_id: 'AIDALOCAL',
      };
    case 'aws_region':
      return { name: region, region, id: region };
    case 'aws_partition':
      return { partition: 'aws', dns_suffix: 'amazonaws.com', id: 'aws' };
    case 'aws_iam_policy_document':
      return policyDocument(address, json);
    default:
      throw new EngineError(
        `${address}: the engine does not know the data source ${type}.`,
        'Give the value as a literal in environments.ts, or teach local/stack/data-sources.ts to answer it.',
      );
  }
}

function policyDocument(address: string, json: Json): Json {
  const block = trackedBlock(address, json);
  const document = {
    Version: block.optionalString('version') ?? '2012-10-17',
    Statement: block.blocks('statement').map(statement),
  };
  block.finish();
  return { json: JSON.stringify(document) };
}

function statement(block: Block): Json {
  const condition: Record<string, Record<string, string[]>> = {};
  for (const each of block.blocks('condition')) {
    const test = each.string('test');
    condition[test] = { ...condition[test], [each.string('variable')]: each.strings('values') };
  }
  const entries: [string, unknown][] = [
    ['Sid', block.optionalString('sid')],
    ['Effect', block.optionalString('effect') ?? 'Allow'],
    ['Action', present(block.strings('actions'))],
    ['NotAction', present(block.strings('not_actions'))],
    ['Resource', present(block.strings('resources'))],
    ['NotResource', present(block.strings('not_resources'))],
    ['Principal', principals(block.blocks('principals'))],
    ['Condition', Object.keys(condition).length > 0 ? condition : undefined],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function principals(blocks: Block[]): unknown {
  if (blocks.length === 0) return undefined;
  const pairs = blocks.map((each) => [each.string('type'), each.strings('identifiers')] as const);
  if (pairs.some(([type, identifiers]) => type === '*' && identifiers.includes('*'))) return '*';
  return Object.fromEntries(pairs);
}

function present(list: string[]): string[] | undefined {
  return list.length > 0 ? list : undefined;
}
