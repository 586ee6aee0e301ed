import { parseDateTime } from '@tapwatt/ocpp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const NOON = Date.UTC(2030, 4, 6, 12, 0, 0);

test('1.6 §3.15: fractions and offsets are understood', () => {
  for (const text of [
    '2030-05-06T12:00:00Z',
    '2030-05-06T12:00:00.000Z',
    '2030-05-06T12:00:00.0000000Z',
    '2030-05-06T12:00:00,0Z',
    '2030-05-06T14:00:00+02:00',
    '2030-05-06T14:00:00+0200',
    '2030-05-06T14:00:00+02',
    '2030-05-06T06:30:00.000-05:30',
    '2030-05-06T12:00Z',
    '2030-05-06t12:00:00z',
  ])
    assert.is(parseDateTime(text), NOON, text);
});

test('a time without a zone is UTC', () => {
  assert.is(parseDateTime('2030-05-06T12:00:00'), NOON);
});

test('fractions below a millisecond are cut off', () => {
  assert.is(parseDateTime('2030-05-06T12:00:00.1239999Z'), NOON + 123);
  assert.is(parseDateTime('2030-05-06T12:00:00.5Z'), NOON + 500);
});

test('the edges of the calendar', () => {
  assert.is(parseDateTime('2028-02-29T00:00:00Z'), Date.UTC(2028, 1, 29));
  assert.is(parseDateTime('2030-05-05T24:00:00Z'), Date.UTC(2030, 4, 6));
  assert.is(parseDateTime('2030-06-30T23:59:60Z'), Date.UTC(2030, 5, 30, 23, 59, 59));
  assert.is(parseDateTime('0001-01-01T00:00:00Z'), Date.parse('0001-01-01T00:00:00Z'));
});

test('what is no time stamp', () => {
  for (const text of [
    '',
    'now',
    '2030-05-06',
    '12:00:00Z',
    '2030-05-06 12:00:00Z',
    '2030-02-29T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-00-01T00:00:00Z',
    '2030-05-06T25:00:00Z',
    '2030-05-06T24:00:01Z',
    '2030-05-06T12:60:00Z',
    '2030-05-06T12:00:61Z',
    '2030-05-06T12:00:00+25:00',
    '2030-05-06T12:00:00.Z',
    ' 2030-05-06T12:00:00Z',
    '2030-05-06T12:00:00Z\n',
    '1893456000',
  ])
    assert.is(parseDateTime(text), null, JSON.stringify(text));
});

test.run();
