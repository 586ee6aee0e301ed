import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../support/errors.js';

/** What sysfs says of a network interface. */
export type InterfaceState = { usable: true } | { usable: false; reason: string; fix: string };

/** ARPHRD_CAN of linux/if_arp.h. */
const ARPHRD_CAN = '280';

/**
 * Whether a CAN socket on this interface would work: the addon says "Error while creating channel" to everything, and
 * binds to interfaces that are down.
 * @param root where /sys is looked for.
 */
export async function interfaceState(name: string, root = '/'): Promise<InterfaceState> {
  const read = async (file: string): Promise<string> =>
    (await readFile(join(root, 'sys/class/net', name, file), 'utf8')).trim();
  try {
    if ((await read('type')) !== ARPHRD_CAN) {
      return {
        usable: false,
        reason: `${name} is not a CAN interface`,
        fix: 'Set can.interface to a CAN interface (`ip -br link show type can`).',
      };
    }
    const state = await read('operstate');
    // A driver that does not maintain the state says unknown, and so does vcan.
    if (state === 'up' || state === 'unknown') return { usable: true };
    return {
      usable: false,
      reason: `${name} is ${state}`,
      fix: `sudo ip link set ${name} up type can bitrate 500000 restart-ms 100 (vcan: without type, bitrate and restart-ms).`,
    };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return {
      usable: false,
      reason: `there is no interface ${name}`,
      fix: 'Enable the CAN controller: dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25 in /boot/firmware/config.txt (oscillator as printed on the crystal), then reboot.',
    };
  }
}
