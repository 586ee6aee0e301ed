import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { interfaceState } from './can/operstate.js';
import { headerChip, readGpioChips } from './gpio/chips.js';
import { readModel } from './gpio/model.js';
import { probePigpio } from './gpio/pigpioProbe.js';
import { pwmChips } from './gpio/sysfsPwm.js';
import type { Capability } from './interfaces.js';
import { errorCode } from './support/errors.js';

export interface ProbeOptions {
  /** Where /sys, /dev, /proc and /usr are looked for. Default `/`; tests give a directory of their own. */
  root?: string;
  /** Default 1. */
  i2cBus?: number;
  /** Default can0. */
  canInterface?: string;
}

/**
 * What of this machine can be used, with reasons. Looks only at files: no bus is touched and no addon is loaded (a
 * broken one can end the process; `doctor` loads them in a child process).
 * @returns `gpio/onoff`, `pwm/sysfs`, `pwm/pigpio`, `can/socketcan`, `i2c/i2c-bus`, in this order.
 */
export async function probeHardware(options: ProbeOptions = {}): Promise<Capability[]> {
  const { root = '/', i2cBus = 1, canInterface = 'can0' } = options;
  return Promise.all([
    probeGpio(root),
    probePwm(root),
    probePigpio(root),
    probeCan(root, canInterface),
    probeI2c(root, i2cBus),
  ]);
}

const no = (id: string, reason: string, fix: string): Capability => ({ id, usable: false, reason, fix });
const yes = (id: string, reason: string): Capability => ({ id, usable: true, reason, fix: '' });

/** Whether a package is installed; it is not loaded. */
function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** @returns null when the path may be used so, else the system's code. */
async function refusal(path: string, mode: number): Promise<string | null> {
  try {
    await access(path, mode);
    return null;
  } catch (error) {
    return errorCode(error) ?? 'unknown';
  }
}

async function probeGpio(root: string): Promise<Capability> {
  const id = 'gpio/onoff';
  const gpioRoot = join(root, 'sys/class/gpio');
  const chips = await readGpioChips(gpioRoot);
  const chip = headerChip(chips);
  if (chip === null) {
    const { name } = await readModel(root);
    const found = chips.length === 0 ? 'no GPIO in /sys/class/gpio' : `only ${chips.map((c) => c.label).join(', ')}`;
    return no(id, `${name ?? 'this machine'} has no Raspberry Pi header: ${found}`, 'gpio.backend: simulated');
  }
  if (!isInstalled('onoff')) return no(id, 'the package onoff is not installed', 'npm install --include=optional');
  const refused = await refusal(join(gpioRoot, 'export'), constants.W_OK);
  if (refused !== null) {
    return no(
      id,
      `/sys/class/gpio/export may not be written (${refused})`,
      'sudo usermod -aG gpio $USER, then log in again.',
    );
  }
  return yes(id, `${chip.label}: header pins are numbered from ${chip.base}`);
}

async function probePwm(root: string): Promise<Capability> {
  const id = 'pwm/sysfs';
  const [chip] = await pwmChips(root);
  if (chip === undefined) {
    return no(id, 'the kernel has no PWM', 'Add dtoverlay=pwm,pin=18,func=2 to /boot/firmware/config.txt and reboot.');
  }
  const refused = await refusal(join(chip, 'export'), constants.W_OK);
  if (refused === null) return yes(id, chip);
  return no(id, `${chip}/export may not be written (${refused})`, 'sudo usermod -aG gpio $USER, then log in again.');
}

async function probeCan(root: string, name: string): Promise<Capability> {
  const id = 'can/socketcan';
  if (process.platform !== 'linux') return no(id, 'SocketCAN is part of Linux', 'can.kind: socketcand or simulated');
  const state = await interfaceState(name, root);
  if (!state.usable) return no(id, state.reason, state.fix);
  if (!isInstalled('socketcan'))
    return no(id, 'the package socketcan is not installed', 'npm install --include=optional');
  return yes(id, `${name} is up`);
}

async function probeI2c(root: string, busNumber: number): Promise<Capability> {
  const id = 'i2c/i2c-bus';
  const device = `/dev/i2c-${busNumber}`;
  const refused = await refusal(join(root, device), constants.R_OK | constants.W_OK);
  if (refused === 'ENOENT') {
    return no(
      id,
      `${device} does not exist`,
      'sudo raspi-config nonint do_i2c 0 (or dtparam=i2c_arm=on), then reboot.',
    );
  }
  if (refused !== null)
    return no(id, `${device} may not be used (${refused})`, 'sudo usermod -aG i2c $USER, then log in again.');
  if (!isInstalled('i2c-bus')) return no(id, 'the package i2c-bus is not installed', 'npm install --include=optional');
  return yes(id, device);
}
