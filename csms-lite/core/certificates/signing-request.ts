import { webcrypto } from 'node:crypto';
import type * as X509 from '@peculiar/x509';

export interface IssuedCertificate {
  /** Hexadecimal, lower case. */
  serialNumber: string;
  subject: string;
  commonName: string;
  pem: string;
  /** The certificate and its root: what CertificateSigned carries. */
  chain: string;
  notBeforeMs: number;
  notAfterMs: number;
}

/** A CSR that is not signed; the message says why. */
export class UnusableRequest extends Error {
  override readonly name = 'UnusableRequest';
}

export interface SigningRequest {
  subject: string;
  commonName: string;
  publicKey: X509.PublicKey;
  isRsa: boolean;
}

/** The library takes a quarter of a second and some megabytes to load: only those who sign certificates pay that. */
export async function loadX509(): Promise<typeof X509> {
  // tsyringe, inside of @peculiar/x509, demands it before anything else.
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}

/**
 * Reads a PKCS #10 request and checks what a signer must: that it was signed with the key that it brings, that the key
 * is strong enough (white paper A00.FR.502, 503), and that its name is one of a charge point (A00.FR.511).
 * @throws UnusableRequest
 */
export async function readSigningRequest(csr: string): Promise<SigningRequest> {
  const x509 = await loadX509();
  let request: X509.Pkcs10CertificateRequest;
  let proven: boolean;
  try {
    request = new x509.Pkcs10CertificateRequest(csr.trim());
    proven = await request.verify(webcrypto as never);
  } catch (error) {
    throw new UnusableRequest(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!proven) throw new UnusableRequest('its signature is not of the key in it');
  const algorithm = request.publicKey.algorithm as { name: string; modulusLength?: number; namedCurve?: string };
  const isRsa = algorithm.name.startsWith('RSA');
  if (isRsa && (algorithm.modulusLength ?? 0) < 2048)
    throw new UnusableRequest(`its RSA key has ${algorithm.modulusLength ?? 0} bits, fewer than 2048`);
  if (!isRsa && !algorithm.name.startsWith('EC') && !algorithm.name.startsWith('Ed'))
    throw new UnusableRequest(`keys of ${algorithm.name} are not signed`);
  const commonName = request.subjectName.getField('CN')[0] ?? '';
  if (commonName === '') throw new UnusableRequest('its subject has no common name');
  if (/^\d{1,3}(\.\d{1,3}){3}$|:\/\//.test(commonName))
    throw new UnusableRequest(`its common name ${commonName} is a URL or an IP address (A00.FR.511)`);
  return { subject: request.subject, commonName, publicKey: request.publicKey, isRsa };
}
