/**
 * The views as the Lambda carries them: `sql/views/*.sql` as text, through esbuild. A test holds this list to the
 * directory. Node itself cannot load it; scripts read the directory (scripts/views.ts).
 */

import orderChanges from '../../sql/views/order_changes.sql';
import ordersCurrent from '../../sql/views/orders_current.sql';
import salesByMinute from '../../sql/views/sales_by_minute.sql';
import topProducts from '../../sql/views/top_products.sql';
import type { View } from './dependencies.ts';

export const VIEWS: readonly View[] = [
  { name: 'order_changes', sql: orderChanges },
  { name: 'orders_current', sql: ordersCurrent },
  { name: 'sales_by_minute', sql: salesByMinute },
  { name: 'top_products', sql: topProducts },
];
