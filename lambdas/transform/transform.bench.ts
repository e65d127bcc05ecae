/**
 * How fast the transform is, as ratios to a rival in the same run, so that the machine cancels out:
 * - records a second a core, against a bare loop of base64 -> JSON.parse -> JSON.stringify -> base64 over the same
 *   records, which does no work at all beyond the encodings;
 * - the bundle's bytes, against what we allow it;
 * - a cold start, a new Node process that imports the bundle and answers one record, against an empty handler.
 * Rounds of the two alternate and the medians are compared.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FirehoseTransformationEvent } from 'aws-lambda';
import type { Image } from '../../schemas/change.ts';
import { bundledCode } from '../../scripts/bundle.ts';
import { FULL_ORDER, firehoseEvent, SMALL_ORDER, streamChange } from './testing.ts';
import { transform } from './transform.ts';

export type BenchResult = { name: string; ours: number; rival: number; ratio: number; unit: string };

const BATCH_RECORDS = 500;
const BATCHES_A_ROUND = 20;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
const COLD_STARTS = 11;
const BUNDLE_BYTES_MAX = 20_000;

export async function bench(): Promise<BenchResult[]> {
  const code = bundledCode('lambdas/transform/handler.ts');
  return [
    throughput('transform, four-field orders', mixOf('small')),
    throughput('transform, full orders and their changes', mixOf('full')),
    throughput('transform, the same with four more attributes', mixOf('extended')),
    result('transform, bundle', code.length, BUNDLE_BYTES_MAX, 'bytes (rival: the limit)'),
    coldStart(code),
  ];
}

const ORDERS = {
  small: SMALL_ORDER,
  full: FULL_ORDER,
  extended: {
    ...FULL_ORDER,
    gift: { BOOL: true },
    weight: { N: '12.5' },
    tags: { SS: ['new', 'sale'] },
    address: { M: { city: { S: 'Columbus' }, zip: { S: '43004' } } },
  },
} satisfies Record<string, Image>;

/** Small: the original generator's inserts. Others: an insert, three changes of its status, now and then a removal. */
function mixOf(kind: keyof typeof ORDERS): FirehoseTransformationEvent {
  return firehoseEvent(
    Array.from({ length: BATCH_RECORDS }, (_, i) => {
      const order = { ...ORDERS[kind], orderid: { S: `order-${i}` } };
      if (kind === 'small' || i % 4 === 0) return streamChange(order);
      if (i % 50 === 1) return streamChange(order, { eventName: 'REMOVE' });
      const change = streamChange({ ...order, status: { S: 'SHIPPED' } }, { eventName: 'MODIFY' });
      return { ...change, dynamodb: { ...change.dynamodb, OldImage: order } };
    }),
  );
}

function throughput(name: string, event: FirehoseTransformationEvent): BenchResult {
  const ours = () => transform(event, () => {});
  const rival = () => bareLoop(event);
  const rates: { ours: number[]; rival: number[] } = { ours: [], rival: [] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const [ourRate, rivalRate] = [rateOf(ours), rateOf(rival)];
    if (round < 0) continue;
    rates.ours.push(ourRate);
    rates.rival.push(rivalRate);
  }
  return result(name, median(rates.ours), median(rates.rival), 'records/s');
}

function bareLoop({ records }: FirehoseTransformationEvent): unknown {
  return {
    records: records.map(({ recordId, data }) => ({
      recordId,
      result: 'Ok',
      data: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(data, 'base64').toString()))).toString(
        'base64',
      ),
    })),
  };
}

function rateOf(run: () => unknown): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < BATCHES_A_ROUND; i += 1) run();
  return (BATCHES_A_ROUND * BATCH_RECORDS) / (Number(process.hrtime.bigint() - start) / 1e9);
}

function coldStart(code: Uint8Array): BenchResult {
  const directory = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    const ours = starter(directory, 'ours', code);
    const rival = starter(directory, 'rival', 'export const handler = async () => ({ records: [] });');
    const times: { ours: number[]; rival: number[] } = { ours: [], rival: [] };
    for (let i = 0; i < COLD_STARTS; i += 1) {
      times.ours.push(millisecondsOf(ours));
      times.rival.push(millisecondsOf(rival));
    }
    return result(
      'transform, cold start',
      median(times.ours),
      median(times.rival),
      'ms (rival: an empty handler)',
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A program that loads a handler and calls it once. */
function starter(directory: string, name: string, code: Uint8Array | string): string {
  const handler = join(directory, `${name}.mjs`);
  const main = join(directory, `${name}-main.mjs`);
  writeFileSync(handler, code);
  writeFileSync(
    main,
    `import { handler } from ${JSON.stringify(pathToFileURL(handler).href)};\n` +
      `await handler(${JSON.stringify(firehoseEvent([streamChange(FULL_ORDER)]))});\n`,
  );
  return main;
}

function millisecondsOf(program: string): number {
  const start = process.hrtime.bigint();
  execFileSync(process.execPath, [program], { stdio: 'ignore' });
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function result(name: string, ours: number, rival: number, unit: string): BenchResult {
  return { name, ours: Math.round(ours), rival: Math.round(rival), ratio: ours / rival, unit };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
