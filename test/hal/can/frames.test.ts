import { type CanFrame, decodePowerModuleMessage, encodePowerModuleMessage, HardwareError } from '@tapwatt/hal';
import { checkAddress, checkFrame } from '@tapwatt/hal/can/frames.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes } from '../helpers/bytes.js';

const AMPERE = { idOffset: 0, currentScaleMa: 1000 };
const TENTH = { idOffset: 2, currentScaleMa: 100 };

function frame(id: number, data: string): CanFrame {
  return { id, data: bytes(data) };
}

test('the frames of the brief: 0x200 start, 0x201 stop, 0x210 limit 100 A, 0x300 current 20 A', () => {
  assert.equal(encodePowerModuleMessage({ t: 'start' }, AMPERE), frame(0x200, ''));
  assert.equal(encodePowerModuleMessage({ t: 'stop' }, AMPERE), frame(0x201, ''));
  assert.equal(encodePowerModuleMessage({ t: 'limit', limitMa: 100_000 }, AMPERE), frame(0x210, '64 00'));
  assert.equal(encodePowerModuleMessage({ t: 'current', currentMa: 20_000 }, AMPERE), frame(0x300, '14 00'));
});

test('values are little-endian 16 bit; the scale is configurable; ids are moved by the offset', () => {
  assert.equal(encodePowerModuleMessage({ t: 'limit', limitMa: 32_000 }, TENTH), frame(0x212, '40 01'));
  assert.equal(decodePowerModuleMessage(frame(0x302, '40 01'), TENTH), { t: 'current', currentMa: 32_000 });
  assert.is(decodePowerModuleMessage(frame(0x300, '40 01'), TENTH), null);
});

test('a limit is rounded down, a report to the nearest; both stay within 16 bits', () => {
  assert.equal(encodePowerModuleMessage({ t: 'limit', limitMa: 15_999 }, AMPERE), frame(0x210, '0F 00'));
  assert.equal(encodePowerModuleMessage({ t: 'current', currentMa: 15_500 }, AMPERE), frame(0x300, '10 00'));
  assert.equal(encodePowerModuleMessage({ t: 'limit', limitMa: 1e12 }, AMPERE), frame(0x210, 'FF FF'));
  assert.equal(encodePowerModuleMessage({ t: 'limit', limitMa: -5 }, AMPERE), frame(0x210, '00 00'));
});

test('every message is decoded as it was encoded', () => {
  for (const message of [
    { t: 'start' },
    { t: 'stop' },
    { t: 'limit', limitMa: 6000 },
    { t: 'current', currentMa: 65_535_000 },
  ] as const) {
    assert.equal(decodePowerModuleMessage(encodePowerModuleMessage(message, AMPERE), AMPERE), message);
  }
});

test('short values and foreign ids are nothing', () => {
  assert.is(decodePowerModuleMessage(frame(0x300, ''), AMPERE), null);
  assert.is(decodePowerModuleMessage(frame(0x300, '14'), AMPERE), null);
  assert.is(decodePowerModuleMessage(frame(0x123, '14 00'), AMPERE), null);
});

test('an address whose ids leave the 11 bits, or without scale, is refused with a hint', () => {
  for (const address of [
    { idOffset: 0x500, currentScaleMa: 1000 },
    { idOffset: -1, currentScaleMa: 1000 },
    { idOffset: 0.5, currentScaleMa: 1000 },
    { idOffset: 0, currentScaleMa: 0 },
    { idOffset: 0, currentScaleMa: Number.NaN },
  ]) {
    assert.throws(
      () => checkAddress(address),
      (error: unknown) => error instanceof HardwareError && error.code === 'CAN_ADDRESS' && error.hint.length > 0,
    );
  }
  checkAddress({ idOffset: 0x4ff, currentScaleMa: 100 });
});

test('classic frames only', () => {
  checkFrame({ id: 0x7ff, data: new Uint8Array(8) });
  assert.throws(() => checkFrame({ id: 0x800, data: new Uint8Array(0) }), /11-bit/);
  assert.throws(() => checkFrame({ id: 0x100, data: new Uint8Array(9) }), /9 bytes/);
});

test.run();
