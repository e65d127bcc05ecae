/** How the crawler's operations are written, and the crawlers they know. */

import { AwsError } from '../../aws-error.ts';
import type { CallContext, Operation, Permission, Ports } from '../../ports.ts';
import type { Tx } from '../../store/store.ts';
import type { CrawlerConfig } from './config.ts';

export type Crawlers = {
  ports: Ports;
  byName: ReadonlyMap<string, CrawlerConfig>;
  createdAt: number;
};

/** An operation on one crawler, by its `Name`. */
export function crawlerOperation<O>(
  crawlers: Crawlers,
  name: string,
  run: (tx: Tx, config: CrawlerConfig, context: CallContext) => O,
): Operation {
  return operation({
    name,
    parse: (raw) => requiredName(raw, 'Name'),
    permissions: (crawler) => [{ action: `glue:${name}`, resource: arnOf(crawlers.ports, crawler) }],
    run: (tx, crawler, context) => run(tx, crawlerOf(crawlers, crawler), context),
  });
}

export function operation<I, O>(definition: {
  name: string;
  parse(raw: unknown): I;
  permissions(input: I): Permission[];
  run(tx: Tx, input: I, context: CallContext): O;
}): Operation {
  const typed: Operation<I, O> = { kind: 'transaction', service: 'glue', ...definition };
  // A list of operations holds many input types; the api hands each `run` what its own `parse` gave.
  return typed as unknown as Operation;
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

export function member(raw: unknown, name: string): unknown {
  return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)[name] : undefined;
}

function requiredName(raw: unknown, name: string): string {
  const found = member(raw, name);
  if (typeof found === 'string' && found !== '') return found;
  const shown = found === undefined || found === null ? 'null' : `'${String(found)}'`;
  const wanted = shown === 'null' ? 'not be null' : 'have length greater than or equal to 1';
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value ${shown} at 'name' failed to satisfy constraint: Member must ${wanted}`,
  );
}

/** A page of names after the one that the token carries. */
export type PageRequest = { limit: number; after: string };

/** https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlers.html */
const CRAWLERS_PER_PAGE_MAX = 1000;

export function parsePage(raw: unknown): PageRequest {
  const limit = member(raw, 'MaxResults') ?? CRAWLERS_PER_PAGE_MAX;
  if (typeof limit !== 'number' || limit < 1 || limit > CRAWLERS_PER_PAGE_MAX)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${String(limit)}' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and ${CRAWLERS_PER_PAGE_MAX}`,
    );
  const token = member(raw, 'NextToken');
  const after = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : '';
  return { limit, after };
}

export function pageOf(crawlers: Crawlers, { limit, after }: PageRequest) {
  const rest = [...crawlers.byName.values()]
    .filter(({ name }) => name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = shown[shown.length - 1];
  const next = rest.length > limit && last ? { NextToken: Buffer.from(last.name).toString('base64url') } : {};
  return { shown, next };
}
