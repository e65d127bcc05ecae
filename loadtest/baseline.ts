/** A constant rate, to compare other runs with: `npm run load -- baseline`, or `k6 run loadtest/baseline.ts` by hand. */

import { loadOf } from './place-orders.ts';
import { summarize } from './summary.ts';

const load = loadOf('baseline');
export const options = load.options;
export const setup = load.setup;
export const handleSummary = summarize;
export default load.place;
