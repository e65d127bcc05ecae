/**
 * The views as the Lambda carries them: `sql/seeds/*.csv` and `sql/views/*.sql` as text, through esbuild. A test holds
 * this list to the directories. Node itself cannot load it; scripts read the directories (scripts/views.ts).
 */

import eventCalendar from '../../sql/seeds/event_calendar.csv';
import eventProfiles from '../../sql/seeds/event_profiles.csv';
import shopClock from '../../sql/seeds/shop_clock.csv';
import customersByValue from '../../sql/views/customers_by_value.sql';
import dataQuality from '../../sql/views/data_quality.sql';
import dealPerformance from '../../sql/views/deal_performance.sql';
import orderChanges from '../../sql/views/order_changes.sql';
import orderFunnel from '../../sql/views/order_funnel.sql';
import ordersCurrent from '../../sql/views/orders_current.sql';
import pipelineLatency from '../../sql/views/pipeline_latency.sql';
import profileCurve from '../../sql/views/profile_curve.sql';
import projectionBacktest from '../../sql/views/projection_backtest.sql';
import salesByCategory from '../../sql/views/sales_by_category.sql';
import salesByMinute from '../../sql/views/sales_by_minute.sql';
import salesProjection from '../../sql/views/sales_projection.sql';
import shopMinutes from '../../sql/views/shop_minutes.sql';
import topProducts from '../../sql/views/top_products.sql';
import type { View } from './dependencies.ts';
import { seedView } from './seeds.ts';

export const VIEWS: readonly View[] = [
  seedView({ name: 'event_calendar', csv: eventCalendar }),
  seedView({ name: 'event_profiles', csv: eventProfiles }),
  seedView({ name: 'shop_clock', csv: shopClock }),
  { name: 'customers_by_value', sql: customersByValue },
  { name: 'data_quality', sql: dataQuality },
  { name: 'deal_performance', sql: dealPerformance },
  { name: 'order_changes', sql: orderChanges },
  { name: 'order_funnel', sql: orderFunnel },
  { name: 'orders_current', sql: ordersCurrent },
  { name: 'pipeline_latency', sql: pipelineLatency },
  { name: 'profile_curve', sql: profileCurve },
  { name: 'projection_backtest', sql: projectionBacktest },
  { name: 'sales_by_category', sql: salesByCategory },
  { name: 'sales_by_minute', sql: salesByMinute },
  { name: 'sales_projection', sql: salesProjection },
  { name: 'shop_minutes', sql: shopMinutes },
  { name: 'top_products', sql: topProducts },
];
