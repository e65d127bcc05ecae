/** A seed becomes a view of its rows, or a sentence that names the file and the line. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkSeeds, type Seed, seedView } from './seeds.ts';

const csv = (name: string) => readFileSync(new URL(`../../sql/seeds/${name}.csv`, import.meta.url), 'utf8');
const SEEDS: readonly Seed[] = ['event_calendar', 'event_profiles', 'shop_clock'].map((name) => ({
  name,
  csv: csv(name),
}));

function changed(name: string, edit: (text: string) => string): Seed[] {
  return SEEDS.map((seed) => (seed.name === name ? { name, csv: edit(seed.csv) } : seed));
}

test('a seed is the view of its rows, with the types of its first line', () => {
  const { sql } = seedView({ name: 'days', csv: "day date,event varchar\n2026-11-27,Singles' Day\n" });
  assert.match(sql, /CAST\(day AS date\) AS day,\n {2}CAST\(event AS varchar\) AS event\nFROM \(VALUES/);
  assert.match(sql, /\('2026-11-27', 'Singles'' Day'\)\n\) AS seed \(day, event\)/);
});

test('a cell, a line or a column that does not fit is told with its place', () => {
  const refused = (text: string, sentence: RegExp) =>
    assert.throws(() => seedView({ name: 'days', csv: text }), sentence);
  refused('day\n2026-01-01\n', /days\.csv: "day" is no column/);
  refused('day date\n', /days\.csv has no row/);
  refused('day date\n2026-01-01,x\n', /line 2: 2 cells for 1 columns/);
  refused('day date\n2026-01-01\n01.02.2026\n', /line 3: day is "01\.02\.2026", which is no date/);
  refused('event varchar\n"Prime Day"\n', /line 2: event is/);
  refused('day date\n2026-02-28\n2026-02-29\n', /line 3: day is "2026-02-29", which is no date/);
  refused('at timestamp\n2026-01-01 23:59:59\n2026-01-01 24:00:00\n', /line 3: at is "2026-01-01 24:00:00"/);
  assert.ok(seedView({ name: 'days', csv: 'day date\n2028-02-29\n' }), 'a leap day is a day');
});

test('the seeds of the repository hold', () => {
  checkSeeds(SEEDS);
});

test('a profile that does not sum to one, or has a hole, is refused by name', () => {
  const refused = (name: string, edit: (text: string) => string, sentence: RegExp) =>
    assert.throws(() => checkSeeds(changed(name, edit)), sentence);
  const share = /(flash-sale,0,)0\.01819923/;
  refused(
    'event_profiles',
    (text) => text.replace(share, '$10.01819924'),
    /flash-sale sum to 1\.00000001 .*not to 1/,
  );
  refused('event_profiles', (text) => text.replace(share, '$10.01819922'), /flash-sale sum to 0\.99999999/);
  refused('event_profiles', (text) => text.replace(/flash-sale,95.*\n/, ''), /flash-sale has 95 shares/);
  refused(
    'event_profiles',
    (text) => text.replace('flash-sale,95,', 'flash-sale,96,'),
    /flash-sale has 96 shares/,
  );
  refused('event_profiles', (text) => text.replaceAll('normal-day', 'usual'), /no profile normal-day/);
});

test('an event without its profile, a day twice and a clock with a gap are refused', () => {
  const refused = (name: string, edit: (text: string) => string, sentence: RegExp) =>
    assert.throws(() => checkSeeds(changed(name, edit)), sentence);
  refused(
    'event_calendar',
    (text) => text.replace('Black Friday 2026,flash-sale', 'Black Friday 2026,black-friday'),
    /Black Friday 2026 on 2026-11-27 wants the profile black-friday/,
  );
  refused('event_calendar', (text) => `${text}2026-11-27,Other,flash-sale\n`, /has 2026-11-27 twice/);
  refused(
    'shop_clock',
    (text) => text.replace(/2026-03-08 07:00:00,2026/, '2026-03-08 08:00:00,2026'),
    /ends at 2026-03-08 07:00:00, the next begins/,
  );
  assert.throws(() => checkSeeds(SEEDS.slice(1)), /event_calendar\.csv is not there/);
});
