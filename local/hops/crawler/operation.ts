/** How the crawler's operations are written, and the crawlers they know. */

import { AwsError } from '../../aws-error.ts';
import { transaction } from '../../operation.ts';
import type { CallContext, Operation, Ports } from '../../ports.ts';
import { inputOf, numberOf, structure, text, textOf } from '../../shape.ts';
import type { Tx } from '../../store/store.ts';
import type { CrawlerConfig } from './config.ts';

export type Crawlers = {
  ports: Ports;
  byName: ReadonlyMap<string, CrawlerConfig>;
  createdAt: number;
};

const named = inputOf(structure({ Name: textOf(1) }));

/** An operation on one crawler, by its `Name`. */
export function crawlerOperation<O>(
  crawlers: Crawlers,
  name: string,
  run: (tx: Tx, config: CrawlerConfig, context: CallContext) => O,
): Operation {
  return transaction({
    service: 'glue',
    name,
    parse: named,
    permissions: ({ Name }) => [{ action: `glue:${name}`, resource: arnOf(crawlers.ports, Name) }],
    run: (tx, { Name }, context) => run(tx, crawlerOf(crawlers, Name), context),
  });
}

function crawlerOf(crawlers: Crawlers, name: string): CrawlerConfig {
  const config = crawlers.byName.get(name);
  if (!config)
    throw new AwsError('EntityNotFoundException', `Crawler entry with name ${name} does not exist`);
  return config;
}

function arnOf(ports: Ports, crawler: string): string {
  return `arn:aws:glue:${ports.region}:${ports.account}:crawler/${crawler}`;
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlers.html */
const CRAWLERS_PER_PAGE_MAX = 1000;

/** What asks for a page of names after the one that the token carries. */
export const pageMembers = { MaxResults: numberOf(1, CRAWLERS_PER_PAGE_MAX), NextToken: text };

export const parsePage = inputOf(structure({}, pageMembers));

export function pageOf(
  crawlers: Crawlers,
  { MaxResults: limit = CRAWLERS_PER_PAGE_MAX, NextToken = '' }: ReturnType<typeof parsePage>,
) {
  const after = Buffer.from(NextToken, 'base64url').toString();
  const rest = [...crawlers.byName.values()]
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = shown[shown.length - 1];
  const next = rest.length > limit && last ? { NextToken: Buffer.from(last.name).toString('base64url') } : {};
  return { shown, next };
}
