import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../support/errors.js';

/** The machine that we run on, as far as it matters for GPIO. */
export interface MachineModel {
  /** As the firmware calls it; null where there is no device tree. */
  name: string | null;
  /** 1 to 5 for a Raspberry Pi; null for anything else. */
  piGeneration: number | null;
}

/** @param name for example "Raspberry Pi Zero 2 W Rev 1.0". @returns null for what is no Pi. */
export function piGeneration(name: string): number | null {
  if (!/^Raspberry Pi\b/.test(name)) return null;
  if (/Zero 2/.test(name)) return 3;
  if (/Zero/.test(name)) return 1;
  // 400 and 500 are a Pi 4 and a Pi 5 in a keyboard.
  const digits = /(?:Compute Module|Raspberry Pi) (\d)(?:00)?\b/.exec(name)?.[1];
  return digits === undefined ? 1 : Number(digits);
}

/** @param root where /proc is looked for. */
export async function readModel(root = '/'): Promise<MachineModel> {
  try {
    // The string ends with a NUL byte.
    const name = (await readFile(join(root, 'proc/device-tree/model'), 'utf8')).replaceAll('\0', '').trim();
    return { name, piGeneration: piGeneration(name) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { name: null, piGeneration: null };
    throw error;
  }
}
