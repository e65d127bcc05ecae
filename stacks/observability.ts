/**
 * The eyes on a deployed pipeline: a dashboard with a row for each hop, alarms, and the topic they ring on. Whom it
 * wakes is a subscription that people make for themselves; an address in a repository outlives the person. Log groups
 * stand with the hop that writes to them. An environment whose alarms are 'none' has none of this.
 */

import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { Construct } from 'constructs';
import { HOPS } from '../schemas/hops.ts';
import { alarms, type Metric, metricsOf, type WatchedNames } from './alarms.ts';
import { BASE_NAMES } from './names.ts';
import { crawlerEvent } from './publish-views.ts';
import { policyDocument } from './service-role.ts';
import { nameOf, type Setting } from './setting.ts';

export type AlarmSettings = {
  periodSeconds: number;
  /** How old the oldest change may be that is not yet in the lake. */
  freshnessSecondsMax: number;
  /** How far Firehose may lag behind the end of Kinesis. */
  iteratorAgeSecondsMax: number;
};

export class Observability extends Construct {
  readonly topic: SnsTopic;

  constructor(
    scope: Construct,
    id: string,
    setting: Setting,
    settings: AlarmSettings,
    names: WatchedNames & { crawler: string },
  ) {
    super(scope, id);
    this.topic = topic(this, setting);
    for (const alarm of alarms(names, settings))
      new CloudwatchMetricAlarm(this, alarm.id, {
        alarmName: `${nameOf(setting, BASE_NAMES.key)}-${alarm.id.replaceAll('_', '-')}`,
        alarmDescription: alarm.meaning,
        namespace: alarm.metric.namespace,
        metricName: alarm.metric.name,
        dimensions: alarm.metric.dimensions,
        statistic: alarm.statistic,
        period: settings.periodSeconds,
        evaluationPeriods: alarm.periods,
        threshold: alarm.threshold,
        comparisonOperator: alarm.rings === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        // No orders at night is no alarm.
        treatMissingData: 'notBreaching',
        alarmActions: [this.topic.arn],
        okActions: [this.topic.arn],
      });
    crawlFailures(this, setting, names.crawler, this.topic);
    new CloudwatchDashboard(this, 'dashboard', {
      dashboardName: nameOf(setting, BASE_NAMES.dashboard),
      dashboardBody: JSON.stringify({ widgets: widgets(names, setting.environment.region, settings) }),
    });
  }
}

function topic(scope: Construct, setting: Setting): SnsTopic {
  const made = new SnsTopic(scope, 'topic', {
    name: nameOf(setting, BASE_NAMES.alarms),
    ...(setting.keyArn === undefined ? {} : { kmsMasterKeyId: setting.keyArn }),
  });
  new SnsTopicPolicy(scope, 'topic_policy', {
    arn: made.arn,
    policy: policyDocument([
      {
        Sid: 'AlarmsAndRulesMayRing',
        Effect: 'Allow',
        Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
        Action: 'sns:Publish',
        Resource: made.arn,
        Condition: { StringEquals: { 'aws:SourceAccount': setting.account } },
      },
      {
        Sid: 'OnlyByTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: made.arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]),
  });
  return made;
}

/** Glue has no metric of crawls; the event of a failed one rings instead. */
function crawlFailures(scope: Construct, setting: Setting, crawler: string, ring: SnsTopic): void {
  const rule = new CloudwatchEventRule(scope, 'crawl_failed', {
    name: nameOf(setting, BASE_NAMES.crawlFailed),
    description: 'The crawler failed: new partitions and columns cannot be queried yet.',
    eventPattern: JSON.stringify(crawlerEvent(crawler, 'Failed')),
  });
  new CloudwatchEventTarget(scope, 'crawl_failed_target', {
    rule: rule.name,
    targetId: 'alarms',
    arn: ring.arn,
  });
}

const WIDGET_WIDTH = 12;
const WIDGET_HEIGHT = 6;

/** One graph for each hop that has numbers of its own, in the data's order, two in a row. */
function widgets(names: WatchedNames, region: string, { periodSeconds }: AlarmSettings): unknown[] {
  const metric = metricsOf(names);
  const shown: Partial<Record<string, Metric[]>> = {
    table: [metric.tableWrites, metric.tableThrottled],
    pipe: [metric.pipeEvents, metric.pipeFailed, metric.deadLetters],
    kinesis: [metric.kinesisRecords, metric.kinesisThrottled, metric.iteratorAge],
    firehose: [metric.delivered, metric.freshness],
    transform: [metric.transformCalls, metric.transformErrors, metric.transformDuration],
    athena: [metric.publishViewsCalls, metric.publishViewsErrors, metric.scannedBytes],
  };
  return HOPS.flatMap(({ name, service }) => {
    const metrics = shown[name];
    return metrics ? [{ title: `${name} (${service})`, metrics }] : [];
  }).map(({ title, metrics }, index) => ({
    type: 'metric',
    x: (index % 2) * WIDGET_WIDTH,
    y: Math.floor(index / 2) * WIDGET_HEIGHT,
    width: WIDGET_WIDTH,
    height: WIDGET_HEIGHT,
    properties: {
      title,
      region,
      period: periodSeconds,
      stat: 'Sum',
      metrics: metrics.map(({ namespace, name, dimensions }) => [
        namespace,
        name,
        ...Object.entries(dimensions).flat(),
      ]),
    },
  }));
}
