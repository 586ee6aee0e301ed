import { webcrypto } from 'node:crypto';

/** A key that was generated here, and the request to have it signed. */
export interface SigningRequest {
  /** PEM of the PKCS #10 request (RFC 2986). */
  csr: string;
  /** PEM (PKCS #8): never leaves the device (A02.FR.05). */
  privateKey: string;
}

/**
 * A new P-256 key and a request for it (A02.FR.02, FR.03): CN the serial number (A00.FR.511), O the CpoName (FR.13).
 * The library is loaded when it is needed first: a quarter of a second, and memory, that most charge points never spend.
 */
export async function createSigningRequest(commonName: string, organisation: string): Promise<SigningRequest> {
  // tsyringe, inside of @peculiar/x509, demands it before anything else.
  await import('reflect-metadata');
  const { KeyUsageFlags, KeyUsagesExtension, Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: [{ CN: [commonName] }, { O: [organisation] }],
      keys,
      signingAlgorithm: algorithm,
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyAgreement, true)],
    },
    webcrypto as Parameters<typeof Pkcs10CertificateRequestGenerator.create>[1],
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    csr: `${request.toString('pem')}\n`,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}
