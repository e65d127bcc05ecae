/** The Lambda's own benchmark, which stands beside it, as figures of this table. */

import { bench } from '../../lambdas/transform/transform.bench.ts';
import type { Benchmark, Figure } from './figure.ts';

const COLD_START_BEYOND_EMPTY_MS_MAX = 80;

export const transform: Benchmark = {
  name: 'transform',
  about: 'the Lambda: records a second against a bare loop over the same encodings, bundle, cold start',
  async run() {
    const rows = await bench();
    return rows.map(({ name, ours, rival, unit }): Figure => {
      if (unit === 'records/s')
        return { what: name, ours, unit, against: { kind: 'at least', value: rival, source: 'bare loop' } };
      if (unit.startsWith('bytes'))
        return {
          what: name,
          ours,
          unit: 'bytes',
          against: { kind: 'at most', value: rival, source: 'limit' },
        };
      return {
        what: name,
        ours,
        unit: 'ms',
        against: {
          kind: 'at most',
          value: rival + COLD_START_BEYOND_EMPTY_MS_MAX,
          source: `empty handler + ${COLD_START_BEYOND_EMPTY_MS_MAX} ms`,
        },
      };
    });
  },
};
