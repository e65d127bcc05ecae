import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type History, simulate } from './simulation.ts';

/** SIMULATION_SEED replays one seed; with SIMULATION_ROUNDS it is the first of so many. */
const FIRST = Number(process.env['SIMULATION_SEED'] ?? 1);
const ROUNDS = Number(process.env['SIMULATION_ROUNDS'] ?? (process.env['SIMULATION_SEED'] ? 1 : 30));

test(`whatever fails and whenever it is killed, each acknowledged change is in one place, once (${ROUNDS} histories)`, {
  timeout: 10_000 + ROUNDS * 20_000,
}, async () => {
  const failed: History[] = [];
  const seen = { acknowledged: 0, refused: 0, rows: 0, errors: 0, letters: 0, objects: 0 };
  for (let seed = FIRST; seed < FIRST + ROUNDS; seed++) {
    const history = await simulate(seed);
    if (history.problem) failed.push(history);
    seen.acknowledged += history.acknowledged;
    seen.refused += history.refused;
    for (const place of ['rows', 'errors', 'letters', 'objects'] as const)
      seen[place] += history.places[place];
  }
  assert.deepEqual(
    failed.map(({ scenario: { seed } }) => seed),
    [],
    failed[0] && told(failed[0]),
  );
  // Histories in which nothing went wrong would prove little.
  if (ROUNDS >= 30)
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 0, `no ${what} at all`);
});

test('the same seed is the same history', async () => {
  const [one, other] = [await simulate(FIRST), await simulate(FIRST)];
  assert.equal(one.digest, other.digest);
});

function told({ scenario, problem, lastEvents }: History): string {
  return [
    `Replay: SIMULATION_SEED=${scenario.seed} node --import tsx --test test/simulation/simulation.test.ts`,
    JSON.stringify(scenario),
    'Last events:',
    ...lastEvents.map((event) => `  ${event.slice(0, 300)}`),
    problem?.stack ?? String(problem),
  ].join('\n');
}
