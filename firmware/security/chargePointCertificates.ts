import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type Certificate, checkStrength, readCertificates } from './certificates.js';
import { checkChain } from './chain.js';
import type { PrivateFiles } from './privateFiles.js';

/** A certificate of this charge point with its chain and key. */
export interface OwnCertificate {
  leaf: Certificate;
  /** PEM of the leaf and what came with it. */
  chain: string;
  /** PEM. Goes into TLS options and nowhere else. */
  key: string;
}

export interface ChargePointCertificatesOptions {
  files: PrivateFiles;
  nowMs: () => number;
  /** Central system roots. */
  anchors: () => readonly Certificate[];
  /** CN that was asked for. */
  commonName: string;
  /** From the factory: chain and key that the configuration names; null when there are none. */
  factory: () => { chain: string; key: string } | null;
}

export type AcceptedCertificate = { ok: true; leaf: Certificate } | { ok: false; reason: string };

/** Keys and certificates that authenticate this charge point (white paper A02, A03; security profile 3). */
export interface ChargePointCertificates {
  /** Keeps a key that waits for its certificate; a newer one replaces it. */
  awaitCertificate(privateKey: string): void;
  /** CertificateSigned: checks key, chain, validity, strength, name; keeps it, or says why not. */
  accept(pem: string): AcceptedCertificate;
  /** Those that can be used now, the newest first (A02.FR.09). */
  usable(): OwnCertificate[];
  /** When one that is kept but not valid yet becomes valid; null when there is none. */
  nextValidAtMs(): number | null;
  /** Forgets what has expired, or was replaced more than a month ago (A02.FR.10). */
  prune(): void;
}

const DIRECTORY = 'charge-point';
const PENDING = `${DIRECTORY}/pending.key`;
const MONTH_MS = 30 * 24 * 3600_000;

export function createChargePointCertificates(options: ChargePointCertificatesOptions): ChargePointCertificates {
  const { files } = options;

  const stored = (): { own: OwnCertificate; name: string }[] =>
    files.list(DIRECTORY, '.pem').flatMap((file) => {
      const name = file.slice(0, -'.pem'.length);
      const chain = files.read(`${DIRECTORY}/${file}`)?.toString('utf8') ?? '';
      const key = files.read(`${DIRECTORY}/${name}.key`)?.toString('utf8');
      const [leaf] = readCertificates(chain) ?? [];
      return leaf === undefined || key === undefined ? [] : [{ own: { leaf, chain, key }, name }];
    });

  const factory = (): OwnCertificate[] => {
    const found = options.factory();
    const [leaf] = readCertificates(found?.chain ?? '') ?? [];
    return found === null || leaf === undefined ? [] : [{ leaf, ...found }];
  };

  const all = (): OwnCertificate[] =>
    [...stored().map(({ own }) => own), ...factory()].sort((a, b) => b.leaf.notBeforeMs - a.leaf.notBeforeMs);

  /** The key of a certificate: the one that waits, or one in use (a certificate that was renewed for the same key). */
  const keyOf = (leaf: Certificate): string | null => {
    const pending = files.read(PENDING)?.toString('utf8');
    const keys = [...(pending === undefined ? [] : [pending]), ...stored().map(({ own }) => own.key)];
    return keys.find((key) => belongs(leaf, key)) ?? null;
  };

  const problem = (leaf: Certificate, others: readonly Certificate[]): string | null => {
    const strength = checkStrength(leaf);
    if (!strength.ok) return strength.reason;
    // One that begins later is kept until then (A02.FR.08).
    const chain = checkChain(leaf, others, options.anchors(), Math.max(options.nowMs(), leaf.notBeforeMs));
    if (!chain.ok) return chain.reason;
    const { CN } = leaf.x509.toLegacyObject().subject;
    if (![CN].flat().includes(options.commonName)) return `is not for CN=${options.commonName} (A00.FR.511)`;
    return null;
  };

  return {
    awaitCertificate(privateKey) {
      files.write(PENDING, privateKey);
    },
    accept(pem) {
      const certificates = readCertificates(pem);
      if (certificates === null) return { ok: false, reason: 'cannot be read' };
      const leaf = certificates.find((certificate) => keyOf(certificate) !== null);
      const key = leaf === undefined ? null : keyOf(leaf);
      if (leaf === undefined || key === null) return { ok: false, reason: 'is not for a key of this charge point' };
      const others = certificates.filter((certificate) => certificate !== leaf);
      const wrong = problem(leaf, others);
      if (wrong !== null) return { ok: false, reason: wrong };
      const name = `${DIRECTORY}/${leaf.fingerprint}`;
      // The key first: a certificate without its key would be of no use.
      files.write(`${name}.key`, key);
      files.write(`${name}.pem`, [leaf, ...others].map((certificate) => certificate.pem).join(''));
      const pending = files.read(PENDING)?.toString('utf8');
      if (pending === key) files.remove(PENDING);
      return { ok: true, leaf };
    },
    usable() {
      const nowMs = options.nowMs();
      return all().filter(({ leaf }) => leaf.notBeforeMs <= nowMs && nowMs <= leaf.notAfterMs);
    },
    nextValidAtMs() {
      const nowMs = options.nowMs();
      const later = all()
        .map(({ leaf }) => leaf.notBeforeMs)
        .filter((atMs) => atMs > nowMs);
      return later.length === 0 ? null : Math.min(...later);
    },
    prune() {
      const nowMs = options.nowMs();
      const newest = all().find(({ leaf }) => leaf.notBeforeMs <= nowMs && nowMs <= leaf.notAfterMs);
      if (newest === undefined) return;
      for (const { own, name } of stored()) {
        if (own.leaf.notBeforeMs > nowMs || own.leaf.fingerprint === newest.leaf.fingerprint) continue;
        if (own.leaf.notAfterMs > nowMs && nowMs - newest.leaf.notBeforeMs < MONTH_MS) continue;
        files.remove(`${DIRECTORY}/${name}.pem`);
        files.remove(`${DIRECTORY}/${name}.key`);
      }
    },
  };
}

function belongs({ x509 }: Certificate, key: string): boolean {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(key);
  } catch {
    // A damaged key file belongs to nothing.
    return false;
  }
  return x509.checkPrivateKey(privateKey);
}
