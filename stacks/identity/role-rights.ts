/**
 * What the plan role and the apply role may do in the account, as policy documents. A plan reads about every kind of
 * resource and reads no order; an apply changes them too. AWS allows a managed policy 6,144 characters, so the apply
 * role's rights are several (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */

import { BASE_NAMES, boundaryArn, ORDERS_TABLE } from '../names.ts';
import { policyDocument, type Statement } from '../service-role.ts';
import { kinds, type Part } from './kinds.ts';
import { arn, bucketArn, glueArns, iamArn, named, type Place, serviceRoles } from './place.ts';
import { applyStateRights, planStateRights } from './state-rights.ts';

/** Each policy by the word that its name ends with. */
export type Policies = Readonly<Record<string, string>>;

export function planPolicies(place: Place, stateKeyArn: string): Policies {
  return {
    ...readPolicies(place),
    state: policyDocument(planStateRights(place, stateKeyArn)),
  };
}

export function applyPolicies(place: Place, stateKeyArn: string): Policies {
  return {
    ...readPolicies(place),
    'change-orders': policyDocument(changing(place, 'orders')),
    'change-questions': policyDocument(changing(place, 'questions')),
    identity: policyDocument([...changeRoles(place), ...passRoles(place), ...makeKeys(place)]),
    state: policyDocument([...applyStateRights(place, stateKeyArn), ...keepOff(place, stateKeyArn)]),
    smoke: policyDocument(smokeTest(place)),
  };
}

function readPolicies(place: Place): Policies {
  return {
    'read-orders': policyDocument([...reading(place, 'orders'), ...readKeys(place)]),
    'read-questions': policyDocument(reading(place, 'questions')),
  };
}

function reading(place: Place, part: Part): Statement[] {
  return kinds(place, part)
    .filter(({ read }) => read.length > 0)
    .map(({ name, on, read }) => ({
      Sid: `Read${name}`,
      Effect: 'Allow',
      Action: [...read],
      Resource: [...on],
    }));
}

function changing(place: Place, part: Part): Statement[] {
  const mayDelete = place.environment.deletion === 'allowed';
  return kinds(place, part)
    .map(({ name, on, change, deleteOrders = [] }) => ({
      Sid: `Change${name}`,
      Effect: 'Allow' as const,
      Action: [...change, ...(mayDelete ? deleteOrders : [])],
      Resource: [...on],
    }))
    .filter(({ Action }) => Action.length > 0);
}

/** A key's id is known only once it is there, and what can be read of it is no secret. */
function readKeys(place: Place): Statement[] {
  return [
    {
      Sid: 'ReadKeys',
      Effect: 'Allow',
      Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'],
      Resource: [arn(place, 'kms', 'key/*')],
    },
    { Sid: 'FindKeys', Effect: 'Allow', Action: ['kms:ListAliases'], Resource: ['*'] },
  ];
}

/** The roles of the services alone, by name: neither this role nor the plan role is among them. What widens a role is
 * allowed only on one that has the boundary, and nothing takes the boundary off. */
function changeRoles(place: Place): Statement[] {
  const roles = serviceRoles(place).map((role) => role.arn);
  return [
    {
      Sid: 'ChangeRoles',
      Effect: 'Allow',
      Action: [
        'iam:DeleteRole',
        'iam:ListInstanceProfilesForRole',
        'iam:TagRole',
        'iam:UntagRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
      ],
      Resource: roles,
    },
    {
      Sid: 'WidenRolesWithinTheBoundary',
      Effect: 'Allow',
      Action: [
        'iam:CreateRole',
        'iam:DeleteRolePolicy',
        'iam:PutRolePermissionsBoundary',
        'iam:PutRolePolicy',
      ],
      Resource: roles,
      Condition: {
        StringEquals: { 'iam:PermissionsBoundary': boundaryArn(place.environment.name, place.account) },
      },
    },
  ];
}

function passRoles(place: Place): Statement[] {
  const services = new Set(serviceRoles(place).map(({ service }) => service));
  return [...services].map((service) => ({
    Sid: `PassRolesTo${service.split('.')[0]}`,
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: serviceRoles(place)
      .filter((role) => role.service === service)
      .map((role) => role.arn),
    Condition: { StringEquals: { 'iam:PassedToService': service } },
  }));
}

