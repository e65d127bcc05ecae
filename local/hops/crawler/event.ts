/**
 * `Glue Crawler State Change` as EventBridge gets it, with AWS's member names and every number as text
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-glue.html). A crawl that was stopped sends none:
 * AWS names Started, Succeeded and Failed alone.
 */

import type { Ports } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import type { Crawl, Summary } from './crawl-record.ts';

export const LOG_GROUP = '/aws-glue/crawlers';

/** AWS writes these times to the second. */
function second(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

function logLink(region: string, crawler: string): string {
  return `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${LOG_GROUP};stream=${crawler}`;
}

function send(tx: Tx, ports: Ports, detail: Record<string, string>): void {
  const Entries = [
    {
      Source: 'aws.glue',
      DetailType: 'Glue Crawler State Change',
      Detail: JSON.stringify(detail),
      Resources: [],
    },
  ];
  ports.callIn(tx, { kind: 'aws' }, 'events', 'PutEvents', { Entries });
}

export function startedEvent(tx: Tx, ports: Ports, crawler: string, crawl: Crawl): void {
  send(tx, ports, {
    accountId: ports.account,
    crawlerName: crawler,
    startTime: second(crawl.startedAt),
    state: 'Started',
    message: 'Crawler Started',
  });
}

export function succeededEvent(
  tx: Tx,
  ports: Ports,
  crawler: string,
  crawl: Crawl,
  summary: Summary,
  warning: string | null,
): void {
  const now = ports.clock.now();
  send(tx, ports, {
    tablesCreated: String(summary.tablesCreated),
    warningMessage: warning ?? 'N/A',
    partitionsUpdated: String(summary.partitionsUpdated),
    tablesUpdated: String(summary.tablesUpdated),
    message: 'Crawler Succeeded',
    partitionsDeleted: String(summary.partitionsDeleted),
    accountId: ports.account,
    'runningTime (sec)': String(Math.round((now - crawl.startedAt) / 1000)),
    tablesDeleted: String(summary.tablesDeleted),
    crawlerName: crawler,
    completionDate: second(now),
    state: 'Succeeded',
    partitionsCreated: String(summary.partitionsCreated),
    cloudWatchLogLink: logLink(ports.region, crawler),
  });
}

export function failedEvent(tx: Tx, ports: Ports, crawler: string, message: string): void {
  send(tx, ports, {
    crawlerName: crawler,
    errorMessage: message,
    accountId: ports.account,
    cloudWatchLogLink: logLink(ports.region, crawler),
    state: 'Failed',
    message: 'Crawler Failed',
  });
}
