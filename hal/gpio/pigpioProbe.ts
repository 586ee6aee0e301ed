import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capability } from '../interfaces.js';
import { readModel } from './model.js';

const LIBRARIES = [
  'usr/lib/libpigpio.so',
  'usr/lib/libpigpio.so.1',
  'usr/local/lib/libpigpio.so',
  'usr/lib/aarch64-linux-gnu/libpigpio.so.1',
  'usr/lib/arm-linux-gnueabihf/libpigpio.so.1',
];
/** pigpiod holds it; library and daemon exclude each other. */
const DAEMON_LOCK = 'var/run/pigpio.pid';

const PREFER_KERNEL = 'Use the kernel’s PWM instead: dtoverlay=pwm,pin=18,func=2 in /boot/firmware/config.txt.';

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether `pigpio` could work: its package prints a banner and exports stubs where the C library is missing, and the
 * library ends the process where it has no rights, so it is imported only after this said yes.
 */
export async function probePigpio(root = '/', uid = process.getuid?.() ?? -1): Promise<Capability> {
  const id = 'pwm/pigpio';
  const no = (reason: string, fix: string): Capability => ({ id, usable: false, reason, fix });
  const model = await readModel(root);
  if (model.piGeneration === null)
    return no(`${model.name ?? 'this machine'} is no Raspberry Pi`, 'gpio.backend: simulated');
  if (model.piGeneration > 4) return no(`pigpio supports Pi 0 to 4; this is a ${model.name}`, PREFER_KERNEL);
  const found = await Promise.all(LIBRARIES.map((library) => exists(join(root, library))));
  if (!found.includes(true)) return no('the library libpigpio is not installed', PREFER_KERNEL);
  if (uid !== 0) return no('pigpio needs root', PREFER_KERNEL);
  if (await exists(join(root, DAEMON_LOCK))) return no('pigpiod is running', 'sudo systemctl disable --now pigpiod');
  return { id, usable: true, reason: `${model.name}, root, libpigpio found`, fix: '' };
}
