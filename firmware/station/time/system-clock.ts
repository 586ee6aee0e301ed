import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Where the evidence is; a parameter so that tests need no Pi. */
export interface ClockEvidence {
  /** Made by systemd-timesyncd once it has set the clock in this boot. */
  timesyncFile: string;
  /** Board name from the device tree; only there on boards that have one. */
  modelFile: string;
  /** `timedatectl show`, which asks the kernel (adjtimex): true for chrony and ntpd as well. Null when it cannot be run. */
  kernelSynchronised(): Promise<boolean | null>;
}

export const systemClockEvidence: ClockEvidence = {
  timesyncFile: '/run/systemd/timesync/synchronized',
  modelFile: '/proc/device-tree/model',
  kernelSynchronised: () =>
    new Promise((resolve) => {
      execFile('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5000 }, (error, stdout) => {
        resolve(error === null ? stdout.trim() === 'yes' : null);
      });
    }),
};

/**
 * Whether the system clock may be believed, for `clock.trust` of the configuration: `system` always, `csms` never
 * (only the central system's time counts), `auto` when NTP has synchronised it or the machine is no Raspberry Pi
 * (which has a battery-backed clock). Ask again now and then: synchronisation may come at any time.
 */
export async function systemClockTrust(
  trust: 'auto' | 'system' | 'csms',
  evidence: ClockEvidence = systemClockEvidence,
): Promise<boolean> {
  switch (trust) {
    case 'system':
      return true;
    case 'csms':
      return false;
    case 'auto':
      if (!isRaspberryPi(evidence.modelFile) || existsSync(evidence.timesyncFile)) return true;
      return (await evidence.kernelSynchronised()) === true;
  }
}

function isRaspberryPi(modelFile: string): boolean {
  return existsSync(modelFile) && readFileSync(modelFile, 'utf8').includes('Raspberry Pi');
}
