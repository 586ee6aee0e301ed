import { type Certificate, checkStrength, checkValidity, isIssuedBy, type Verdict } from './certificates.js';

const LONGEST = 8;

/**
 * Path validation as far as a charge point needs it (RFC 5280 §6): every signature, validity period and key strength, CA
 * certificates in between, ending at a certificate of `anchors`. Revocation is not looked up (white paper §2.6.3).
 * @param leaf the certificate in question
 * @param others certificates that came with it
 * @param nowMs Unix epoch milliseconds
 */
export function checkChain(
  leaf: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[],
  nowMs: number,
): Verdict {
  let problem = 'does not chain to an installed root';

  const walk = (certificate: Certificate, depth: number): boolean => {
    for (const check of [checkValidity(certificate, nowMs), checkStrength(certificate)])
      if (!check.ok) {
        problem = check.reason;
        return false;
      }
    if (anchors.some((anchor) => anchor.fingerprint === certificate.fingerprint)) return depth > 0;
    if (depth >= LONGEST) return false;
    // Anchors first: the shortest way counts.
    return [...anchors, ...others].some(
      (issuer) =>
        issuer.fingerprint !== certificate.fingerprint &&
        issuer.x509.ca &&
        isIssuedBy(certificate.x509, issuer.x509) &&
        walk(issuer, depth + 1),
    );
  };

  return walk(leaf, 0) ? { ok: true } : { ok: false, reason: problem };
}
