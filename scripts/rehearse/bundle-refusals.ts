/**
 * What an apply refuses on the way, each happening for real: a bundle of which one byte was changed, a bundle of another
 * environment, one that was applied already, one that nobody stored, a state that somebody else is writing, and a plan
 * that would replace the table with the orders in it.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { EnvironmentName } from '../../stacks/names.ts';
import { EXIT_OK, EXIT_REFUSED, EXIT_USAGE } from '../exit-codes.ts';
import { bundleKey } from '../sealed-bundle/store.ts';
import { check, type Promised } from './promise.ts';
import { blockOf, type ProposalOf, withChange } from './proposals.ts';
import { bootstrapArguments, ENVIRONMENT, planArguments, type Stage } from './stage.ts';
import { expect, type Said } from './verb.ts';

const PART = 'way';
const OTHER: EnvironmentName = 'staging';

/** Where a byte is changed, by its distance from the beginning or, negative, from the end. */
const PLACES = [
  { name: 'its header', at: 40 },
  { name: 'the middle of its ciphertext', at: 'middle' },
  { name: 'its last byte', at: -1 },
] as const;

export function altered(stage: Stage): Promised[] {
  return PLACES.map(({ name, at }) => ({
    part: PART,
    promise: `a bundle of which one bit was changed, in ${name}, is refused`,
    see: async () => {
      const bundle = await stored(stage);
      const place = at === 'middle' ? Math.floor(bundle.length / 2) : (at + bundle.length) % bundle.length;
      bundle[place] = (bundle[place] ?? 0) ^ 1;
      const file = join(stage.folder, `altered-${at}.sealed`);
      writeFileSync(file, bundle, { mode: 0o600 });
      const said = await stage.run('apply', [
        '--env',
        ENVIRONMENT,
        '--bundle',
        file,
        '--tree',
        stage.base.tree,
      ]);
      return expect(said, EXIT_REFUSED, /^error /);
    },
  }));
}

async function stored({ clients, bucket, base }: Stage): Promise<Uint8Array> {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: bundleKey(ENVIRONMENT, base.tree) }),
  );
  check(Body !== undefined, 'The bundle is not where it was stored.');
  return Body.transformToByteArray();
}

/** What Terraform does as long as it holds the lock; the first resource that it begins tells that it does. */
export function heldLock(stage: Stage): { promised: Promised; whileApplying: (line: string) => void } {
  let second: Promise<Said> | undefined;
  return {
    whileApplying: (line) => {
      if (/: Creating\.\.\./.test(line))
        second ??= stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree]);
    },
    promised: {
      part: PART,
      promise: 'while one apply holds the state, another is told who holds it, since when, and what to do',
      see: async () => {
        check(second !== undefined, 'The first apply never said that it creates anything.');
        const said = await second;
        const line = expect(said, EXIT_USAGE, /is locked by \S+@\S+ since \d{4}-\d\d-\d\d .*, for: apply/);
        expect(said, EXIT_USAGE, /--break-lock [0-9a-f-]{36}/);
        return line;
      },
    },
  };
}

export function usedUp(stage: Stage): Promised {
  return {
    part: PART,
    promise: 'the same bundle is refused a second time, and a tree that nobody planned is too',
    see: async () => {
      const again = await stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree]);
      const unknown = await stage.run('apply', ['--env', ENVIRONMENT, '--tree', '0'.repeat(40)]);
      return [
        expect(again, EXIT_REFUSED, /applied to since|The plan is stale|no state at all/),
        expect(unknown, EXIT_REFUSED, /No sealed plan of dev is stored/),
      ].join('\n    ');
    },
  };
}

/** The other environment has a bucket and a key of its own, as it has in an account of its own. */
export function otherEnvironment(stage: Stage): Promised {
  return {
    part: PART,
    promise: `a bundle of ${ENVIRONMENT} is refused by ${OTHER}`,
    see: async () => {
      expect(await stage.run('bootstrap', bootstrapArguments(OTHER, stage)), EXIT_OK, /^made: /);
      const file = join(stage.folder, 'other.sealed');
      writeFileSync(file, await stored(stage), { mode: 0o600 });
      const said = await stage.run('apply', ['--env', OTHER, '--bundle', file, '--tree', stage.base.tree]);
      return expect(said, EXIT_REFUSED, /dev.*staging|staging.*dev/);
    },
  };
}

export function replacedTable(stage: Stage, before: ProposalOf): Promised {
  const change = withChange(before.directory, ENVIRONMENT, 'replaced-table', (stack) => {
    const table = blockOf(stack, 'aws_dynamodb_table.table');
    table['hash_key'] = 'id';
    table['attribute'] = [{ name: 'id', type: 'S' }];
  });
  return {
    part: PART,
    promise: 'a plan that would replace the table is refused by the stateful-address lock and by the review',
    see: async () => {
      const said = await stage.run('plan', planArguments(change));
      return [
        expect(said, EXIT_REFUSED, /aws_dynamodb_table\.table.*\[stateful-replace\]/),
        expect(said, EXIT_REFUSED, /aws_dynamodb_table\.table.*\[(?!stateful)[a-z-]+\]/),
      ].join('\n    ');
    },
  };
}
