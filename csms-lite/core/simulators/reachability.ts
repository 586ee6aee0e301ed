import { connect, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An address of this machine, and whether the port answers there. */
export interface AddressCheck {
  address: string;
  /** `ws://192.168.1.20:8180/ocpp/` */
  url: string;
  reachable: boolean;
}

const PATIENCE_MS = 1000;

/** Addresses by which others in the network know this machine. */
function addresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: PATIENCE_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Really connects to each. A firewall between this machine and a charger does not show from here. */
export async function checkAddresses(port: number): Promise<AddressCheck[]> {
  return await Promise.all(
    addresses().map(async (address) => ({
      address,
      url: `ws://${isIPv6(address) ? `[${address}]` : address}:${port}/ocpp/`,
      reachable: await answers(address, port),
    })),
  );
}
