import { type ConnectOptions, connectToCentralSystem } from '@tapwatt/ocpp';
import type { CsmsConfig } from '../config/config.js';
import type { Connect } from './link.js';

/** Turns the `csms` part of the configuration into connection attempts; address and credentials come with each attempt. */
export function createConnect(csms: CsmsConfig): Connect {
  return async ({ signal, access, ...hooks }) =>
    await connectToCentralSystem({ ...connectOptions(csms), ...access, ...hooks, signal });
}

/** What is the same for every attempt. */
function connectOptions(csms: CsmsConfig): Omit<ConnectOptions, 'handler' | 'url'> {
  return {
    identity: csms.chargePointId,
    // Those that this charge point speaks; an empty list is refused with a hint by connectToCentralSystem.
    versions: csms.ocppVersions.filter((version) => version === '1.6'),
    callTimeoutMs: csms.callTimeoutS * 1000,
    verdict: 'strict',
    // A SendLocalList of SendLocalListMaxLength entries with everything in them has 1.7 MB.
    maxPayloadBytes: 4 * 1024 * 1024,
  };
}
