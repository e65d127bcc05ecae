/**
 * What a stack may hold that has no behaviour on a laptop, with the reason. The engine prints this list for the
 * stack that it runs; docs/differences.md repeats it. A type that is neither here nor a part's kind is refused.
 */

type Account = { account: string; region: string };
type Literal = (argument: string) => string;

export type InertKind = {
  why: string;
  /** The attributes that others may refer to. */
  computed(literal: Literal, account: Account): Record<string, unknown>;
};

const named = (service: string, resource: (name: string) => string, argument = 'name') =>
  ((literal, { account, region }) => ({
    arn: `arn:aws:${service}:${region}:${account}:${resource(literal(argument))}`,
    id: literal(argument),
  })) satisfies InertKind['computed'];

const unreferenced: InertKind['computed'] = () => ({});

export const INERT: Readonly<Record<string, InertKind>> = {
  aws_cloudwatch_dashboard: {
    why: 'no dashboards are drawn here; npm start shows the hops itself',
    computed: unreferenced,
  },
  aws_cloudwatch_log_group: {
    why: 'Lambda logs are files under <data dir>/logs, kept until --fresh',
    computed: named('logs', (name) => `log-group:${name}`),
  },
  aws_cloudwatch_log_stream: {
    why: 'delivery errors are in the closing report and under errors/',
    computed: named('logs', (name) => `log-stream:${name}`),
  },
  aws_cloudwatch_metric_alarm: {
    why: 'no alarms are raised here; npm start reports failures itself',
    computed: named('cloudwatch', (name) => `alarm:${name}`, 'alarm_name'),
  },
  aws_kms_alias: {
    why: 'files on the laptop are as encrypted as its disk',
    computed: named('kms', (name) => name),
  },
  aws_kms_key: {
    why: 'files on the laptop are as encrypted as its disk',
    computed: (_literal, { account, region }) => ({
      arn: `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000000`,
      key_id: '00000000-0000-4000-8000-000000000000',
      id: '00000000-0000-4000-8000-000000000000',
    }),
  },
  aws_sns_topic: {
    why: 'nobody is paged by a laptop',
    computed: named('sns', (name) => name),
  },
  aws_sns_topic_policy: { why: 'nobody is paged by a laptop', computed: unreferenced },
  aws_sns_topic_subscription: { why: 'nobody is paged by a laptop', computed: unreferenced },
};

/** Arguments of types that have behaviour, where a resource that declares one would on AWS be another. */
export const INERT_ARGUMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_iam_role: {
    permissions_boundary:
      'its policy is the account’s and not in the stack, so what it forbids is allowed here',
  },
};
