import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testChance } from '../../testing/clock.ts';
import { formatDate, parseDatePattern } from './java-date.ts';
import { evaluate, objectKey, parsePrefix, parsePrefixes } from './prefix.ts';

const AT = Date.UTC(2018, 7, 27, 10, 30, 5, 7);
const VALUES = { at: AT, timeZone: 'UTC', chance: testChance() };

function format(pattern: string, at = AT, timeZone = 'UTC'): string {
  return formatDate(parseDatePattern(pattern), at, timeZone);
}

test('the examples of AWS’s page come out as it says', () => {
  const given = (prefix: string | undefined, errorPrefix: string | undefined) => {
    const { data, error } = parsePrefixes(prefix, errorPrefix);
    return [evaluate(data, VALUES), evaluate(error, VALUES)];
  };
  assert.deepEqual(given(undefined, 'myFirehoseFailures/!{firehose:error-output-type}/'), [
    '2018/08/27/10/',
    'myFirehoseFailures/processing-failed/',
  ]);
  assert.throws(
    () => given('!{timestamp:yyyy/MM/dd}', undefined),
    /can't be null when prefix contains expressions/,
  );
  const [data, error] = given(
    'myFirehose/DeliveredYear=!{timestamp:yyyy}/anyMonth/rand=!{firehose:random-string}',
    'myFirehoseFailures/!{firehose:error-output-type}/!{timestamp:yyyy}/anyMonth/!{timestamp:dd}',
  );
  assert.match(data ?? '', /^myFirehose\/DeliveredYear=2018\/anyMonth\/rand=[0-9a-f]{11}$/);
  assert.equal(error, 'myFirehoseFailures/processing-failed/2018/anyMonth/27');
});

test('a prefix without a time gets the default one, an error prefix without expressions the type, too', () => {
  const { data, error } = parsePrefixes('orders/', 'errors/');
  assert.equal(evaluate(data, VALUES), 'orders/2018/08/27/10/');
  assert.equal(evaluate(error, VALUES), 'errors/processing-failed/2018/08/27/10/');
});

test('an object’s name ends in stream, version, time, random id and extension', () => {
  const key = objectKey(parsePrefix('a/'), { ...VALUES, timeZone: 'Asia/Tokyo' }, 'orders', '.gz');
  assert.match(key, /^a\/orders-1-2018-08-27-19-30-05-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.gz$/);
});

test('an expression that Firehose or the engine does not know is refused by name', () => {
  const cases: [string, RegExp][] = [
    ['!{partitionKeyFromQuery:id}/', /dynamic partitioning/],
    ['!{firehose:uuid}/', /no expression/],
    ['!{timestamp:YYYY}/', /week-based year/],
    ['!{timestamp:yyyy', /not closed/],
    ["!{timestamp:yyyy'}", /quote is not closed/],
    ['!{timestamp:[yyyy]}', /reserved/],
    ['!{timestamp:MMMMM}', /wrong number of letters/],
    ['!{timestamp:w}', /"w" is not supported/],
  ];
  for (const [prefix, message] of cases) assert.throws(() => parsePrefixes(prefix, 'e/'), message);
  assert.throws(() => parsePrefixes('!{firehose:error-output-type}/', 'e/'), /cannot contain/);
  assert.throws(
    () => parsePrefixes(undefined, 'e/!{timestamp:yyyy}/'),
    /must contain !\{firehose:error-output-type\}/,
  );
});

test('each field of a date is written as Java writes it', () => {
  const cases: [string, string][] = [
    ['yyyy-MM-dd HH:mm:ss.SSS', '2018-08-27 10:30:05.007'],
    ['yy M d H m s', '18 8 27 10 30 5'],
    ['uuuu DDD D Q', '2018 239 239 3'],
    ['EEE EEEE MMM MMMM', 'Mon Monday Aug August'],
    ['hh a K k', '10 AM 10 10'],
    ["'dt='yyyy'''s'", "dt=2018's"],
    ["yyyy'-'MM'-'dd''", "2018-08-27'"],
    ['X XX XXX x Z VV', 'Z Z Z +00 +0000 UTC'],
    ['S SS SSSSSS', '0 00 007000'],
  ];
  for (const [pattern, text] of cases) assert.equal(format(pattern), text);
});

test('midnight and noon are right on both clocks, and on the day that has 25 hours', () => {
  const midnight = Date.UTC(2026, 0, 1);
  assert.equal(format('HH kk hh KK a', midnight), '00 24 12 00 AM');
  assert.equal(format('HH kk hh KK a', midnight + 12 * 3_600_000), '12 12 12 00 PM');
  const first = Date.UTC(2026, 9, 25, 0, 30);
  assert.equal(format('HH:mm XXX', first, 'Europe/Berlin'), '02:30 +02:00');
  assert.equal(format('HH:mm XXX', first + 3_600_000, 'Europe/Berlin'), '02:30 +01:00');
});

test('in UTC any moment reads as its ISO text', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
      (date) => {
        assert.equal(format("yyyy-MM-dd'T'HH:mm:ss.SSSX", date.getTime()), date.toISOString());
      },
    ),
  );
});

test('text that is quoted comes back as it is, quotes and letters and all', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const quoted = text === '' ? '' : `'${text.replaceAll("'", "''")}'`;
      assert.equal(format(quoted), text);
    }),
  );
});

test('a prefix without expressions is its own value', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes('!{')),
      (text) => assert.equal(evaluate(parsePrefix(text), VALUES), text),
    ),
  );
});
