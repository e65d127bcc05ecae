/** The doors open: ten times the rate within two seconds: `npm run load -- spike`, or `k6 run loadtest/spike.ts` by hand. */

import { loadOf } from './place-orders.ts';
import { summarize } from './summary.ts';

const load = loadOf('spike');
export const options = load.options;
export const setup = load.setup;
export const handleSummary = summarize;
export default load.place;
