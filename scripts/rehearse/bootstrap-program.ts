/**
 * `npm run bootstrap` for a repository that is made up, as this one has no ids of GitHub's until somebody copies it, and
 * with the folder of unfinished bootstraps in the rehearsal's own: `bootstrap-program.ts ENVIRONMENT FOLDER`.
 */

import type { EnvironmentName } from '../../stacks/names.ts';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { run } from '../command.ts';
import { EXIT_OK } from '../exit-codes.ts';
import { findTerraform } from '../terraform/terraform.ts';
import { REPOSITORY } from './repository.ts';

const [environment, unfinished = ''] = process.argv.slice(2);

await run(async () => {
  const { kind, changes, account } = await bootstrap(environment as EnvironmentName, {
    terraform: await findTerraform(process.env),
    repository: REPOSITORY,
    unfinished,
    agrees: async () => true,
    say: (line) => console.error(line),
  });
  console.log(`${kind}: ${changes.length} changes, state in ${account.bucket}`);
  return EXIT_OK;
});
