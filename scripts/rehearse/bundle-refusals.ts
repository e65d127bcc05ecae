/**
 * What an apply refuses on the way, each happening for real: a bundle of which one byte was changed, a bundle of another
 * environment, one that was applied already, one that nobody stored, a state that somebody else is writing, and a plan
 * that would replace the table with the orders in it.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { EnvironmentName } from '../../stacks/names.ts';
import { EXIT_REFUSED, EXIT_USAGE } from '../exit-codes.ts';
import { bundleKey } from '../sealed-bundle/store.ts';
import { check, type Promised } from './promise.ts';
import { blockOf, withChange } from './proposals.ts';
import { ENVIRONMENT, planArguments, type Stage } from './stage.ts';
import { expect, type Said } from './verb.ts';

const PART = 'way';
const OTHER: EnvironmentName = 'staging';

const PLACES = [
  { name: 'beginning', at: 0 },
  { name: 'middle', at: 0.5 },
  { name: 'end', at: 1 },
] as const;

export function altered(stage: Stage): Promised {
  return {
    part: PART,
    promise: 'a bundle of which a single bit was changed is refused, wherever it was',
    see: async () => {
      const bundle = await stored(stage);
      const seen = await Promise.all(
        PLACES.map(async ({ name, at }) => {
          const file = join(stage.folder, `altered-${name}.sealed`);
          writeFileSync(file, oneBitOther(bundle, at), { mode: 0o600 });
          const args = ['--env', ENVIRONMENT, '--bundle', file, '--tree', stage.base.tree];
          return `in its ${name}: ${expect(await stage.run('apply', args), EXIT_REFUSED, /^error /)}`;
        }),
      );
      return seen.join('\n    ');
    },
  };
}

/** `at` is a part of its length. */
function oneBitOther(bundle: Uint8Array, at: number): Uint8Array {
  const other = Uint8Array.from(bundle);
  const place = Math.floor(at * (other.length - 1));
  other[place] = (other[place] ?? 0) ^ 1;
  return other;
}

async function stored({ clients, bucket, base }: Stage): Promise<Uint8Array> {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: bundleKey(ENVIRONMENT, base.tree) }),
  );
  check(Body !== undefined, 'The bundle is not where it was stored.');
  return Body.transformToByteArray();
}

/** Another apply of the same bundle, while the first is under way: that takes a minute, as S3's lifecycle rules are
 * waited for. */
export type Meanwhile = {
  /** For each line that the first apply says; the first resource that it begins tells that it holds the lock. */
  hear(line: string): void;
  secondApply(): Promise<Said>;
};

export function meanwhile(stage: Stage): Meanwhile {
  let second: Promise<Said> | undefined;
  return {
    hear: (line) => {
      if (/: Creating\.\.\./.test(line))
        second ??= stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree]);
    },
    secondApply: () => {
      check(second !== undefined, 'The first apply never said that it creates anything.');
      return second;
    },
  };
}

export function heldLock({ secondApply }: Meanwhile): Promised {
  return {
    part: PART,
    promise: 'while one apply holds the state, another is told who holds it, since when, and what to do',
    see: async () => {
      const said = await secondApply();
      expect(said, EXIT_USAGE, /--break-lock [0-9a-f-]{36}/);
      return expect(said, EXIT_USAGE, /is locked by \S+@\S+ since \d{4}-\d\d-\d\d .*, for: apply/);
    },
  };
}

export function usedUp(stage: Stage): Promised {
  return {
    part: PART,
    promise: 'the same bundle is refused a second time, and a tree that nobody planned is too',
    see: async () => {
      const [again, unknown] = await Promise.all([
        stage.run('apply', ['--env', ENVIRONMENT, '--tree', stage.base.tree]),
        stage.run('apply', ['--env', ENVIRONMENT, '--tree', '0'.repeat(40)]),
      ]);
      return [
        expect(again, EXIT_REFUSED, /applied to since|The plan is stale|no state at all/),
        expect(unknown, EXIT_REFUSED, /No sealed plan of dev is stored/),
      ].join('\n    ');
    },
  };
}

export function otherEnvironment(stage: Stage): Promised {
  return {
    part: PART,
    promise: `a bundle of ${ENVIRONMENT} is refused for ${OTHER}`,
    see: async () => {
      const file = join(stage.folder, 'other.sealed');
      writeFileSync(file, await stored(stage), { mode: 0o600 });
      const said = await stage.run('apply', ['--env', OTHER, '--bundle', file, '--tree', stage.base.tree]);
      return expect(said, EXIT_REFUSED, /was planned for dev, and --env names staging/);
    },
  };
}

export function replacedTable(stage: Stage): Promised {
  const change = withChange(stage.base.directory, ENVIRONMENT, 'replaced-table', (stack) => {
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
        expect(said, EXIT_REFUSED, /aws_dynamodb_table\.table \[stateful-replace\] .*?\. /),
        expect(said, EXIT_REFUSED, /aws_dynamodb_table\.table \[stream-lost\] .*?\. /),
      ].join('\n    ');
    },
  };
}
