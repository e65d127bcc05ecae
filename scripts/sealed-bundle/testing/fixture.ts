/** A small plan of dev and what lies beside it, to be sealed in tests. */

import type { Manifest } from '../manifest.ts';

export const KEY = 'arn:aws:kms:us-east-2:123456789012:key/dev';
export const OTHER_KEY = 'arn:aws:kms:us-east-2:123456789012:key/prod';
export const COMMIT = 'c'.repeat(40);
export const TREE = 'a'.repeat(40);
export const OTHER_TREE = 'b'.repeat(40);
export const AWS_PROVIDER = 'registry.terraform.io/hashicorp/aws';

export type Stated = Omit<Manifest, 'files'>;

export function stated(changes: Partial<Stated> = {}): Stated {
  return {
    format: 1,
    environment: 'dev',
    commit: COMMIT,
    tree: TREE,
    sealedAt: '2026-11-23T08:00:00.000Z',
    state: { lineage: '3f1c9d52-0000-4000-8000-000000000001', serial: 7 },
    terraformVersion: '1.11.4',
    providers: { [AWS_PROVIDER]: '5.100.0' },
    ...changes,
  };
}

export function bundleFiles(changes: Readonly<Record<string, string>> = {}): Map<string, Uint8Array> {
  const texts = {
    plan: 'the saved plan, which holds the state and its secrets',
    '.terraform.lock.hcl': 'provider "registry.terraform.io/hashicorp/aws" {}\n',
    'cdk.tf.json': '{"resource":{}}\n',
    'assets/transform.zip': 'PK',
    ...changes,
  };
  return new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}
