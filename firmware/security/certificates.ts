import { createHash, X509Certificate } from 'node:crypto';
import { type CertificateParts, certificateParts } from './der.js';

/** A certificate with what node:crypto does not say of it. */
export interface Certificate extends CertificateParts {
  x509: X509Certificate;
  /** Normal form: one PEM block. */
  pem: string;
  /** Upper-case hex of the SHA-256 over the DER. */
  fingerprint: string;
  /** Unix epoch milliseconds. */
  notBeforeMs: number;
  notAfterMs: number;
}

/** Whether something is acceptable; `reason` completes "the certificate …". */
export type Verdict = { ok: true } | { ok: false; reason: string };

const PEM_BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Every certificate in a PEM text, in its order; null when there is none or one cannot be read. */
export function readCertificates(pem: string): Certificate[] | null {
  const blocks = pem.match(PEM_BLOCK) ?? [];
  const read: Certificate[] = [];
  for (const block of blocks) {
    try {
      const x509 = new X509Certificate(block);
      read.push({
        ...certificateParts(x509.raw),
        x509,
        pem: x509.toString(),
        fingerprint: x509.fingerprint256.replaceAll(':', ''),
        notBeforeMs: Date.parse(x509.validFrom),
        notAfterMs: Date.parse(x509.validTo),
      });
    } catch {
      // Whatever is wrong with it, it is no certificate that could be used.
      return null;
    }
  }
  return read.length === 0 ? null : read;
}

/** Key strength by A00.FR.501 to 503: RSA of 2048 bits, elliptic curves of 224 bits. */
export function checkStrength({ x509 }: Certificate): Verdict {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = x509.publicKey;
  switch (type) {
    case 'rsa':
    case 'rsa-pss': {
      const bits = details?.modulusLength ?? 0;
      return bits >= 2048 ? OK : no(`has an RSA key of ${bits} bits; 2048 are needed (A00.FR.502)`);
    }
    case 'ec': {
      const curve = details?.namedCurve ?? 'unknown';
      const bits = Number(/(\d{3})/.exec(curve)?.[1] ?? 0);
      return bits >= 224 ? OK : no(`has a key on the curve ${curve}; 224 bits are needed (A00.FR.503)`);
    }
    case 'ed25519':
    case 'ed448':
      return OK;
    default:
      return no(`has a key of the kind ${type}, which is not used here`);
  }
}

export function checkValidity({ notBeforeMs, notAfterMs }: Certificate, nowMs: number): Verdict {
  if (nowMs < notBeforeMs) return no(`is not valid before ${new Date(notBeforeMs).toISOString()}`);
  if (nowMs > notAfterMs) return no(`expired on ${new Date(notAfterMs).toISOString()}`);
  return OK;
}

/** Its signature holds under its own key. */
export function isSelfSigned({ x509 }: Certificate): boolean {
  return isIssuedBy(x509, x509);
}

/** Names match, and the signature of `subject` holds under the key of `issuer`. */
export function isIssuedBy(subject: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
  } catch {
    // A key of another kind than the signature.
    return false;
  }
}

export type HashAlgorithm = 'SHA256' | 'SHA384' | 'SHA512';

/** CertificateHashDataType (white paper §6.1). */
export interface CertificateHashData {
  hashAlgorithm: HashAlgorithm;
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

/** @param issuer its issuer's certificate; itself for a root */
export function hashData(
  certificate: Certificate,
  issuer: CertificateParts,
  hashAlgorithm: HashAlgorithm = 'SHA256',
): CertificateHashData {
  const hash = (bytes: Buffer): string => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest('hex');
  return {
    hashAlgorithm,
    issuerNameHash: hash(certificate.issuerName),
    issuerKeyHash: hash(issuer.publicKey),
    serialNumber: certificate.serialNumber,
  };
}

/** Letter case does not count (CiString), nor leading zeros of the serial number. */
export function sameHashData(a: CertificateHashData, b: CertificateHashData): boolean {
  const normal = (data: CertificateHashData): string =>
    [data.hashAlgorithm, data.issuerNameHash, data.issuerKeyHash, data.serialNumber.replace(/^0+(?=.)/, '')]
      .join(' ')
      .toLowerCase();
  return normal(a) === normal(b);
}

const OK: Verdict = { ok: true };

function no(reason: string): Verdict {
  return { ok: false, reason };
}
