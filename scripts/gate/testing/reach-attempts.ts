/** Hostile stacks that would reach for what is not theirs: strings that compute, files, code from elsewhere. */

import type { Attempt, Draft } from './attempt.ts';

const TRANSFORM = 'aws_lambda_function.transform';
const QUEUE = 'aws_sqs_queue.pipe_dead_letters';
const transform = (stack: Draft): Draft => stack.resource.aws_lambda_function.transform;
const queue = (stack: Draft): Draft => stack.resource.aws_sqs_queue.pipe_dead_letters;

export const REACH: readonly Attempt[] = [
  ...[
    '${file("a")}',
    '${ filebase64("a")}',
    'x${templatefile("a", {})}',
    '${fileset(path.module, "*")}',
    '${pathexpand("~")}',
    '${timestamp()}',
    '${uuid()}',
    '${nonsensitive(aws_kms_key.key.arn)}',
    '${provider::aws::arn_parse("a")}',
    '${path.module}',
    '${terraform.workspace}',
    '${var.a}',
    '${local.a}',
    '${self.arn}',
    '${each.value}',
    '${aws_kms_key.key["arn"]}',
    '${aws_kms_key.key[*].arn}',
    '${aws_iam_access_key.a.secret}',
    '${data.aws_ssm_parameter.a.value}',
    '${"${file("a")}"}',
    '${true ? file("a") : "}"}',
    '${~ file("a") ~}',
    '${aws_kms_key.key.arn}${file("a")}',
    '$${plain}${file("a")}',
    '%{ if true }${file("a")}%{ endif }',
    '%{ for a in fileset(".", "*") }%{ endfor }',
    '$$${file("a")}',
    '${',
  ].map((text) => ({
    tries: text,
    rule: 'gate-expression',
    address: QUEUE,
    spoil: (stack: Draft) => {
      queue(stack).name = text;
    },
  })),
  {
    tries: 'an expression in a comment',
    rule: 'gate-expression',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack)['//'].metadata.path = '${file("a")}';
    },
  },
  {
    tries: 'an expression in an output',
    rule: 'gate-expression',
    address: 'output.table_name',
    spoil: ({ output }) => {
      output.table_name.value = { a: ['${file("a")}'] };
    },
  },
  {
    tries: 'an expression as a key',
    rule: 'gate-key',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).tags = { '${file("a")}': 'a' };
    },
  },
  {
    tries: 'a key that looks like another',
    rule: 'gate-key',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack)['pr\u043evisioner'] = [];
    },
  },
  {
    tries: 'a text that is shown otherwise than it reads',
    rule: 'gate-text',
    address: QUEUE,
    spoil: (stack) => {
      queue(stack).name = 'orders\u202egnp';
    },
  },
  ...[
    '/etc/passwd',
    '../../transform.zip',
    'assets/../../a.zip',
    'assets\\transform.zip',
    'assets/%2e%2e/a.zip',
    'assets/other.zip',
    './assets/transform.zip',
    'assets/transform.zip\n',
    '~/a.zip',
    '',
    ['assets/transform.zip'],
  ].map((filename) => ({
    tries: `the file ${JSON.stringify(filename)}`,
    rule: 'gate-file-argument',
    address: TRANSFORM,
    spoil: (stack: Draft) => {
      transform(stack).filename = filename;
    },
  })),
  ...['source', 'policy_file', 'body_file', 'config_files', 'Filename'].map((key) => ({
    tries: `the file argument ${key}`,
    rule: 'gate-file-argument',
    address: QUEUE,
    spoil: (stack: Draft) => {
      queue(stack).deep = [{ [key]: 'a.json' }];
    },
  })),
  ...['s3_bucket', 'image_uri', 'layers', 'S3_Key'].map((key) => ({
    tries: `code by ${key}`,
    rule: 'gate-code',
    address: TRANSFORM,
    spoil: (stack: Draft) => {
      transform(stack)[key] = 'a';
    },
  })),
];
