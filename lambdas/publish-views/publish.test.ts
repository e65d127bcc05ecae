/** What a run publishes, what it leaves alone, and what it says when it cannot go on. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { View } from './dependencies.ts';
import { planViews, type Target } from './plan.ts';
import { PublishFailed, publishViews } from './publish.ts';
import { type FakeCloud, fakeCloud } from './testing.ts';

const VIEWS: View[] = [
  { name: 'top', sql: '-- what sells?\nSELECT a FROM current' },
  { name: 'current', sql: 'SELECT a FROM raw -- gives a int' },
  { name: 'minutes', sql: 'SELECT a FROM raw' },
];

function target(views: readonly View[] = VIEWS): Target {
  return { database: 'sales', workGroup: 'group', views, table: { name: 'raw', columns: ['a', 'b'] } };
}

function crawled(): FakeCloud {
  const cloud = fakeCloud();
  cloud.createTable('raw', 'a int, b string');
  return cloud;
}

const publish = (cloud: FakeCloud, views?: readonly View[]) => publishViews(cloud.means, target(views));

async function reasons(cloud: FakeCloud, views?: readonly View[]): Promise<Record<string, string>> {
  const plan = await planViews(cloud.means.glue, target(views));
  assert.equal(plan.kind, 'ready');
  return plan.kind === 'ready'
    ? Object.fromEntries(plan.steps.map(({ view, reason }) => [view.name, reason]))
    : {};
}

const withSql = (name: string, sql: string) =>
  VIEWS.map((view) => (view.name === name ? { name, sql } : view));

test('views are published each after those that it reads', async () => {
  const cloud = crawled();
  assert.deepEqual(await publish(cloud), { published: ['current', 'minutes', 'top'], unchanged: [] });
  assert.deepEqual(
    cloud.executions.map(({ name }) => name),
    ['current', 'minutes', 'top'],
  );
});

test('a second run changes nothing, though Athena stored the SQL in its own words', async () => {
  const cloud = crawled();
  await publish(cloud);
  const before = structuredClone(cloud.tables);
  assert.deepEqual(await publish(cloud), { published: [], unchanged: ['current', 'minutes', 'top'] });
  assert.deepEqual(cloud.tables, before);
  assert.equal(cloud.executions.length, 3);
});

test('before the first crawl nothing is published, and that is no failure', async () => {
  const cloud = fakeCloud();
  assert.deepEqual(await publish(cloud), { published: [], unchanged: [], missing: { table: 'raw' } });
  assert.equal(cloud.executions.length, 0);
  assert.match(String(cloud.log[0]?.['why']), /no table raw yet: the first crawl/);
});

test('a table without a column that orders bring is waited for, and the column is named', async () => {
  const cloud = fakeCloud();
  cloud.createTable('raw', 'a int, other string');
  assert.deepEqual((await publish(cloud)).missing, { table: 'raw', columns: ['b'] });
  assert.equal(cloud.executions.length, 0);
});

test('a column may be one that partitions give', async () => {
  const cloud = fakeCloud();
  cloud.createTable('raw', 'a int');
  cloud.alter('raw', { PartitionKeys: [{ Name: 'b', Type: 'string' }] });
  assert.equal((await publish(cloud)).published.length, 3);
});

test('a view whose SQL changed is published, and so is what reads it', async () => {
  const cloud = crawled();
  await publish(cloud);
  const views = withSql('current', 'SELECT a FROM raw WHERE a > 0');
  assert.deepEqual(await reasons(cloud, views), { current: 'changed', top: 'above' });
  assert.deepEqual((await publish(cloud, views)).unchanged, ['minutes']);
  assert.deepEqual(await reasons(cloud, views), {});
});

test('a view that someone replaced in Athena is put right, even by the same text', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.createView('minutes', 'SELECT a FROM raw');
  assert.deepEqual(await reasons(cloud), { minutes: 'edited' });
  assert.deepEqual((await publish(cloud)).published, ['minutes']);
});

test('a view whose text was changed through Glue is put right, though it still bears its stamp', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.alter('minutes', { ViewOriginalText: 'other' });
  assert.deepEqual(await reasons(cloud), { minutes: 'edited' });
});

test('a retyped or new column below makes everything above it stale', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.createTable('raw', 'a bigint, b string');
  assert.deepEqual(await reasons(cloud), { current: 'stale', minutes: 'stale', top: 'above' });
  await publish(cloud);
  cloud.createTable('raw', 'a bigint, b string, c string');
  assert.equal((await publish(cloud)).published.length, 3);
});

test('columns that only changed their places make nothing stale', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.createTable('raw', 'b string, a int');
  assert.deepEqual(await reasons(cloud), {});
});

test("a view that Athena refuses is named with Athena's words, and what was published before it", async () => {
  const cloud = crawled();
  cloud.refusals.set('minutes', "COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved");
  await assert.rejects(publish(cloud), (error: PublishFailed) => {
    assert.ok(error instanceof PublishFailed);
    assert.equal(
      error.message,
      "The view minutes was not published: COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved",
    );
    assert.match(error.nextStep, /^Published before it: current\. Correct .*sql\/views\/minutes\.sql/);
    return true;
  });
  assert.equal(cloud.log.at(-1)?.level, 'error');
});

test('after a failure the next run publishes only what is left', async () => {
  const cloud = crawled();
  cloud.refusals.set('minutes', 'Query exhausted resources');
  await assert.rejects(publish(cloud));
  cloud.refusals.clear();
  assert.deepEqual(await publish(cloud), { published: ['minutes', 'top'], unchanged: ['current'] });
});

test('a run that died between a view and its stamp is mended by the next', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.alter('current', { Parameters: { presto_view: 'true' } });
  assert.deepEqual((await publish(cloud)).published, ['current', 'top']);
});

test('the stamp leaves the rest of the view as Athena wrote it', async () => {
  const cloud = crawled();
  await publish(cloud);
  const { Parameters, VersionId, ...published } = cloud.tables.get('current') ?? {};
  cloud.createView('current', VIEWS[1]?.sql ?? '');
  const { Parameters: plain, VersionId: _, ...created } = cloud.tables.get('current') ?? {};
  assert.deepEqual(
    Object.fromEntries(Object.entries(published).filter(([, value]) => value !== undefined)),
    created,
  );
  assert.equal(Parameters?.['presto_view'], plain?.['presto_view']);
  assert.equal(Object.keys(Parameters ?? {}).length, 5);
});

test('a circle and an unknown table are found before anything is asked of Athena or Glue', async () => {
  const means = { ...crawled().means, glue: { send: () => assert.fail('asked') } as never };
  await assert.rejects(publishViews(means, target(withSql('current', 'SELECT a FROM top'))), /in a circle/);
  await assert.rejects(publishViews(means, target(withSql('current', 'SELECT a FROM rwa'))), /reads rwa/);
});

test('a table that has the name of a view is left alone', async () => {
  const cloud = crawled();
  cloud.createTable('minutes', 'a int');
  await assert.rejects(publish(cloud), /minutes is a table in the catalog/);
  assert.equal(cloud.executions.length, 0);
});

test("views that are not the repository's are left alone", async () => {
  const cloud = crawled();
  cloud.createView('somebodys', 'SELECT 1');
  const before = structuredClone(cloud.tables.get('somebodys'));
  await publish(cloud);
  assert.deepEqual(cloud.tables.get('somebodys'), before);
});
