import { isRandomUid, parseTarget, uidText } from '@tapwatt/hal/pn532/target.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes } from '../helpers/bytes.js';

function uidOf(data: string): string {
  const found = parseTarget(bytes(data));
  return found.t === 'target' ? uidText(found.target.uid) : found.t;
}

test('§1.3 no card', () => {
  assert.equal(parseTarget(bytes('00')), { t: 'none' });
});

test('§1.3 UIDs of 4, 7 and 10 bytes', () => {
  assert.is(uidOf('01 01 00 04 08 04 E6 3A E5 D5'), 'E63AE5D5');
  assert.is(uidOf('01 01 00 44 00 07 04 C6 3A 63 11 01 89'), '04C63A63110189');
  assert.is(uidOf('01 01 00 84 00 0A 01 02 03 04 05 06 07 08 09 0A'), '0102030405060708090A');
});

test('§1.3 SENS_RES, SAK and number are read', () => {
  const found = parseTarget(bytes('01 01 00 44 00 07 04 C6 3A 63 11 01 89'));
  assert.ok(found.t === 'target');
  assert.is(found.target.number, 1);
  assert.is(found.target.sensRes, 0x0044);
  assert.is(found.target.selRes, 0);
  assert.is(found.target.ats, null);
});

test('§1.3 ATS follows when SAK bit 5 is set, and is not part of the UID', () => {
  const found = parseTarget(bytes('01 01 03 44 20 07 04 11 22 33 44 55 66 06 75 77 81 02 80'));
  assert.ok(found.t === 'target');
  assert.is(uidText(found.target.uid), '04112233445566');
  assert.equal(found.target.ats, bytes('06 75 77 81 02 80'));
});

test('§1.3 SAK bit 5 without ATS: automatic RATS is off', () => {
  assert.is(uidOf('01 01 03 44 20 07 04 11 22 33 44 55 66'), '04112233445566');
});

test('answers that are cut off or senseless are invalid, not cards', () => {
  for (const data of [
    '',
    '01',
    '01 01 00 04 08',
    '01 01 00 04 08 04 E6 3A E5',
    '01 01 00 04 08 00',
    '01 01 00 04 08 05 01 02 03 04 05',
    '01 01 03 44 20 07 04 11 22 33 44 55 66 06 75 77',
  ]) {
    assert.is(parseTarget(bytes(data)).t, 'invalid', data);
  }
});

test('ISO 14443-3: a 4-byte UID beginning with 08 is random, a longer one is not', () => {
  assert.is(isRandomUid(bytes('08 11 22 33')), true);
  assert.is(isRandomUid(bytes('04 11 22 33')), false);
  assert.is(isRandomUid(bytes('08 11 22 33 44 55 66')), false);
});

test.run();
