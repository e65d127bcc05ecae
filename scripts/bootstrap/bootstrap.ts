/**
 * Makes, or brings up to date, what an environment needs in its account (stacks/bootstrap.ts), and keeps the state of
 * it where it is never lost: in a folder here until the bucket stands, then in the bucket.
 *
 *     look → synthesize → plan → ask → apply → state to the bucket
 *
 * It can be interrupted anywhere and run again. It handles no key: it acts with the credentials at hand, which are an
 * administrator's, and GitHub is given none.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import type { EnvironmentName } from '../../stacks/names.ts';
import { clientConfig, reaching } from '../clients.ts';
import { UsageError } from '../command.ts';
import type { ResourceChange } from '../terraform/plan-json.ts';
import { readPlan } from '../terraform/read-plan.ts';
import { failure, type Terraform } from '../terraform/terraform.ts';
import { type Account, lookAt, STATE_KEY } from './account.ts';
import type { Repository } from './repository.ts';
import { bootstrapStack } from './stack.ts';
import { readState, type State, whereabouts } from './state.ts';

export type BootstrapTools = {
  terraform: Terraform;
  repository: Repository;
  /** Where folders of unfinished bootstraps are kept. */
  unfinished: string;
  /** Shows what would be done and asks; false stops before anything is changed. */
  agrees: (proposal: { account: Account; changes: readonly ResourceChange[] }) => Promise<boolean>;
  /** A line for whoever waits. */
  say: (line: string) => void;
};

export type Bootstrapped = {
  kind: 'made' | 'nothing to do' | 'declined';
  account: Account;
  changes: readonly ResourceChange[];
};

/** Something was changed, and not everything. */
export class StoppedHalfWay extends UsageError {}

const PLAN = 'bootstrap.tfplan';
const BACKEND = 'backend.tf.json';
const LOCAL_STATE = 'terraform.tfstate';
const PROVIDER_TYPE = 'aws_iam_openid_connect_provider';

type Work = { environment: EnvironmentName; account: Account; folder: string; tools: BootstrapTools };

export async function bootstrap(environment: EnvironmentName, tools: BootstrapTools): Promise<Bootstrapped> {
  const config = clientConfig(environment);
  const account = await reaching(config, () => lookAt(environment, config));
  const folder = join(tools.unfinished, `${account.id}-${environment}`);
  const here = existsSync(join(folder, LOCAL_STATE))
    ? readFileSync(join(folder, LOCAL_STATE), 'utf8')
    : undefined;
  const found = whereabouts(readState(here, folder), readState(account.state, account.bucket), {
    ...account,
    folder,
  });
  const state = found.kind === 'nowhere' ? undefined : found.state;
  const madeHere = !account.knowsGithub || state?.types.includes(PROVIDER_TYPE) === true;
  const stack = await bootstrapStack({
    environment,
    account: account.id,
    repository: tools.repository,
    github: madeHere ? 'made here' : 'existing',
  });
  const work = { environment, account, folder, tools };
  const inBucket = found.kind === 'in the bucket';
  if (inBucket) rmSync(folder, { recursive: true, force: true });
  write(work, stack);
  if (inBucket) write(work, [[BACKEND, backend(work, found.state)]]);
  const outcome = await change(work);
  if (outcome.kind !== 'declined' && !inBucket) await moveState(work);
  // Until the first apply there is nothing to lose.
  if (inBucket || outcome.kind !== 'declined' || state === undefined)
    rmSync(folder, { recursive: true, force: true });
  return outcome;
}

/** Only the owner reads it: a state may hold what is nobody else's business. */
function write({ folder }: Work, files: Iterable<readonly [string, string]>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

async function change(work: Work): Promise<Bootstrapped> {
  const { environment, account, folder, tools } = work;
  const about = (doing: string) => ({ doing, environment });
  tools.say(`${environment}: preparing Terraform ${tools.terraform.version}`);
  await tools.terraform.init(
    folder,
    ['-lockfile=readonly', '-reconfigure'],
    about('make ready (terraform init)'),
  );
  tools.say(`${environment}: planning`);
  await stream(work, ['plan', '-json', '-input=false', `-out=${PLAN}`], 'plan the bootstrap');
  const plan = readPlan(await tools.terraform.text(folder, ['show', '-json', PLAN], about('show the plan')));
  const changes = plan.changes.filter(({ action }) => action !== 'no-op' && action !== 'read');
  if (!plan.applyable) return { kind: 'nothing to do', account, changes };
  if (!(await tools.agrees({ account, changes }))) return { kind: 'declined', account, changes };
  try {
    await stream(work, ['apply', '-json', '-input=false', PLAN], 'apply the bootstrap');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new StoppedHalfWay(
      error.message,
      `Run this again once it is mended: it goes on where it stopped. ${kept(work)}`,
    );
  }
  return { kind: 'made', account, changes };
}

function kept({ folder }: Work): string {
  return existsSync(join(folder, LOCAL_STATE)) ? `What was made is written down in ${folder}; keep it.` : '';
}

async function stream({ environment, folder, tools }: Work, args: string[], doing: string): Promise<void> {
  const { succeeded, diagnostics } = await tools.terraform.stream(folder, args, (message) => {
    if (message.kind === 'started' || message.kind === 'done') tools.say(message.text);
  });
  if (!succeeded) throw failure({ doing, environment }, diagnostics);
}

/**
 * From the folder here to the bucket; only when it is read back from there does the caller remove the one here. From a
 * folder of its own, as Terraform would want to be asked before it leaves a state behind.
 */
async function moveState(work: Work): Promise<void> {
  const { environment, account, folder, tools } = work;
  const about = (doing: string) => ({ doing, environment });
  const here = join(folder, LOCAL_STATE);
  const local = readState(readFileSync(here, 'utf8'), folder);
  if (!local) throw new UsageError(`${folder} holds no state.`, 'Run this again.');
  tools.say(`${environment}: moving the state to s3://${account.bucket}/${STATE_KEY}`);
  const way = { ...work, folder: join(folder, 'to-bucket') };
  rmSync(way.folder, { recursive: true, force: true });
  mkdirSync(way.folder);
  writeFileSync(join(way.folder, BACKEND), backend(work, local));
  try {
    await tools.terraform.init(way.folder, [], about('reach the bucket'));
    await tools.terraform.text(way.folder, ['state', 'push', here], about('put the state into the bucket'));
    const pulled = await tools.terraform.text(way.folder, ['state', 'pull'], about('read the state back'));
    const moved = readState(pulled, account.bucket);
    if (moved?.resources !== local.resources)
      throw new UsageError(`What was read back from ${account.bucket} is not what was put there.`, '');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new StoppedHalfWay(
      error.message,
      `Run this again once it is mended: everything stands, only the state is still to be moved. ${kept(work)}`,
    );
  }
}

function backend({ environment, account }: Work, { keyArn }: State): string {
  if (keyArn === undefined)
    throw new UsageError(
      "The bootstrap's state does not say which key encrypts it: an earlier run stopped half way.",
      'Run this again.',
    );
  const s3 = {
    bucket: account.bucket,
    key: STATE_KEY,
    region: ENVIRONMENTS[environment].region,
    encrypt: true,
    kms_key_id: keyArn,
    use_lockfile: true,
  };
  return JSON.stringify({ terraform: { backend: { s3 } } });
}
