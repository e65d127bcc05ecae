/** The GitHub repository of a rehearsal. It is made up: nobody's. */

export const REPOSITORY = { name: 'your-org/prime-day-order-pipeline', id: 42, ownerId: 7 };
