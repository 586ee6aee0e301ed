/** Numbers of the NXP PN532 user manual (UM0701-02). */

/** 7-bit I2C address (§6.2.4: 0x48 to write, 0x49 to read). */
export const PN532_I2C_ADDRESS = 0x24;

/** Frame identifier of what the host sends and of what the chip answers (§6.2.1). */
export const TFI_HOST = 0xd4;
export const TFI_CHIP = 0xd5;
/** Stands in the place of the frame identifier in an error frame. */
export const TFI_ERROR = 0x7f;

/** Data bytes of the longest frame, identifier included (§6.2.1.2). */
export const LONGEST_DATA = 265;

/** Command codes (§7.1); the response code is one more. */
export const CODE = {
  diagnose: 0x00,
  getFirmwareVersion: 0x02,
  getGeneralStatus: 0x04,
  setParameters: 0x12,
  samConfiguration: 0x14,
  powerDown: 0x16,
  rfConfiguration: 0x32,
  inListPassiveTarget: 0x4a,
  inRelease: 0x52,
  inAutoPoll: 0x60,
} as const;

/** What GetFirmwareVersion says first when the chip is a PN532. */
export const IC_PN532 = 0x32;

/** Meaning of the low six bits of a status byte (§7.1, table 6). */
export const STATUS: Readonly<Record<number, string>> = {
  1: 'no answer from the card in time',
  2: 'CRC error',
  3: 'parity error',
  4: 'wrong bit count during anticollision',
  5: 'framing error (MIFARE)',
  6: 'bit collision',
  7: 'buffer too small',
  9: 'RF buffer overflow',
  10: 'RF field was not switched on in time',
  11: 'RF protocol error',
  13: 'overheated',
  14: 'internal buffer overflow',
  16: 'invalid parameter',
  19: 'wrong data format (DEP)',
  20: 'authentication error',
  35: 'wrong check byte of the UID',
  37: 'invalid device state (DEP)',
  38: 'operation not allowed in this configuration',
  39: 'command not acceptable now',
  41: 'released by the initiator',
  42: 'card was exchanged',
  43: 'card disappeared',
  45: 'over-current',
};
