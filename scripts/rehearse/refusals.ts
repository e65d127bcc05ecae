/**
 * What is refused before any cloud is asked: proposals that hold more than the pipeline, or that would lose an address
 * which holds data, and a machine that cannot do it right. There is no control plane in this part; the endpoint that
 * the commands are given answers nobody, so whatever is refused here was refused without AWS.
 */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EXIT_REFUSED, EXIT_USAGE } from '../exit-codes.ts';
import type { Promised } from './promise.ts';
import { blockOf, type Change, renameConstruct, withChange } from './proposals.ts';
import { ENVIRONMENT, planArguments, REGION, type Setting } from './stage.ts';
import { expect, verbs } from './verb.ts';

/** Port 9 is "discard", and nobody listens there. */
const NOBODY = 'http://127.0.0.1:9';

type Hostile = { name: string; what: string; change: Change; sentence: RegExp };

const HOSTILE: readonly Hostile[] = [
  {
    name: 'provisioner',
    what: 'a provisioner that runs a command',
    change: (stack) => {
      blockOf(stack, 'aws_sqs_queue.pipe_dead_letters')['provisioner'] = { 'local-exec': { command: 'env' } };
    },
    sentence: /The stack holds "provisioner" at resource\.aws_sqs_queue\.pipe_dead_letters\.provisioner.*?\./,
  },
  {
    name: 'external',
    what: 'a data source that runs a program',
    change: (stack) => {
      stack.data['external'] = { all: { program: ['env'] } };
    },
    sentence: /The stack reads the data source "external",.*?\./,
  },
  {
    name: 'backend',
    what: "a backend that is not the environment's",
    change: (stack) => {
      stack.terraform.backend = { http: { address: 'https://example.com/state' } };
    },
    sentence: /The state would lie in "http"\./,
  },
  {
    name: 'endpoint',
    what: 'an endpoint of its own for AWS',
    change: (stack) => {
      stack.provider.aws[0]['endpoints'] = [{ sts: 'https://example.com' }];
    },
    sentence: /The provider sets "endpoints";.*?\./,
  },
  {
    name: 'file',
    what: 'the content of a file of the machine',
    change: (stack) => {
      blockOf(stack, 'aws_sns_topic.observability_topic')['display_name'] = '${file("/proc/self/environ")}';
    },
    sentence: /The string at \S+ computes a call of file\(\): \S+/,
  },
];

const LOST: readonly Hostile[] = [
  {
    name: 'renamed-construct',
    what: 'the table under another construct id, without a moved block',
    change: (stack) => renameConstruct(stack, 'aws_dynamodb_table.table', 'orders'),
    sentence: /dev would lose aws_dynamodb_table\.table,.*?no longer in the stack\./,
  },
  {
    name: 'renamed-stream',
    what: 'the stream under another name',
    change: (stack) => {
      blockOf(stack, 'aws_kinesis_stream.kinesis')['name'] = 'orders';
    },
    sentence: /aws_kinesis_stream\.kinesis of dev is called orders and was .*?create an empty one\./,
  },
];

export function refusedWithoutCloud(setting: Setting): Promised[] {
  const environment = {
    ...onlyThese(process.env, /^(PATH|HOME|TF_PLUGIN_MIRROR|TF_CLI_CONFIG_FILE|TF_PLUGIN_CACHE_DIR)$/),
    TMPDIR: setting.folder,
    AWS_ENDPOINT_URL: NOBODY,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nobody',
    AWS_MAX_ATTEMPTS: '1',
  };
  const run = verbs(environment, join(setting.folder, 'commands'));
  const part = 'refusals';
  const proposals = [...HOSTILE, ...LOST].map(
    ({ name, what, change, sentence }): Promised => ({
      part,
      promise: `refused before any cloud is asked: ${what}`,
      see: async () => {
        const proposal = withChange(setting.base.directory, ENVIRONMENT, name, change);
        return expect(await run('plan', planArguments(proposal)), EXIT_REFUSED, sentence);
      },
    }),
  );
  return [
    ...proposals,
    {
      part,
      promise: 'another version of Terraform than the pinned one plans nothing',
      see: async () => {
        const environment = { PATH: `${otherTerraform(setting.folder)}${delimiter}${process.env['PATH']}` };
        const said = await run('plan', planArguments(setting.base), { environment });
        return expect(said, EXIT_USAGE, /This is Terraform 1\.4\.0/);
      },
    },
    {
      part,
      promise: 'without credentials there is one sentence and no plan',
      see: async () => {
        const environment = {
          AWS_ACCESS_KEY_ID: undefined,
          AWS_SECRET_ACCESS_KEY: undefined,
          AWS_CONFIG_FILE: join(setting.folder, 'none'),
          AWS_SHARED_CREDENTIALS_FILE: join(setting.folder, 'none'),
          AWS_EC2_METADATA_DISABLED: 'true',
        };
        const said = await run('plan', planArguments(setting.base), { environment });
        return expect(said, EXIT_USAGE, /No AWS credentials were found/);
      },
    },
    {
      part,
      promise: 'an AWS that does not answer is said so',
      see: async () =>
        expect(
          await run('plan', planArguments(setting.base)),
          EXIT_USAGE,
          /Nothing answers|cannot be reached/,
        ),
    },
  ];
}

function onlyThese(environment: NodeJS.ProcessEnv, names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.test(name)));
}

/** A binary that answers as Terraform 1.4.0 does when it is asked for its version. */
function otherTerraform(folder: string): string {
  const place = join(folder, 'terraform-1.4.0');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'terraform'), `#!/bin/sh\necho '{"terraform_version":"1.4.0"}'\n`);
  chmodSync(join(place, 'terraform'), 0o755);
  return place;
}
