/** What a run publishes, what it leaves alone, and what it says when it cannot go on. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '@aws-sdk/client-glue';
import { readsOf } from '../../scripts/views/parse-view.ts';
import { publishedSql, storedSql } from './catalog.ts';
import type { View } from './dependencies.ts';
import { planViews, type Target } from './plan.ts';
import { ContractBroken, dropOrphans, PublishFailed, publishViews } from './publish.ts';
import { type FakeCloud, fakeCloud } from './testing.ts';

const view = (name: string, sql: string): View => ({ name, sql, reads: readsOf({ name, sql }) });
const VIEWS: View[] = [
  view('top', '-- what sells?\nSELECT a FROM current'),
  view('current', 'SELECT a FROM raw -- gives a int'),
  view('minutes', 'SELECT a FROM raw'),
];
const CONTRACT = [
  { name: 'a', type: 'integer' },
  { name: 'b', type: 'string' },
] as const;

function target(views: readonly View[] = VIEWS): Target {
  return {
    database: 'sales',
    workGroup: 'group',
    views,
    table: { name: 'raw', contract: CONTRACT },
    by: 'person',
  };
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
  VIEWS.map((each) => (each.name === name ? view(name, sql) : each));

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

test("a view that Athena refuses is named with Athena's words, stops those that read it, and no others", async () => {
  const cloud = crawled();
  cloud.refusals.set('current', "COLUMN_NOT_FOUND: line 2:8: Column 'a' cannot be resolved");
  await assert.rejects(publish(cloud), (error: PublishFailed) => {
    assert.ok(error instanceof PublishFailed);
    assert.equal(
      error.message,
      "The view current was not published: COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved",
    );
    assert.match(error.nextStep, /^Published: minutes\. Left as they were, since they read it: top\. /);
    assert.match(error.nextStep, /Correct .*sql\/views\/current\.sql/);
    return true;
  });
  assert.equal(cloud.log.filter(({ level }) => level === 'error').length, 1);
  assert.deepEqual([...cloud.tables.keys()].sort(), ['minutes', 'raw']);
});

test('after a failure the next run publishes only what is left', async () => {
  const cloud = crawled();
  cloud.refusals.set('minutes', 'Query exhausted resources');
  await assert.rejects(publish(cloud));
  cloud.refusals.clear();
  assert.deepEqual(await publish(cloud), { published: ['minutes'], unchanged: ['current', 'top'] });
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
  assert.equal(Object.keys(Parameters ?? {}).length, 7);
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

test('a view whose columns were changed through Glue is put right, though its text is the same', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.alter('minutes', { StorageDescriptor: { Columns: [{ Name: 'a', Type: 'string' }] } });
  assert.deepEqual(await reasons(cloud), { minutes: 'edited' });
});

test('the SQL that was published can be read again, word for word', async () => {
  const cloud = crawled();
  await publish(cloud);
  assert.equal(publishedSql(cloud.tables.get('top') as Table), VIEWS[0]?.sql);
  assert.equal(storedSql(cloud.tables.get('top') as Table), 'SELECT A FROM CURRENT');
});

test('a table that breaks the contract stops every view, and says which column and why', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.createTable('raw', 'a double, b string');
  const before = structuredClone(cloud.tables);
  await assert.rejects(publish(cloud, withSql('top', 'SELECT 1 FROM raw')), (error: ContractBroken) => {
    assert.ok(error instanceof ContractBroken);
    assert.match(
      error.message,
      /raw\.a is double, the contract wants int or bigint: a row holds something else/,
    );
    return true;
  });
  assert.deepEqual(cloud.tables, before);
});

test('a column that no schema names passes and is told', async () => {
  const cloud = crawled();
  cloud.createTable('raw', 'a int, b string, c double');
  assert.equal((await publish(cloud)).published.length, 3);
  const [told] = cloud.log.filter(({ message }) => message === 'columns that no schema names');
  assert.deepEqual(told?.['columns'], ['c']);
});

test('views of ours that sql/ has no more are offered, and dropped only when asked', async () => {
  const cloud = crawled();
  await publish(cloud);
  cloud.createView('somebodys', 'SELECT 1');
  const fewer = VIEWS.filter(({ name }) => name !== 'top');
  const plan = await planViews(cloud.means.glue, target(fewer));
  assert.ok(plan.kind === 'ready');
  assert.deepEqual([plan.steps, plan.orphans], [[], ['top']]);
  await publish(cloud, fewer);
  assert.ok(cloud.tables.has('top'));
  await dropOrphans(cloud.means, target(fewer), plan);
  assert.deepEqual([...cloud.tables.keys()].sort(), ['current', 'minutes', 'raw', 'somebodys']);
});

test('one view alone takes with it what it reads and what reads it', async () => {
  const cloud = crawled();
  const only = async (...names: string[]) => {
    const plan = await planViews(cloud.means.glue, { ...target(), only: names });
    return plan.kind === 'ready' ? plan.steps.map((step) => step.view.name) : [];
  };
  assert.deepEqual(await only('top'), ['current', 'top']);
  assert.deepEqual(await only('current'), ['current', 'top']);
  assert.deepEqual(await only('minutes'), ['minutes']);
  await assert.rejects(only('tops'), /There is no view tops\./);
});

test('what a person published over a version is left by the Lambda of that version, and replaced by the next', async () => {
  const cloud = crawled();
  const lambda = (views: View[]) => publishViews(cloud.means, { ...target(views), by: 'deployed' });
  await lambda(VIEWS);
  const draft = withSql('minutes', 'SELECT a FROM raw WHERE a = 1');
  assert.deepEqual((await publish(cloud, draft)).published, ['minutes']);
  assert.deepEqual((await lambda(VIEWS)).published, []);
  const later = withSql('minutes', 'SELECT a FROM raw WHERE a = 2');
  assert.deepEqual((await publish(cloud, later)).published, ['minutes']);
  assert.deepEqual((await lambda(VIEWS)).published, []);
  assert.deepEqual((await lambda(draft)).published, []);
  const next = withSql('minutes', 'SELECT a FROM raw WHERE a = 3');
  assert.deepEqual((await lambda(next)).published, ['minutes']);
  assert.deepEqual((await lambda(VIEWS)).published, ['minutes']);
});

test('a person may go back to a version that was replaced', async () => {
  const cloud = crawled();
  await publish(cloud);
  await publish(cloud, withSql('minutes', 'SELECT a FROM raw WHERE a = 1'));
  assert.deepEqual((await publish(cloud)).published, ['minutes']);
  assert.deepEqual((await publishViews(cloud.means, { ...target(), by: 'deployed' })).published, []);
});
