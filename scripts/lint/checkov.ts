/**
 * What checkov says of a synthesized stack: https://www.checkov.io/5.Policy%20Index/terraform.html. It names resources
 * of Terraform JSON by halves (`resource.kinesis`), so their types are looked up in the stack.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../command.ts';
import { type Linted, linted } from './linted.ts';
import { output } from './tool.ts';

type Check = { check_id: string; check_name: string; resource: string; guideline: string | null };
type Report = {
  results: { failed_checks: Check[] };
  summary: { passed: number; failed: number; parsing_errors: number };
};
type Stack = { resource: Readonly<Record<string, Readonly<Record<string, unknown>>>> };

const ARGS = ['--framework', 'terraform_json', '--skip-download', '--quiet', '--output', 'json', '-d', '.'];

/** `stack` is the text of a `cdk.tf.json`. It is given a folder of its own: what lies beside it is not meant. */
export async function checkov(stack: string): Promise<Linted[]> {
  const folder = mkdtempSync(join(tmpdir(), 'checkov-'));
  try {
    writeFileSync(join(folder, 'cdk.tf.json'), stack);
    return fromCheckov(
      await output('checkov', ARGS, { root: folder, found: [1] }),
      JSON.parse(stack) as Stack,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function fromCheckov(text: string, { resource }: Stack): Linted[] {
  const { results, summary } = JSON.parse(text) as Partial<Report>;
  if (!results || !summary || summary.passed + summary.failed === 0 || summary.parsing_errors > 0)
    throw new UsageError(
      'checkov did not read the stack.',
      'Synthesize it with `npm run synth` and see whether it is whole.',
    );
  return results.failed_checks.map(({ check_id, check_name, resource: named, guideline }) => {
    const name = named.split('.').at(-1) ?? '';
    const type = Object.keys(resource).find((each) => named === `${each}.${name}`) ?? typeOf(name, resource);
    return linted(type, {
      rule: check_id,
      address: `${type}.${name}`,
      sentence: `${check_name}.`,
      nextStep: guideline ?? 'https://www.checkov.io/5.Policy%20Index/terraform.html says why.',
    });
  });
}

/** Names are paths of constructs, and seldom two types share one; then the waiver names what the finding shows. */
function typeOf(name: string, resource: Stack['resource']): string {
  const types = Object.keys(resource).filter((type) => name in (resource[type] ?? {}));
  return types.length === 1 ? (types[0] ?? 'resource') : 'resource';
}
