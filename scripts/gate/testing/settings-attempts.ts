/** Hostile stacks that would speak to somebody else: another section, provider, endpoint or state. */

import type { Attempt, Draft } from './attempt.ts';

const s3 = (stack: Draft): Draft => stack.terraform.backend.s3;
const aws = (stack: Draft): Draft => stack.provider.aws[0];

export const SETTINGS: readonly Attempt[] = [
  ...['module', 'variable', 'locals', 'import', 'check', 'ephemeral', 'moved ', 'Resource'].map(
    (section) => ({
      tries: `a section ${JSON.stringify(section)}`,
      rule: 'gate-section',
      address: section,
      spoil: (stack: Draft) => {
        stack[section] = { a: { source: 'git::https://example.com/a.git' } };
      },
    }),
  ),
  ...Object.entries({
    cloud: { organization: 'a' },
    required_version: '>= 0.1',
    experiments: ['a'],
    provider_meta: { aws: {} },
  }).map(([key, value]) => ({
    tries: `terraform.${key}`,
    rule: 'gate-terraform',
    address: `terraform.${key}`,
    spoil: (stack: Draft) => {
      stack.terraform[key] = value;
    },
  })),
  {
    tries: 'a second provider',
    rule: 'gate-provider',
    address: 'terraform.required_providers.external',
    spoil: ({ terraform }) => {
      terraform.required_providers.external = { source: 'hashicorp/external', version: '2.3.4' };
    },
  },
  ...[
    { source: 'example/aws', version: '5.100.0' },
    { source: 'registry.example.com/hashicorp/aws', version: '5.100.0' },
    { source: 'aws', version: '>= 5.0.0' },
    { source: 'aws' },
    { source: 'aws', version: '5.100.0', configuration_aliases: ['aws.a'] },
    ['aws'],
  ].map((required) => ({
    tries: `the provider as ${JSON.stringify(required)}`,
    rule: 'gate-provider',
    address: 'terraform.required_providers.aws',
    spoil: ({ terraform }: Draft) => {
      terraform.required_providers.aws = required;
    },
  })),
  ...Object.entries({
    alias: 'a',
    endpoints: [{ s3: 'https://example.com' }],
    profile: 'admin',
    shared_config_files: ['a'],
    shared_credentials_files: ['a'],
    assume_role: [{ role_arn: 'arn:aws:iam::1:role/a' }],
    assume_role_with_web_identity: [{ web_identity_token_file: 'a' }],
    access_key: 'AKIA',
    http_proxy: 'http://example.com',
    custom_ca_bundle: 'a.pem',
    skip_credentials_validation: true,
    insecure: true,
    '//': {},
  }).map(([key, value]) => ({
    tries: `the provider's ${key}`,
    rule: 'gate-provider',
    address: `provider.aws.${key}`,
    spoil: (stack: Draft) => {
      aws(stack)[key] = value;
    },
  })),
  {
    tries: 'a region that is computed',
    rule: 'gate-provider',
    address: 'provider.aws.region',
    spoil: (stack) => {
      aws(stack).region = '${data.aws_caller_identity.account.account_id}';
    },
  },
  {
    tries: 'a default tag that is computed',
    rule: 'gate-provider',
    address: 'provider.aws.default_tags',
    spoil: (stack) => {
      aws(stack).default_tags[0].tags.a = '${aws_kms_key.key.arn}';
    },
  },
  {
    tries: 'two configurations of the provider',
    rule: 'gate-provider',
    address: 'provider.aws',
    spoil: ({ provider }) => {
      provider.aws.push({ alias: 'b', region: 'us-east-1' });
    },
  },
  {
    tries: 'the configuration of another provider',
    rule: 'gate-provider',
    address: 'provider.http',
    spoil: ({ provider }) => {
      provider.http = [{}];
    },
  },
  {
    tries: 'no backend',
    rule: 'gate-backend',
    address: 'terraform.backend',
    spoil: ({ terraform }) => {
      delete terraform.backend;
    },
  },
  {
    tries: 'another backend',
    rule: 'gate-backend',
    address: 'terraform.backend.http',
    spoil: ({ terraform }) => {
      terraform.backend = { http: { address: 'https://example.com' } };
    },
  },
  ...Object.entries({
    bucket: 'mine',
    endpoint: 'https://example.com',
    endpoints: { s3: 'https://example.com' },
    profile: 'admin',
    role_arn: 'arn:aws:iam::1:role/a',
    key: 'other.tfstate',
    encrypt: false,
    use_lockfile: 'true',
    kms_key_id: 'arn:aws:kms:us-east-2:1:key/a',
    region: 'example.com',
  }).map(([key, value]) => ({
    tries: `the backend's ${key}`,
    rule: 'gate-backend',
    address: `terraform.backend.s3.${key}`,
    spoil: (stack: Draft) => {
      s3(stack)[key] = value;
    },
  })),
];
