import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textTable } from './text-table.ts';

test('numbers stand to the right, text to the left, null is empty', () => {
  const columns = [
    { name: 'product', type: 'varchar' },
    { name: 'orders', type: 'bigint' },
  ];
  const text = textTable(columns, [
    ['Kettle', '7'],
    [null, '1200'],
  ]);
  assert.equal(text, ['product  orders', '───────  ──────', 'Kettle        7', '           1200'].join('\n'));
});

test('data cannot move the cursor, and a long value is cut', () => {
  const text = textTable([{ name: 'v', type: 'varchar' }], [['a\u001b[2Jb'], ['x'.repeat(90)]]);
  assert.ok(!text.includes('\u001b'));
  assert.match(text, /x{59}…/);
});
