import {
  diagnoseEcho,
  getFirmwareVersion,
  getGeneralStatus,
  inAutoPoll,
  inListPassiveTarget,
  inRelease,
  type Pn532Command,
  parseFirmwareVersion,
  parseStatus,
  powerDown,
  rfField,
  rfMaxRetries,
  samConfiguration,
  setParameters,
} from '@tapwatt/hal/pn532/commands.js';
import {
  ACK_FRAME,
  ERROR_FRAME,
  encodeCommand,
  encodeResponse,
  NACK_FRAME,
  parseFrame,
} from '@tapwatt/hal/pn532/frame.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bytes, hex } from '../helpers/bytes.js';

/** research/pi-platform.md §1.3: what the host sends. */
const SENT: [string, Pn532Command, string][] = [
  ['GetFirmwareVersion', getFirmwareVersion(), '00 00 FF 02 FE D4 02 2A 00'],
  ['SAMConfiguration, 1 s, IRQ', samConfiguration({ timeout: 0x14, irq: true }), '00 00 FF 05 FB D4 14 01 14 01 02 00'],
  ['SAMConfiguration, IRQ', samConfiguration({ timeout: 0, irq: true }), '00 00 FF 05 FB D4 14 01 00 01 16 00'],
  ['SAMConfiguration', samConfiguration({ timeout: 0, irq: false }), '00 00 FF 05 FB D4 14 01 00 00 17 00'],
  ['SAMConfiguration, short', samConfiguration(), '00 00 FF 03 FD D4 14 01 17 00'],
  ['RFConfiguration 5, one try', rfMaxRetries(0), '00 00 FF 06 FA D4 32 05 FF 01 00 F5 00'],
  ['RFConfiguration 5, two tries', rfMaxRetries(1), '00 00 FF 06 FA D4 32 05 FF 01 01 F4 00'],
  ['RFConfiguration 5, three tries', rfMaxRetries(2), '00 00 FF 06 FA D4 32 05 FF 01 02 F3 00'],
  ['RF field off', rfField(false), '00 00 FF 04 FC D4 32 01 00 F9 00'],
  ['RF field on', rfField(true), '00 00 FF 04 FC D4 32 01 01 F8 00'],
  ['InListPassiveTarget', inListPassiveTarget(), '00 00 FF 04 FC D4 4A 01 00 E1 00'],
  ['InRelease', inRelease(), '00 00 FF 03 FD D4 52 00 DA 00'],
  ['PowerDown', powerDown(0x80), '00 00 FF 03 FD D4 16 80 96 00'],
  ['PowerDown, Adafruit', powerDown(0xb0, false), '00 00 FF 04 FC D4 16 B0 00 66 00'],
  ['Diagnose echo', diagnoseEcho([0x6f, 0x63, 0x70, 0x70]), '00 00 FF 07 F9 D4 00 00 6F 63 70 70 7A 00'],
  ['GetGeneralStatus', getGeneralStatus(), '00 00 FF 02 FE D4 04 28 00'],
  ['SetParameters', setParameters(0x14), '00 00 FF 03 FD D4 12 14 06 00'],
  ['InAutoPoll', inAutoPoll(0xff, 0x01, [0x10]), '00 00 FF 05 FB D4 60 FF 01 10 BC 00'],
];

for (const [name, command, expected] of SENT) {
  test(`§1.3 TX ${name}`, () => {
    const frame = encodeCommand(command.code, command.parameters);
    assert.is(hex(frame), expected);
    assert.equal(parseFrame(frame), {
      t: 'data',
      direction: 'to-chip',
      code: command.code,
      data: Uint8Array.from(command.parameters),
    });
  });
}

/** research/pi-platform.md §1.3: what the chip answers, without the status byte; code and data of each. */
const RECEIVED: [string, string, number, string][] = [
  ['GetFirmwareVersion', '00 00 FF 06 FA D5 03 32 01 06 07 E8 00', 0x02, '32 01 06 07'],
  ['SAMConfiguration', '00 00 FF 02 FE D5 15 16 00', 0x14, ''],
  ['RFConfiguration', '00 00 FF 02 FE D5 33 F8 00', 0x32, ''],
  ['InListPassiveTarget, no card', '00 00 FF 03 FD D5 4B 00 E0 00', 0x4a, '00'],
  [
    'InListPassiveTarget, 4-byte UID',
    '00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 E6 3A E5 D5 F4 00',
    0x4a,
    '01 01 00 04 08 04 E6 3A E5 D5',
  ],
  [
    'InListPassiveTarget, 7-byte UID',
    '00 00 FF 0F F1 D5 4B 01 01 00 44 00 07 04 C6 3A 63 11 01 89 91 00',
    0x4a,
    '01 01 00 44 00 07 04 C6 3A 63 11 01 89',
  ],
  [
    'InListPassiveTarget, 7-byte UID and ATS',
    '00 00 FF 15 EB D5 4B 01 01 03 44 20 07 04 11 22 33 44 55 66 06 75 77 81 02 80 12 00',
    0x4a,
    '01 01 03 44 20 07 04 11 22 33 44 55 66 06 75 77 81 02 80',
  ],
  [
    'InListPassiveTarget, 10-byte UID',
    '00 00 FF 12 EE D5 4B 01 01 00 84 00 0A 01 02 03 04 05 06 07 08 09 0A 19 00',
    0x4a,
    '01 01 00 84 00 0A 01 02 03 04 05 06 07 08 09 0A',
  ],
  ['InRelease', '00 00 FF 03 FD D5 53 00 D8 00', 0x52, '00'],
  ['PowerDown', '00 00 FF 03 FD D5 17 00 14 00', 0x16, '00'],
  ['Diagnose echo', '00 00 FF 07 F9 D5 01 00 6F 63 70 70 78 00', 0x00, '00 6F 63 70 70'],
];

