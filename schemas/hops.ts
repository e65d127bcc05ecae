/**
 * The nine hops an order passes, in the data's order, and what each one is:
 *
 *     table → stream → pipe → kinesis → firehose → transform → lake → crawler → athena
 *
 * The name of a hop is the name of its file in every room (`stacks/hops/<hop>.ts`, `local/hops/<hop>/`,
 * `docs/hops/<hop>.md`), of its construct, and of its label wherever it is shown. The order stands here, once.
 */

/** Stores keep records; movers carry them to the next store; athena answers from what is kept. */
export type HopRole = 'store' | 'mover' | 'query';

export const HOPS = [
  { name: 'table', role: 'store', service: 'DynamoDB' },
  { name: 'stream', role: 'store', service: 'DynamoDB Streams' },
  { name: 'pipe', role: 'mover', service: 'EventBridge Pipes' },
  { name: 'kinesis', role: 'store', service: 'Kinesis Data Streams' },
  { name: 'firehose', role: 'mover', service: 'Data Firehose' },
  { name: 'transform', role: 'mover', service: 'Lambda' },
  { name: 'lake', role: 'store', service: 'S3' },
  { name: 'crawler', role: 'mover', service: 'Glue' },
  { name: 'athena', role: 'query', service: 'Athena' },
] as const satisfies readonly { name: string; role: HopRole; service: string }[];

export type HopName = (typeof HOPS)[number]['name'];
