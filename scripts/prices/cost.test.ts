import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesAnOrder } from '../../loadtest/orders.ts';
import { change, planWith } from '../summary/testing/plans.ts';
import type { JsonObject } from '../terraform/plan-json.ts';
import { costOf } from './cost.ts';
import { monthlyOf } from './fixed.ts';
import { PRICE_LIST } from './price-list.ts';
import { runsAMonth } from './schedule.ts';

const stream = (shards: number, hours: number): JsonObject => ({
  shard_count: shards,
  retention_period: hours,
  stream_mode_details: [{ stream_mode: 'PROVISIONED' }],
});

function dollars(type: string, values: JsonObject): number {
  const monthly = monthlyOf(type, values);
  assert.equal(monthly.kind, 'priced', JSON.stringify(monthly));
  return monthly.kind === 'priced' ? Number(monthly.dollars.toFixed(4)) : Number.NaN;
}

test('every price has its unit, AWS’s page and where it was seen', () => {
  assert.match(PRICE_LIST.date, /^\d{4}-\d{2}-\d{2}$/);
  for (const [name, { price, per, unit, page, seen }] of Object.entries(PRICE_LIST.prices)) {
    assert.ok(price > 0 && per >= 1 && unit !== '' && seen !== '', name);
    assert.match(page, /^https:\/\/aws\.amazon\.com\//, name);
  }
});

test('a stream costs its shards, and again for what they keep beyond a day', () => {
  assert.equal(dollars('aws_kinesis_stream', stream(1, 24)), 10.95);
  assert.equal(dollars('aws_kinesis_stream', stream(1, 25)), 25.55);
  assert.equal(dollars('aws_kinesis_stream', stream(24, 168)), 613.2);
  assert.equal(dollars('aws_kinesis_stream', { stream_mode_details: [{ stream_mode: 'ON_DEMAND' }] }), 29.2);
});

test('what the days beyond the seventh cost is said to be missing', () => {
  const said = (hours: number) => JSON.stringify(monthlyOf('aws_kinesis_stream', stream(1, hours)));
  assert.doesNotMatch(said(168), /seventh/);
  assert.match(said(169), /seventh/);
});

test('a crawler costs two units for ten minutes each time its schedule fires', () => {
  assert.equal(dollars('aws_glue_crawler', { schedule: 'cron(5 * * * ? *)' }), 107.0667);
  assert.equal(dollars('aws_glue_crawler', { schedule: 'cron(0/15 * * * ? *)' }), 428.2667);
  assert.equal(monthlyOf('aws_glue_crawler', { schedule: null }).kind, 'free');
  assert.equal(monthlyOf('aws_glue_crawler', { schedule: 'cron(0 9 ? * MON *)' }).kind, 'not-priced');
});

test('a schedule fires as often as its minutes and hours say, and is not guessed at', () => {
  const day = 730 / 24;
  const cases: [string, number | undefined][] = [
    ['cron(* * * * ? *)', 60 * 24 * day],
    ['cron(0 0 * * ? *)', day],
    ['cron(0,30 8-17 * * ? *)', 20 * day],
    ['cron(10-40/10 * ? * * *)', 96 * day],
    ['cron(5/20 * * * ? *)', 72 * day],
    ['cron(60 * * * ? *)', undefined],
    ['cron(0/0 * * * ? *)', undefined],
    ['cron(0 * 1 * ? *)', undefined],
    ['cron(0 * * * ?)', undefined],
    ['rate(5 minutes)', undefined],
    ['', undefined],
  ];
  for (const [schedule, runs] of cases) assert.equal(runsAMonth(schedule), runs, schedule);
});

test('an alarm is paid by its metrics, and more below a minute', () => {
  assert.equal(dollars('aws_cloudwatch_metric_alarm', { period: 60 }), 0.1);
  assert.equal(dollars('aws_cloudwatch_metric_alarm', { period: 59 }), 0.3);
  const metric_query = [{ metric: [{}] }, { metric: [{}] }, { expression: 'a/b', metric: [] }];
  assert.equal(dollars('aws_cloudwatch_metric_alarm', { period: null, metric_query }), 0.2);
  assert.equal(dollars('aws_cloudwatch_metric_alarm', { period: 60, threshold_metric_id: 'a' }), 0.3);
});

test('a type without a known price is named, never zero in silence', () => {
  const { notPriced, monthly } = costOf(planWith([change('aws_nat_gateway.way_out', 'create')]));
  assert.deepEqual(notPriced, [
    { address: 'aws_nat_gateway.way_out', why: 'no price of aws_nat_gateway is known here' },
  ]);
  assert.deepEqual(monthly, { before: 0, after: 0 });
  assert.deepEqual(costOf(planWith([change('aws_nat_gateway.way_out', 'no-op')])).notPriced, []);
  for (const name of ['constructor', '__proto__', 'toString'])
    assert.equal(monthlyOf(name, {}).kind, 'not-priced', name);
});

test('shards that are known only after the apply are named too', () => {
  const { notPriced } = costOf(planWith([change('aws_kinesis_stream.kinesis', 'create')]));
  assert.match(notPriced[0]?.why ?? '', /known only after/);
});

test('the difference is what changes, the largest first; what stays is in both sums', () => {
  const { lines, monthly } = costOf(
    planWith([
      change('aws_cloudwatch_metric_alarm.new', 'create', { after: { period: 60 } }),
      change('aws_kinesis_stream.kinesis', 'update', { before: stream(1, 24), after: stream(2, 24) }),
      change('aws_kms_key.key', 'no-op'),
      change('aws_cloudwatch_dashboard.gone', 'delete'),
    ]),
  );
  assert.deepEqual(
    lines.map(({ address }) => address),
    ['aws_kinesis_stream.kinesis', 'aws_cloudwatch_dashboard.gone', 'aws_cloudwatch_metric_alarm.new'],
  );
  assert.equal(monthly.before.toFixed(2), '14.95');
  assert.equal(monthly.after.toFixed(2), '23.00');
});

test('what Terraform lets go of stays on the bill', () => {
  const { monthly } = costOf(planWith([change('aws_kms_key.key', 'forget', { after: null })]));
  assert.deepEqual(monthly, { before: 1, after: 1 });
});

test('a million orders cost what the README says, hop by hop', () => {
  const hops = ['aws_dynamodb_table.table', 'aws_pipes_pipe.pipe', 'aws_kinesis_stream.kinesis'];
  const more = ['aws_kinesis_firehose_delivery_stream.firehose', 'aws_s3_bucket.lake'];
  const transform = change('aws_lambda_function.transform', 'create', {
    after: { memory_size: 1024, architectures: ['arm64'] },
  });
  const plan = planWith([...[...hops, ...more].map((each) => change(each, 'create')), transform]);
  const { perMillionOrders, usageLines } = costOf(plan);
  assert.equal(perMillionOrders.before, 0);
  // 1.19 for a million changes.
  const expected = 1.19 * changesAnOrder();
  assert.ok(Math.abs(perMillionOrders.after - expected) < 0.05, String(perMillionOrders.after));
  assert.deepEqual(
    usageLines.map(({ what, after }) => `${what} ${after.toFixed(3)}`),
    [
      'table: writes 1.770',
      'pipe: requests 1.133',
      'firehose: 5 KB a record 0.392',
      'kinesis: PUT units 0.040',
      'transform: calls and time 0.016',
      'lake: requests 0.003',
    ],
  );
});

test('more memory of the transform costs more, a provisioned table is not priced by its requests', () => {
  const sized = (memory_size: number) => ({ memory_size, architectures: ['x86_64'] });
  const { perMillionOrders } = costOf(
    planWith([change('aws_lambda_function.transform', 'update', { before: sized(512), after: sized(1024) })]),
  );
  assert.ok(perMillionOrders.after > perMillionOrders.before);
  const table = change('aws_dynamodb_table.table', 'update', {
    before: { billing_mode: 'PAY_PER_REQUEST' },
    after: { billing_mode: 'PROVISIONED' },
  });
  const { notPriced, perMillionOrders: orders } = costOf(planWith([table]));
  assert.match(notPriced[0]?.why ?? '', /provisioned/);
  assert.equal(orders.after, 0);
});