for (const [name, frame, code, data] of RECEIVED) {
  test(`§1.3 RX ${name}`, () => {
    assert.equal(parseFrame(bytes(frame)), { t: 'data', direction: 'from-chip', code: code + 1, data: bytes(data) });
    assert.is(hex(encodeResponse(code, bytes(data))), frame);
  });
}

test('§1.3 RX ACK, NACK and the error frame', () => {
  assert.is(hex(ACK_FRAME), '00 00 FF 00 FF 00');
  assert.equal(parseFrame(ACK_FRAME), { t: 'ack' });
  assert.is(hex(NACK_FRAME), '00 00 FF FF 00 00');
  assert.equal(parseFrame(NACK_FRAME), { t: 'nack' });
  assert.is(hex(ERROR_FRAME), '00 00 FF 01 FF 7F 81 00');
  assert.equal(parseFrame(ERROR_FRAME), { t: 'error' });
});

test('§1.2 extended frame: FF FF, two bytes of length, their checksum; up to 265 bytes', () => {
  const parameters = Array.from({ length: 263 }, (_, at) => at & 0xff);
  const frame = encodeCommand(0x40, parameters);
  assert.is(hex(frame.subarray(0, 9)), '00 00 FF FF FF 01 09 F6 D4');
  assert.equal(parseFrame(frame), { t: 'data', direction: 'to-chip', code: 0x40, data: Uint8Array.from(parameters) });
  assert.throws(() => encodeCommand(0x40, [...parameters, 0]), /do not fit/);
});

test('§1.2 the longest normal frame has 255 bytes', () => {
  const frame = encodeCommand(0x40, new Uint8Array(253));
  assert.is(hex(frame.subarray(0, 6)), '00 00 FF FF 01 D4');
  assert.is(parseFrame(frame).t, 'data');
});

test('§1.2 preamble and postamble may have any length, and junk follows a frame', () => {
  for (const before of ['', '00', '00 00 00 00']) {
    const frame = parseFrame(bytes(`${before} 00 FF 02 FE D5 15 16 80 80 01 23`));
    assert.equal(frame, { t: 'data', direction: 'from-chip', code: 0x15, data: new Uint8Array(0) });
  }
});

test('§1.2 every single flipped bit is noticed or makes another kind of frame, never other data', () => {
  const frame = bytes('00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 E6 3A E5 D5 F4 00');
  for (let at = 2; at < frame.length - 1; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const damaged = Uint8Array.from(frame);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
      assert.is.not(parseFrame(damaged).t, 'data', `byte ${at}, bit ${bit}`);
    }
  }
});

test('§1.2 a frame that is cut off says how much is needed', () => {
  const frame = bytes('00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 E6 3A E5 D5 F4 00');
  for (let length = 3; length < frame.length - 1; length += 1) {
    const parsed = parseFrame(frame.subarray(0, length));
    assert.is(parsed.t, 'truncated', `${length} bytes`);
    if (parsed.t === 'truncated') assert.ok(parsed.needed > length && parsed.needed <= frame.length);
  }
  assert.equal(parseFrame(new Uint8Array(0)), { t: 'none' });
  assert.equal(parseFrame(new Uint8Array(40).fill(0x80)), { t: 'none' });
});

test('§1.2 lengths that no frame has are damage', () => {
  assert.is(parseFrame(bytes('00 00 FF 01 FF D5 2B 00')).t, 'damaged');
  assert.is(parseFrame(bytes('00 00 FF FF FF 02 00 FE D5')).t, 'damaged');
  assert.is(parseFrame(bytes('00 00 FF 02 FE D6 15 15 00')).t, 'damaged');
});

test('GetFirmwareVersion and status bytes are read', () => {
  assert.equal(parseFirmwareVersion(bytes('32 01 06 07')), { ic: 0x32, version: 1, revision: 6, support: 7 });
  assert.is(parseFirmwareVersion(bytes('32 01')), null);
  assert.equal(parseStatus(bytes('00')), { ok: true });
  // Bits 6 and 7 are flags of DEP (UM0701-02 §7.1).
  assert.equal(parseStatus(bytes('C0')), { ok: true });
  assert.equal(parseStatus(bytes('01')), { ok: false, code: 1, meaning: 'no answer from the card in time' });
});

test.run();
