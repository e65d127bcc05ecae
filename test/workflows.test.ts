/** What the workflows promise and no linter sees. Each contract is also shown workflows that break it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGREEMENT } from './workflows/agreement.ts';
import { CHAIN } from './workflows/chain.ts';
import { broken, type Contract, estateOf } from './workflows/contract.ts';
import { FORM } from './workflows/form.ts';
import { LOAD_TEST } from './workflows/load.ts';
import { readFiles } from './workflows/workflow.ts';
import { ZONES } from './workflows/zones.ts';

const FILES = readFiles();
const CONTRACTS: readonly Contract[] = [...ZONES, ...CHAIN, ...FORM, ...AGREEMENT, ...LOAD_TEST];

test('every workflow and action is looked at', () => {
  const { workflows, actions } = estateOf(FILES);
  assert.deepEqual(
    workflows.map(({ file }) => file),
    ['deploy.yml', 'drift.yml', 'load-test.yml', 'plan.yml', 'pull-request.yml'],
  );
  assert.ok(actions.length > 0);
  assert.ok(workflows.every(({ jobs }) => jobs.length > 0));
});

for (const contract of CONTRACTS)
  test(contract.promise, () => {
    const found = contract.findings(estateOf(FILES));
    assert.deepEqual(found, [], `${contract.instead}\n${found.join('\n')}`);
  });

for (const contract of CONTRACTS)
  test(`workflows that break "${contract.promise}" are found`, () => {
    assert.ok(contract.breaks.length > 0, 'The contract has no samples.');
    for (const change of contract.breaks)
      assert.notDeepEqual(
        contract.findings(estateOf(broken(FILES, change))),
        [],
        `Not found in ${change.in}: ${change.to}`,
      );
  });
