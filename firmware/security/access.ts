import type { ConnectOptions } from '@tapwatt/ocpp';
import type { CsmsConfig } from '../config/config.js';
import type { Certificate } from './certificates.js';
import type { OwnCertificate } from './chargePointCertificates.js';
import type { SecurityProfile } from './profile.js';

/** How to get in: address and credentials of one attempt. */
export type Access = Pick<ConnectOptions, 'url' | 'password' | 'tls'>;

/**
 * Cipher suites for TLS 1.2 as OpenSSL names them: the four that A00.FR.318 demands of which those with forward secrecy
 * come first, and the same for RSA certificates. TLS 1.3 has its own, all of them good.
 */
export const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

/** Address for a security profile: TLS for 2 and 3 (configuration `csms.tlsUrl`, or the same address with wss:). */
export function urlFor(csms: Pick<CsmsConfig, 'url' | 'tlsUrl'>, profile: SecurityProfile): string {
  if (profile < 2) return csms.url;
  return csms.tlsUrl ?? csms.url.replace(/^ws:/, 'wss:');
}

/** @param certificate of this charge point, for profile 3; null when there is none */
export function accessFor(parts: {
  csms: CsmsConfig;
  profile: SecurityProfile;
  password: Buffer | null;
  roots: readonly Certificate[];
  certificate: OwnCertificate | null;
  /** Fingerprints of the server's chain, the server's own first. */
  onServerChain: (fingerprints: string[]) => void;
}): Access {
  const { csms, profile, password, roots, certificate } = parts;
  const url = urlFor(csms, profile);
  const usesPassword = profile === 1 || profile === 2;
  return {
    url,
    ...(usesPassword && password !== null ? { password } : {}),
    ...(url.startsWith('wss:')
      ? {
          tls: {
            // Without an installed root the roots of the system count.
            ...(roots.length === 0 ? {} : { ca: roots.map(({ pem }) => pem), allowPartialTrustChain: true }),
            ...(profile === 3 && certificate !== null ? { cert: certificate.chain, key: certificate.key } : {}),
            verifyHostname: csms.security.verifyHostname,
            ciphers: CIPHERS,
            onServerChain: parts.onServerChain,
          },
        }
      : {}),
  };
}
