import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { placedAt } from '../loadtest/orders.ts';
import { openOrderBook } from './order-book.ts';

const directory = mkdtempSync(join(tmpdir(), 'book-'));
after(() => rmSync(directory, { recursive: true }));

test('a number that a run may have used is never used again, and each seed has its own', () => {
  const first = openOrderBook(directory, 1);
  assert.equal(first.first, 0);
  first.reserve(0);
  first.reserve(999);
  const second = openOrderBook(directory, 1);
  assert.equal(second.first, 1_000);
  second.reserve(1_000);
  assert.equal(openOrderBook(directory, 1).first, 2_000);
  assert.equal(openOrderBook(directory, 2).first, 0);
});

test('a run begins with its first order at once, also after others', () => {
  const book = openOrderBook(directory, 1);
  const now = Date.UTC(2026, 6, 7, 12);
  assert.equal(placedAt(book.model(20, 0, now), book.first), now);
});
