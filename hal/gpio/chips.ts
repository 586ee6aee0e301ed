import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, HardwareError } from '../support/errors.js';

/** A block of GPIO lines as sysfs numbers them. */
export interface GpioChip {
  label: string;
  /** Global number of its first line: 0, 512, 571 …, by kernel and board. */
  base: number;
  lines: number;
}

/** Controllers of the 40-pin header: Pi 0–3, Pi 4, Pi 5. Their order and base change with the kernel; the label does not. */
export const HEADER_LABELS: readonly string[] = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

/** @param gpioRoot /sys/class/gpio, or a test's copy. @returns none where the kernel has no sysfs GPIO. */
export async function readGpioChips(gpioRoot: string): Promise<GpioChip[]> {
  let names: string[];
  try {
    names = await readdir(gpioRoot);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  const chips: GpioChip[] = [];
  for (const name of names.filter((entry) => /^gpiochip\d+$/.test(entry)).sort()) {
    const read = async (file: string): Promise<string> => (await readFile(join(gpioRoot, name, file), 'utf8')).trim();
    chips.push({ label: await read('label'), base: Number(await read('base')), lines: Number(await read('ngpio')) });
  }
  return chips;
}

/** The header's controller, or null. */
export function headerChip(chips: readonly GpioChip[], labels = HEADER_LABELS): GpioChip | null {
  return chips.find((chip) => labels.includes(chip.label)) ?? null;
}

/**
 * The sysfs number of a header pin: base + BCM number (since kernel 6.6 the base is not 0; onoff#199).
 * @throws HardwareError NO_GPIO_CHIP, PIN_RANGE.
 */
export function sysfsLine(chips: readonly GpioChip[], pin: number, labels = HEADER_LABELS): number {
  const chip = headerChip(chips, labels);
  if (chip === null) {
    const found = chips.length === 0 ? 'no GPIO in /sys/class/gpio' : chips.map((other) => other.label).join(', ');
    throw new HardwareError(
      'NO_GPIO_CHIP',
      `This machine has no Raspberry Pi header that sysfs knows (found: ${found}).`,
      'On a Pi: use a kernel with CONFIG_GPIO_SYSFS (Raspberry Pi OS has it). Elsewhere: gpio.backend: simulated.',
    );
  }
  if (!Number.isInteger(pin) || pin < 0 || pin >= chip.lines) {
    throw new HardwareError(
      'PIN_RANGE',
      `${chip.label} has no line ${pin}.`,
      'Give the BCM number (`pinout` prints them).',
    );
  }
  return chip.base + pin;
}