/**
 * Making a key, not keeping one: that right stands in the policy of the pipeline's own key (encryption.ts), as a
 * right on every key with our tag would be a right to tag any key. Services use the key in the apply role's name when
 * they make what it encrypts.
 */
function makeKeys(place: Place): Statement[] {
  const { name: environment, region } = place.environment;
  return [
    {
      Sid: 'MakeKeys',
      Effect: 'Allow',
      Action: ['kms:CreateKey', 'kms:TagResource'],
      Resource: ['*'],
      Condition: { StringEquals: { 'aws:RequestTag/environment': environment } },
    },
    {
      Sid: 'NameTheKey',
      Effect: 'Allow',
      Action: ['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
      Resource: [arn(place, 'kms', `alias/${named(place, BASE_NAMES.key)}`)],
    },
    {
      Sid: 'EncryptNewStores',
      Effect: 'Allow',
      Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
      Resource: [arn(place, 'kms', 'key/*')],
      Condition: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 'firehose', 'kinesis', 's3', 'sns', 'sqs'].map(
            (service) => `${service}.${region}.amazonaws.com`,
          ),
        },
      },
    },
  ];
}

/** What the bootstrap made is the administrator's. Nothing above allows it; a policy of the thing's own might. */
function keepOff(place: Place, stateKeyArn: string): Statement[] {
  const state = bucketArn(place, BASE_NAMES.state);
  const own = [BASE_NAMES.planRole, BASE_NAMES.applyRole, BASE_NAMES.loadRole].map((base) =>
    iamArn(place, `role/${named(place, base)}`),
  );
  return [
    {
      Sid: 'NeverTheStateBucketItself',
      Effect: 'Deny',
      Action: ['s3:DeleteBucket*', 's3:DeleteObjectVersion', 's3:PutBucket*', 's3:PutLifecycleConfiguration'],
      Resource: [state, `${state}/*`],
    },
    {
      Sid: 'NeverTheStateKeyItself',
      Effect: 'Deny',
      Action: [
        'kms:CreateAlias',
        'kms:CreateGrant',
        'kms:DisableKey*',
        'kms:PutKeyPolicy',
        'kms:ScheduleKeyDeletion',
        'kms:TagResource',
        'kms:UpdateAlias',
      ],
      Resource: [stateKeyArn],
    },
    {
      Sid: 'NeverTheWorkflowsRoles',
      Effect: 'Deny',
      Action: ['iam:*Role*'],
      Resource: own,
    },
  ];
}

/** One order in, one row out (scripts/smoke.ts): orders of its own, whose ids begin with `smoke-`. */
function smokeTest(place: Place): Statement[] {
  const lake = bucketArn(place, BASE_NAMES.lake);
  const results = bucketArn(place, BASE_NAMES.results);
  const database = named(place, BASE_NAMES.database);
  return [
    {
      Sid: 'OrdersOfItsOwn',
      Effect: 'Allow',
      Action: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
      Resource: [arn(place, 'dynamodb', `table/${named(place, BASE_NAMES.table)}`)],
      // ForAllValues holds of no keys at all, so there must be some.
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['smoke-*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    },
    {
      Sid: 'Crawl',
      Effect: 'Allow',
      Action: ['glue:StartCrawler'],
      Resource: [arn(place, 'glue', `crawler/${named(place, BASE_NAMES.crawler)}`)],
    },
    {
      Sid: 'Ask',
      Effect: 'Allow',
      Action: [
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      Resource: [arn(place, 'athena', `workgroup/${named(place, BASE_NAMES.workgroup)}`)],
    },
    {
      Sid: 'FindTables',
      Effect: 'Allow',
      Action: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
      Resource: [
        ...glueArns(place),
        arn(place, 'glue', 'database/default'),
        arn(place, 'glue', `table/${database}/${ORDERS_TABLE}`),
      ],
    },
    {
      Sid: 'ReadRows',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [`${lake}/orders/*`, `${lake}/errors/*`],
    },
    {
      Sid: 'KeepResults',
      Effect: 'Allow',
      Action: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      Resource: [`${results}/*`],
    },
  ];
}
