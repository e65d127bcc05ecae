/**
 * The environment's encryption key, and the rights to use it. With `aws-owned` there is no key of ours and no right
 * to give: AWS encrypts with keys it owns, free of charge and out of our sight.
 */

import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { Construct } from 'constructs';
import { BASE_NAMES, nameIn } from './names.ts';
import type { Statement } from './service-role.ts';
import { nameOf, type Setting } from './setting.ts';

export type EncryptionSettings =
  | { kind: 'aws-owned' }
  | { kind: 'customer-key'; rotationDays: number; deletionWindowDays: number };

type CustomerKey = Extract<EncryptionSettings, { kind: 'customer-key' }>;

export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, setting: Setting, settings: CustomerKey) {
    super(scope, id);
    const name = nameOf(setting, BASE_NAMES.key);
    const key = new KmsKey(this, 'Default', {
      description: 'Encrypts orders at rest, in every store they pass.',
      enableKeyRotation: true,
      rotationPeriodInDays: settings.rotationDays,
      deletionWindowInDays: settings.deletionWindowDays,
      policy: JSON.stringify({ Version: '2012-10-17', Statement: keyStatements(setting) }),
    });
    new KmsAlias(this, 'alias', { name: `alias/${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** What Terraform calls to keep a key and its alias as the stack says. */
const KEEPING = [
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DisableKeyRotation',
  'kms:EnableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** In a key's policy `*` means this key. The first statement is AWS's default: the account's IAM policies decide.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function keyStatements({ account, environment }: Setting): unknown[] {
  return [
    {
      Sid: 'AccountDecidesByIam',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    // Here and not in the role's own policies: those could name this key only by a tag, and whoever may set a tag on a
    // new key may set it on anybody's.
    {
      Sid: 'ApplyRoleKeepsTheKey',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:role/${nameIn(environment.name, BASE_NAMES.applyRole)}` },
      Action: [...KEEPING, ...(environment.deletion === 'allowed' ? ['kms:ScheduleKeyDeletion'] : [])],
      Resource: '*',
    },
    {
      Sid: 'AlarmsReachTheirTopic',
      Effect: 'Allow',
      Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ];
}

type KeyUse = 'read' | 'read and write';
type KeyUser = 'dynamodb' | 'kinesis' | 's3' | 'sqs';

/** The right to use the key through the services that hold the data, and only through them. */
export function keyStatement(setting: Setting, use: KeyUse, ...services: KeyUser[]): Statement[] {
  if (setting.keyArn === undefined) return [];
  return [
    {
      Sid: use === 'read' ? 'Decrypt' : 'DecryptAndEncrypt',
      Effect: 'Allow',
      Action: use === 'read' ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: [setting.keyArn],
      Condition: {
        StringEquals: {
          'kms:ViaService': services.map(
            (service) => `${service}.${setting.environment.region}.amazonaws.com`,
          ),
        },
      },
    },
  ];
}
