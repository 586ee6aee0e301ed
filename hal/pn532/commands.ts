import { CODE, STATUS } from './constants.js';

/** A command code and its parameters; `encodeCommand` makes the frame. */
export interface Pn532Command {
  code: number;
  parameters: readonly number[];
}

/** Asks the chip to say the same bytes back (UM0701-02 §7.2.1, communication line test). */
export function diagnoseEcho(bytes: readonly number[]): Pn532Command {
  return { code: CODE.diagnose, parameters: [0x00, ...bytes] };
}

/** §7.2.2. */
export function getFirmwareVersion(): Pn532Command {
  return { code: CODE.getFirmwareVersion, parameters: [] };
}

/** §7.2.3. */
export function getGeneralStatus(): Pn532Command {
  return { code: CODE.getGeneralStatus, parameters: [] };
}

/** §7.2.9. @param flags bit 4 automatic RATS, bit 2 automatic ATR_RES. */
export function setParameters(flags: number): Pn532Command {
  return { code: CODE.setParameters, parameters: [flags] };
}

/**
 * §7.2.10, normal mode (no security module). Also what leads the chip out of LowVbat after power-up (AN10609).
 * @param options.timeout in units of 50 ms, 0 for none. @param options.irq whether P70_IRQ announces frames.
 */
export function samConfiguration(options?: { timeout: number; irq: boolean }): Pn532Command {
  const parameters = options === undefined ? [0x01] : [0x01, options.timeout, options.irq ? 0x01 : 0x00];
  return { code: CODE.samConfiguration, parameters };
}

/**
 * §7.2.11. @param wakeUpSources bit 7 I2C, bit 5 SPI, bit 4 HSU. @param irq whether waking up is announced on P70_IRQ;
 * undefined leaves the parameter out.
 */
export function powerDown(wakeUpSources: number, irq?: boolean): Pn532Command {
  const parameters = irq === undefined ? [wakeUpSources] : [wakeUpSources, irq ? 0x01 : 0x00];
  return { code: CODE.powerDown, parameters };
}

/** §7.3.1 item 1: the RF field. Off takes the power from every card, so that each is found anew. */
export function rfField(on: boolean): Pn532Command {
  return { code: CODE.rfConfiguration, parameters: [0x01, on ? 0x01 : 0x00] };
}

/**
 * §7.3.1 item 5. @param passiveActivation further tries to find a card: 0 is one try, 0xFF tries for ever (the chip's
 * default, with which InListPassiveTarget never answers while there is no card).
 */
export function rfMaxRetries(passiveActivation: number): Pn532Command {
  return { code: CODE.rfConfiguration, parameters: [0x05, 0xff, 0x01, passiveActivation] };
}

/** §7.3.5: looks for one card, 106 kbit/s type A (ISO 14443-3). */
export function inListPassiveTarget(): Pn532Command {
  return { code: CODE.inListPassiveTarget, parameters: [0x01, 0x00] };
}

/** §7.3.11. @param target 0 for all. */
export function inRelease(target = 0): Pn532Command {
  return { code: CODE.inRelease, parameters: [target] };
}

/** §7.3.13. @param polls 0xFF for ever. @param period in units of 150 ms. @param types 0x10 is MIFARE. */
export function inAutoPoll(polls: number, period: number, types: readonly number[]): Pn532Command {
  return { code: CODE.inAutoPoll, parameters: [polls, period, ...types] };
}

export interface FirmwareVersion {
  /** 0x32 for a PN532. */
  ic: number;
  version: number;
  revision: number;
  /** bit 0 ISO 14443 A, bit 1 ISO 14443 B, bit 2 ISO 18092. */
  support: number;
}

/** @returns null when the answer is no firmware version. */
export function parseFirmwareVersion(data: Uint8Array): FirmwareVersion | null {
  const [ic, version, revision, support] = data;
  if (ic === undefined || version === undefined || revision === undefined || support === undefined) return null;
  return { ic, version, revision, support };
}

/** The outcome that many answers begin with. */
export type CommandStatus = { ok: true } | { ok: false; code: number; meaning: string };

/** @param data the answer to InRelease, PowerDown and others that begin with a status byte. */
export function parseStatus(data: Uint8Array): CommandStatus {
  const code = (data[0] ?? 0) & 0x3f;
  if (code === 0) return { ok: true };
  return { ok: false, code, meaning: STATUS[code] ?? `status ${code.toString(16)}` };
}
