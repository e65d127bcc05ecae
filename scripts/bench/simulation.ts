/** How long the greatest event of docs/capacity.md takes to play: two days at 12,000 orders a second. */

import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { measureOrderLife } from '../capacity/order-life.ts';
import { PROFILES, type Profile } from '../capacity/profiles.ts';
import { simulate } from '../capacity/simulate/simulate.ts';
import type { Benchmark } from './figure.ts';

const { prod } = ENVIRONMENTS;
/** As `npm run capacity -- --profile ceiling` has it, and with shards enough for it. */
const SHARDS = [prod.kinesis.shards, 47];
const WARM_WRITE_UNITS = 40_000;
const SECONDS_MAX = 60;

export const simulation: Benchmark = {
  name: 'simulation',
  about: '48 hours at 12,000 orders a second, played',
  async run(say) {
    const profile = PROFILES.find(({ name }) => name === 'ceiling') as Profile;
    const life = measureOrderLife();
    return SHARDS.map((shards) => {
      const environment = { ...prod, kinesis: { ...prod.kinesis, shards } };
      const startedAt = performance.now();
      const started = process.cpuUsage();
      const { changes } = simulate({
        ...{ environment, profile, life, warmWriteUnits: WARM_WRITE_UNITS, hotShare: 0, seed: 1 },
      });
      const seconds = (performance.now() - startedAt) / 1_000;
      const { user } = process.cpuUsage(started);
      say(`${shards} shards: ${seconds.toFixed(1)} s`);
      return {
        what: `48 h at ${profile.ordersPerSecondPeak.toLocaleString('en-US')} orders/s through ${shards} shards`,
        ours: seconds,
        unit: 's',
        against: { kind: 'at most' as const, value: SECONDS_MAX, source: 'limit' },
        note: `${(user / 1e6).toFixed(1)} s of processor, ${(changes.written / 1e9).toFixed(1)} billion changes`,
      };
    });
  },
};
