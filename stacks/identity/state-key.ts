/**
 * The policy of the key that encrypts the state and wraps the bundles' data keys. It says what the key may be used for:
 * objects of S3, and bundles of this environment. Who may, among the account's people and roles, their own policies
 * say. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */

import { policyDocument } from '../service-role.ts';
import { iamArn, type Place } from './place.ts';

/** In a key's policy `*` means this key. */
export function stateKeyPolicy(place: Place): string {
  const { environment } = place;
  const account = { AWS: iamArn(place, 'root') };
  return policyDocument([
    {
      Sid: 'AccountAdministers',
      Effect: 'Allow',
      Principal: account,
      Action: [
        'kms:CancelKeyDeletion',
        'kms:CreateAlias',
        'kms:DeleteAlias',
        'kms:Describe*',
        'kms:Disable*',
        'kms:Enable*',
        'kms:Get*',
        'kms:List*',
        'kms:Put*',
        'kms:RotateKeyOnDemand',
        'kms:ScheduleKeyDeletion',
        'kms:TagResource',
        'kms:UntagResource',
        'kms:Update*',
      ],
      Resource: '*',
    },
    {
      Sid: 'ObjectsThroughS3',
      Effect: 'Allow',
      Principal: account,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': `s3.${environment.region}.amazonaws.com` } },
    },
    {
      Sid: 'BundlesOfTheEnvironment',
      Effect: 'Allow',
      Principal: account,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:EncryptionContext:environment': environment.name } },
    },
  ]);
}
