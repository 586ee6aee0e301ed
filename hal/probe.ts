import type { Capability } from './interfaces.js';

export interface ProbeOptions {
  /** Where /sys, /dev and /proc are looked for. Default `/`; tests give a directory of their own. */
  root?: string;
  i2cBus?: number;
  canInterface?: string;
}

/** Looks without touching any bus and without loading any addon. */
export function probeHardware(_options: ProbeOptions = {}): Promise<Capability[]> {
  throw new Error('follows');
}
