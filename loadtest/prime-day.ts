/** The intensity of a whole Prime Day, compressed: `npm run load -- prime-day`, or `k6 run loadtest/prime-day.ts` by hand. */

import { loadOf } from './place-orders.ts';
import { summarize } from './summary.ts';

const load = loadOf('prime-day');
export const options = load.options;
export const setup = load.setup;
export const handleSummary = summarize;
export default load.place;
