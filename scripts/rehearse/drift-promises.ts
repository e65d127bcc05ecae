/**
 * Drift: what somebody changed past Terraform is found, by address and attribute; a waiver covers it until its last day;
 * and a commit that nobody applied yet is told apart from it.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CHANGES, EXIT_OK } from '../exit-codes.ts';
import type { Promised } from './promise.ts';
import { queueSetting, setByHand } from './queue.ts';
import { ENVIRONMENT, type Stage } from './stage.ts';
import { expect } from './verb.ts';

const PART = 'way';
const ADDRESS = 'aws_sqs_queue.pipe_dead_letters';
const ATTRIBUTE = 'visibility_timeout_seconds';

export function driftPromises(stage: Stage): Promised[] {
  const drift = (...args: string[]) => stage.run('drift', ['--env', ENVIRONMENT, ...args]);
  return [
    {
      part: PART,
      promise: 'nothing has drifted after an apply, and what is not applied yet is told apart',
      see: async () => expect(await drift(), EXIT_OK, /^Not applied yet, which is no drift/),
    },
    {
      part: PART,
      promise:
        'what somebody changed by hand is found, by address and attribute, unless a waiver covers it in time',
      see: async () => {
        const before = (await queueSetting(stage, 'VisibilityTimeout')) ?? '';
        await setByHand(stage, 'VisibilityTimeout', '77');
        const [found, covered] = await Promise.all([
          drift('--waivers', waiverUntil(stage, '2020-12-31')),
          drift('--waivers', waiverUntil(stage, '2999-12-31')),
        ]);
        await setByHand(stage, 'VisibilityTimeout', before);
        return [
          expect(found, EXIT_CHANGES, new RegExp(`^${ADDRESS}$`)),
          expect(found, EXIT_CHANGES, new RegExp(`^${ATTRIBUTE}: .*77`)),
          expect(found, EXIT_CHANGES, /A waiver of this drift ended with 2020-12-31/),
          expect(covered, EXIT_OK, /waived until 2999-12-31/),
        ].join('\n    ');
      },
    },
  ];
}

function waiverUntil({ folder }: Stage, until: string): string {
  const file = join(folder, `waivers-${until}.json`);
  const reason = 'Somebody tries a longer timeout by hand; it is put into the stack or taken back.';
  const waiver = {
    kind: 'drift',
    environment: ENVIRONMENT,
    address: ADDRESS,
    attribute: ATTRIBUTE,
    reason,
    until,
  };
  writeFileSync(file, JSON.stringify({ waivers: [waiver] }));
  return file;
}
