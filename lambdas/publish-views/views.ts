/**
 * The views as the Lambda carries them: `sql/seeds/*.csv` and `sql/views/*.sql` as text, through esbuild, with what
 * each reads from `sql/lineage.json`. A test holds this list to the directories. Node itself cannot load it; scripts
 * read the directories (scripts/views/read-views.ts).
 */

import lineage from '../../sql/lineage.json' with { type: 'json' };
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

function view(name: keyof typeof lineage, sql: string): View {
  return { name, sql, reads: new Map(Object.entries(lineage[name].reads)) };
}

export const VIEWS: readonly View[] = [
  seedView({ name: 'event_calendar', csv: eventCalendar }),
  seedView({ name: 'event_profiles', csv: eventProfiles }),
  seedView({ name: 'shop_clock', csv: shopClock }),
  view('customers_by_value', customersByValue),
  view('data_quality', dataQuality),
  view('deal_performance', dealPerformance),
  view('order_changes', orderChanges),
  view('order_funnel', orderFunnel),
  view('orders_current', ordersCurrent),
  view('pipeline_latency', pipelineLatency),
  view('profile_curve', profileCurve),
  view('projection_backtest', projectionBacktest),
  view('sales_by_category', salesByCategory),
  view('sales_by_minute', salesByMinute),
  view('sales_projection', salesProjection),
  view('shop_minutes', shopMinutes),
  view('top_products', topProducts),
];
