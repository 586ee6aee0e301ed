import { type ConnectOptions, connectToCentralSystem, type TlsClientOptions } from '@tapwatt/ocpp';
import type { CsmsConfig } from '../config/config.js';
import type { Connect } from './link.js';

/**
 * Turns the `csms` part of the configuration into connection attempts. Secrets are read anew for each attempt, so that
 * replacing a file is enough.
 */
export function createConnect(csms: CsmsConfig, readFile: (path: string) => Buffer): Connect {
  return async ({ signal, ...hooks }) =>
    await connectToCentralSystem({ ...connectOptions(csms, readFile), ...hooks, signal });
}

/** Everything of an attempt but the hooks. @throws the file system's error for a file that cannot be read */
export function connectOptions(csms: CsmsConfig, readFile: (path: string) => Buffer): Omit<ConnectOptions, 'handler'> {
  const { security } = csms;
  const usesPassword = security.profile === 1 || security.profile === 2;
  return {
    url: csms.url,
    identity: csms.chargePointId,
    // Those that this charge point speaks; an empty list is refused with a hint by connectToCentralSystem.
    versions: csms.ocppVersions.filter((version) => version === '1.6'),
    callTimeoutMs: csms.callTimeoutS * 1000,
    verdict: 'strict',
    ...(usesPassword && security.passwordFile !== null ? { password: firstLine(readFile(security.passwordFile)) } : {}),
    ...(csms.url.startsWith('wss:') ? { tls: tlsOptions(csms, readFile) } : {}),
  };
}

function tlsOptions({ security }: CsmsConfig, readFile: (path: string) => Buffer): TlsClientOptions {
  const usesCertificate = security.profile === 3;
  return {
    ...(security.rootCertificateFile === null ? {} : { ca: readFile(security.rootCertificateFile) }),
    ...(usesCertificate && security.clientCertificateFile !== null
      ? { cert: readFile(security.clientCertificateFile) }
      : {}),
    ...(usesCertificate && security.clientKeyFile !== null ? { key: readFile(security.clientKeyFile) } : {}),
    verifyHostname: security.verifyHostname,
  };
}

function firstLine(content: Buffer): string {
  return content.toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}
