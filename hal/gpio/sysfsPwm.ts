import { constants, writeFileSync } from 'node:fs';
import { access, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pwm } from '../interfaces.js';
import { errorCode, errorMessage, HardwareError } from '../support/errors.js';
import { readModel } from './model.js';

/** A kernel PWM channel: all models, no addon, no root. */
export interface PwmChannel {
  /** …/pwmchipN */
  chipPath: string;
  channel: number;
}

/** Header pin → channel of the header's PWM controller. */
const CHANNELS_BCM: Readonly<Record<number, number>> = { 12: 0, 18: 0, 13: 1, 19: 1 };
const CHANNELS_RP1: Readonly<Record<number, number>> = { 12: 0, 13: 1, 18: 2, 19: 3 };
/** RP1's controller of the header; its second one drives the fan. */
const RP1_HEADER_PWM = '1f00098000.pwm';

const OVERLAY_FIX = 'Add dtoverlay=pwm,pin=18,func=2 to /boot/firmware/config.txt and reboot; use pin 18.';
/** udev gives the group its rights some time after export. */
const PERMISSION_MS = 2000;
const PERMISSION_STEP_MS = 50;

/** @throws HardwareError NO_PWM, PWM_PIN. @param root where /sys and /proc are looked for. */
export async function findPwmChannel(pin: number, root = '/'): Promise<PwmChannel> {
  const isRp1 = (await readModel(root)).piGeneration === 5;
  const channel = (isRp1 ? CHANNELS_RP1 : CHANNELS_BCM)[pin];
  if (channel === undefined) {
    throw new HardwareError('PWM_PIN', `Pin ${pin} has no hardware PWM.`, 'Use pin 12, 13, 18 or 19 (BCM numbers).');
  }
  for (const chipPath of await pwmChips(root)) {
    const channels = Number((await readFile(join(chipPath, 'npwm'), 'utf8')).trim());
    const onHeader = !isRp1 || (await realpath(chipPath)).includes(RP1_HEADER_PWM);
    if (onHeader && channel < channels) return { chipPath, channel };
  }
  throw new HardwareError('NO_PWM', `The kernel has no PWM for pin ${pin}.`, OVERLAY_FIX);
}

/** @returns none where the kernel has no PWM. */
export async function pwmChips(root = '/'): Promise<string[]> {
  const directory = join(root, 'sys/class/pwm');
  try {
    const names = (await readdir(directory)).filter((name) => /^pwmchip\d+$/.test(name)).sort();
    return names.map((name) => join(directory, name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function exportChannel({ chipPath, channel }: PwmChannel): Promise<string> {
  const path = join(chipPath, `pwm${channel}`);
  try {
    await access(path);
  } catch {
    await writeFile(join(chipPath, 'export'), String(channel));
  }
  for (let waitedMs = 0; ; waitedMs += PERMISSION_STEP_MS) {
    try {
      await access(join(path, 'duty_cycle'), constants.W_OK);
      await access(join(path, 'period'), constants.W_OK);
      await access(join(path, 'enable'), constants.W_OK);
      return path;
    } catch (error) {
      if (waitedMs >= PERMISSION_MS) throw error;
      await sleep(PERMISSION_STEP_MS);
    }
  }
}

/**
 * @param writeAttribute for tests. Attribute files of sysfs are written at once: nothing waits for a disk.
 * @throws HardwareError. Starts switched off.
 */
export async function openSysfsPwm(
  found: PwmChannel,
  writeAttribute: (path: string, value: string) => void = writeFileSync,
): Promise<Pwm> {
  let path: string;
  try {
    path = await exportChannel(found);
  } catch (error) {
    throw new HardwareError(
      errorCode(error) ?? 'PWM',
      `PWM channel ${found.channel} of ${found.chipPath} cannot be used: ${errorMessage(error)}`,
      'sudo usermod -aG gpio $USER, then log in again. As a service: ReadWritePaths=/sys/class/pwm /sys/devices/platform.',
      { cause: error },
    );
  }
  const write = (file: string, value: number): void => writeAttribute(join(path, file), String(value));
  const read = async (file: string): Promise<number> => Number((await readFile(join(path, file), 'utf8')).trim());

  let dutyNs = await read('duty_cycle');
  let closed = false;
  const off = (): void => {
    write('duty_cycle', 0);
    write('enable', 0);
    dutyNs = 0;
  };
  off();

  return {
    set(frequencyHz, duty) {
      if (!(frequencyHz >= 1 && frequencyHz <= 100_000)) throw new RangeError(`${frequencyHz} Hz: 1 Hz to 100 kHz`);
      if (!(duty >= 0 && duty <= 1)) throw new RangeError(`duty ${duty}: 0 to 1`);
      if (closed) return;
      const periodNs = Math.round(1e9 / frequencyHz);
      const nextDutyNs = Math.round(periodNs * duty);
      // The kernel refuses a period shorter than the duty cycle.
      if (dutyNs > periodNs) write('duty_cycle', 0);
      write('period', periodNs);
      write('duty_cycle', nextDutyNs);
      write('enable', 1);
      dutyNs = nextDutyNs;
    },
    off() {
      if (!closed) off();
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        off();
      } finally {
        await writeFile(join(found.chipPath, 'unexport'), String(found.channel));
      }
    },
  };
}
