/** Hostile stacks that would run or read something while planning: types, meta-arguments, and blocks in disguise. */

import type { Attempt, Draft } from './attempt.ts';

const QUEUE = 'aws_sqs_queue.pipe_dead_letters';
const queue = (stack: Draft): Draft => stack.resource.aws_sqs_queue.pipe_dead_letters;

export const BLOCKS: readonly Attempt[] = [
  ...['null_resource', 'terraform_data', 'local_file', 'aws_iam_user', 'aws_s3_object', 'aws_instance'].map(
    (type) => ({
      tries: `a resource of type ${type}`,
      rule: 'gate-resource-type',
      address: `${type}.a`,
      spoil: ({ resource }: Draft) => {
        resource[type] = { a: {} };
      },
    }),
  ),
  ...[
    'external',
    'http',
    'local_file',
    'terraform_remote_state',
    'aws_lambda_invocation',
    'aws_s3_object',
    'aws_secretsmanager_secret_version',
    'aws_ssm_parameter',
    'aws_kms_secrets',
  ].map((type) => ({
    tries: `the data source ${type}`,
    rule: 'gate-data-source',
    address: `data.${type}.a`,
    spoil: ({ data }: Draft) => {
      data[type] = { a: { program: ['sh', '-c', 'id'] } };
    },
  })),
  ...['provisioner', 'PROVISIONER', 'connection', 'count', 'for_each', 'dynamic'].map((key) => ({
    tries: key,
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack: Draft) => {
      queue(stack)[key] = [{ 'local-exec': { command: 'id' } }];
    },
  })),
  {
    tries: 'a provisioner deep in a list',
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).lifecycle = [{ a: [[{ Provisioner: { 'remote-exec': {} } }]] }];
    },
  },
  {
    tries: 'another provider for a block',
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).provider = 'aws.other';
    },
  },
  {
    tries: 'a condition in a lifecycle',
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).lifecycle = { postcondition: [{ condition: '${true}', error_message: 'a' }] };
    },
  },
  {
    tries: 'an action of a later Terraform',
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).lifecycle = { action_trigger: [{ actions: ['action.local_command.a'] }] };
    },
  },
  {
    tries: 'depends_on that is no address',
    rule: 'gate-meta',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).depends_on = ['module.a'];
    },
  },
  {
    tries: 'an output with a precondition',
    rule: 'gate-meta',
    address: 'output.table_name',
    spoil: ({ output }) => {
      output.table_name.precondition = { condition: true };
    },
  },
  {
    tries: 'two blocks in a list',
    rule: 'gate-form',
    address: QUEUE,
    spoil: ({ resource }) => {
      resource.aws_sqs_queue.pipe_dead_letters = [{}, {}];
    },
  },
  {
    tries: 'a list of resource types',
    rule: 'gate-form',
    address: 'resource',
    spoil: (stack) => {
      stack.resource = [stack.resource];
    },
  },
  {
    tries: 'a provisioner in a removed block',
    rule: 'gate-history',
    address: 'aws_sqs_queue.old',
    spoil: (stack) => {
      stack.removed = [{ from: 'aws_sqs_queue.old', provisioners: [{}], lifecycle: { destroy: true } }];
    },
  },
  {
    tries: 'a move out of a module',
    rule: 'gate-history',
    address: 'module.a.aws_sqs_queue.b',
    spoil: (stack) => {
      stack.moved = [{ from: 'module.a.aws_sqs_queue.b', to: QUEUE }];
    },
  },
  {
    tries: 'a move to another type',
    rule: 'gate-history',
    address: 'aws_sns_topic.a',
    spoil: (stack) => {
      stack.moved = [{ from: 'aws_sns_topic.a', to: QUEUE }];
    },
  },
];
