/**
 * What is sold on the day: products with their category, list price and popularity, and the deals that open during
 * the day. Plain data, so that Node and k6 read the same.
 */

export type Product = { name: string; category: string; priceCents: number };

/** In order of popularity: the order model draws by rank with Zipf weights (rank 1 sells twice as often as rank 2). */
export const PRODUCTS: readonly Product[] = [
  { name: 'Smart Speaker Mini', category: 'Electronics', priceCents: 4999 },
  { name: 'Streaming Stick 4K', category: 'Electronics', priceCents: 5999 },
  { name: 'Wireless Earbuds', category: 'Electronics', priceCents: 12999 },
  { name: 'Air Fryer 5.5 L', category: 'Kitchen', priceCents: 11995 },
  { name: 'Robot Vacuum', category: 'Home', priceCents: 29900 },
  { name: 'Pressure Cooker', category: 'Kitchen', priceCents: 9995 },
  { name: 'E-Reader', category: 'Electronics', priceCents: 14999 },
  { name: 'Protein Powder 2 kg', category: 'Health', priceCents: 5450 },
  { name: 'Dishwasher Tablets, 100', category: 'Household', priceCents: 2249 },
  { name: 'Electric Toothbrush', category: 'Health', priceCents: 7999 },
  { name: 'Building Blocks Set', category: 'Toys', priceCents: 6999 },
  { name: 'Running Shoes', category: 'Fashion', priceCents: 8900 },
  { name: 'Travel Mug', category: 'Kitchen', priceCents: 2495 },
  { name: 'Noise-Cancelling Headphones', category: 'Electronics', priceCents: 34900 },
  { name: 'Yoga Mat', category: 'Sports', priceCents: 2999 },
  { name: 'Board Game', category: 'Toys', priceCents: 3999 },
  { name: 'Gaming Mouse', category: 'Electronics', priceCents: 6999 },
  { name: 'Cotton T-Shirt, 3', category: 'Fashion', priceCents: 2700 },
  { name: 'Coffee Beans 1 kg', category: 'Grocery', priceCents: 1899 },
  { name: 'Desk Lamp', category: 'Home', priceCents: 3250 },
  { name: 'Dumbbell Set', category: 'Sports', priceCents: 12900 },
  { name: 'Sunscreen SPF 50', category: 'Health', priceCents: 1399 },
  { name: 'Mechanical Keyboard', category: 'Electronics', priceCents: 10999 },
  { name: 'Cast-Iron Pan', category: 'Kitchen', priceCents: 3990 },
  { name: 'Puzzle, 1,000 Pieces', category: 'Toys', priceCents: 1799 },
  { name: 'Backpack', category: 'Fashion', priceCents: 5900 },
  { name: 'Bath Towels, 4', category: 'Home', priceCents: 3499 },
  { name: 'Paper Towels, 24', category: 'Household', priceCents: 3099 },
  { name: 'Tent for Two', category: 'Sports', priceCents: 8999 },
  { name: 'Dash Camera', category: 'Electronics', priceCents: 9999 },
  { name: 'Olive Oil 3 L', category: 'Grocery', priceCents: 2999 },
  { name: 'Picture Frame', category: 'Home', priceCents: 1599 },
];

export type Deal = {
  id: string;
  product: string;
  /** Share of the day at which it opens and closes, 0 is midnight. */
  opens: number;
  closes: number;
  percentOff: number;
};

/** Three of four orders of the product come while its deal is open: `DEAL_PULL` decides, in the order model. */
export const DEALS: readonly Deal[] = [
  { id: 'deal-midnight-speaker', product: 'Smart Speaker Mini', opens: 0, closes: 0.125, percentOff: 50 },
  { id: 'deal-early-earbuds', product: 'Wireless Earbuds', opens: 0.25, closes: 0.375, percentOff: 40 },
  { id: 'deal-noon-fryer', product: 'Air Fryer 5.5 L', opens: 0.5, closes: 0.58, percentOff: 45 },
  { id: 'deal-evening-vacuum', product: 'Robot Vacuum', opens: 0.75, closes: 0.875, percentOff: 35 },
  {
    id: 'deal-last-hours-headphones',
    product: 'Noise-Cancelling Headphones',
    opens: 0.875,
    closes: 1,
    percentOff: 30,
  },
];

/**
 * Orders per hour of the day relative to one another: doors open at midnight, a low before dawn, a rise over the
 * day and the evening's peak.
 */
export const HOURLY_INTENSITY: readonly number[] = [
  1.9, 1.2, 0.7, 0.5, 0.4, 0.5, 0.7, 0.9, 1.1, 1.2, 1.2, 1.2, 1.3, 1.2, 1.1, 1.1, 1.1, 1.1, 1.2, 1.4, 1.5,
  1.4, 1.2, 1.0,
];
