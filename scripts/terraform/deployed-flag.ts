/** The `--env` of the verbs that reach an account: which environments there are, in the words of a mistake too. */

import { ENVIRONMENT_NAMES, type EnvironmentName } from '../../stacks/names.ts';

const DEPLOYED = ENVIRONMENT_NAMES.filter((name) => name !== 'local');

/** `local` passes: each verb says itself why it has nothing to do there. */
export const DEPLOYED_FLAG = {
  describe: `the environment: ${DEPLOYED.join(', ')}`,
  type: 'string',
  coerce: (given: unknown): EnvironmentName => {
    const found = ENVIRONMENT_NAMES.find((name) => name === given);
    if (found) return found;
    throw new Error(`There is no environment "${given}", but there are ${DEPLOYED.join(', ')}.`);
  },
} as const;
