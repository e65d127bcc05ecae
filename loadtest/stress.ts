/** Climbs until something gives way: `npm run load -- stress`, or `k6 run loadtest/stress.ts` by hand. */

import { loadOf } from './place-orders.ts';
import { summarize } from './summary.ts';

const load = loadOf('stress');
export const options = load.options;
export const setup = load.setup;
export const handleSummary = summarize;
export default load.place;
