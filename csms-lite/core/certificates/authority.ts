import { randomBytes, webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { X509Certificate } from '@peculiar/x509';
import { type IssuedCertificate, loadX509, readSigningRequest, UnusableRequest } from './signing-request.js';

/** The local certificate authority: makes its root at the first use and signs charge point certificates with it. */
export interface CertificateAuthority {
  /** PEM of the root; made when there is none yet. */
  root(): Promise<string>;
  /** @throws UnusableRequest the CSR cannot be read, does not prove its key, or its key is too weak */
  sign(csr: string, nowMs: number): Promise<IssuedCertificate>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A root outlives its charge points; a charge point's certificate is renewed each year (white paper A03). */
const ROOT_DAYS = 20 * 365;
const LEAF_DAYS = 365;
/** Charge points whose clocks are behind must not find a certificate of the future. */
const BACKDATED_MS = DAY_MS;

interface Root {
  pem: string;
  certificate: X509Certificate;
  key: webcrypto.CryptoKey;
}

/** @param directory made with mode 0700; holds `root.key` (0600) and `root.crt` */
export function createAuthority(directory: string): CertificateAuthority {
  let opened: Promise<Root> | null = null;
  const root = (): Promise<Root> => {
    opened ??= open(directory).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    root: async () => (await root()).pem,
    async sign(csr, nowMs) {
      const request = await readSigningRequest(csr);
      const issuer = await root();
      const x509 = await loadX509();
      const serialNumber = newSerialNumber();
      const notBefore = new Date(nowMs - BACKDATED_MS);
      const notAfter = new Date(Math.min(nowMs + LEAF_DAYS * DAY_MS, issuer.certificate.notAfter.getTime()));
      const usages = x509.KeyUsageFlags.digitalSignature | (request.isRsa ? x509.KeyUsageFlags.keyEncipherment : 0);
      const certificate = await x509.X509CertificateGenerator.create(
        {
          serialNumber,
          subject: request.subject,
          issuer: issuer.certificate.subject,
          notBefore,
          notAfter,
          publicKey: request.publicKey,
          signingKey: issuer.key,
          signingAlgorithm: ALGORITHM,
          extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.KeyUsagesExtension(usages, true),
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
            await x509.SubjectKeyIdentifierExtension.create(request.publicKey, false, webcrypto as never),
            await x509.AuthorityKeyIdentifierExtension.create(issuer.certificate, false, webcrypto as never),
          ],
        },
        webcrypto as never,
      );
      return {
        serialNumber,
        subject: request.subject,
        commonName: request.commonName,
        pem: `${certificate.toString('pem')}\n`,
        chain: `${certificate.toString('pem')}\n${issuer.pem}`,
        notBeforeMs: notBefore.getTime(),
        notAfterMs: notAfter.getTime(),
      };
    },
  };
}

async function open(directory: string): Promise<Root> {
  const [keyFile, certificateFile] = [join(directory, 'root.key'), join(directory, 'root.crt')];
  const key = await readIfThere(keyFile);
  const pem = await readIfThere(certificateFile);
  if (key !== null && pem !== null) return await load(key, pem);
  // Half of a pair is never written over: what it signed would be lost.
  if (key !== null || pem !== null)
    throw new Error(`${directory} holds only one of root.key and root.crt; restore the other, or move it away`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = await make();
  await writeFile(keyFile, made.key, { mode: 0o600, flag: 'wx' });
  // Whatever the umask is.
  await chmod(keyFile, 0o600);
  await writeFile(certificateFile, made.pem, { flag: 'wx' });
  return await load(made.key, made.pem);
}

async function load(keyPem: string, pem: string): Promise<Root> {
  const x509 = await loadX509();
  const pkcs8 = x509.PemConverter.decodeFirst(keyPem);
  const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
  return { pem, certificate: new x509.X509Certificate(pem), key };
}

async function make(): Promise<{ key: string; pem: string }> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const nowMs = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerialNumber(),
      // Two installations must not have roots of one name.
      name: [{ CN: [`csms-lite root ${randomBytes(4).toString('hex')}`] }, { O: ['csms-lite'] }],
      notBefore: new Date(nowMs - BACKDATED_MS),
      notAfter: new Date(nowMs + ROOT_DAYS * DAY_MS),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto as never),
      ],
    },
    webcrypto as never,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    key: `${x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag)}\n`,
    pem: `${certificate.toString('pem')}\n`,
  };
}

/** 16 random bytes, positive and without leading zero (RFC 5280 §4.1.2.2), in lower-case hexadecimal. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export { UnusableRequest };
