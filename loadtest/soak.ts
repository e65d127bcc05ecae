/** A constant rate for an hour: `npm run load -- soak`, or `k6 run loadtest/soak.ts` by hand. */

import { loadOf } from './place-orders.ts';
import { summarize } from './summary.ts';

const load = loadOf('soak');
export const options = load.options;
export const setup = load.setup;
export const handleSummary = summarize;
export default load.place;
