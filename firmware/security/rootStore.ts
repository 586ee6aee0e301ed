import {
  type Certificate,
  type CertificateHashData,
  checkStrength,
  checkValidity,
  hashData,
  isIssuedBy,
  isSelfSigned,
  readCertificates,
  sameHashData,
  type Verdict,
} from './certificates.js';
import type { PrivateFiles } from './privateFiles.js';

export type RootUse = 'CentralSystemRootCertificate' | 'ManufacturerRootCertificate';
export const ROOT_USES: readonly RootUse[] = ['CentralSystemRootCertificate', 'ManufacturerRootCertificate'];

export interface RootStoreOptions {
  files: PrivateFiles;
  nowMs: () => number;
  /** CertificateStoreMaxLength: of both uses together. */
  maximum: number;
  /** AdditionalRootCertificateCheck. */
  additionalCheck: boolean;
}

export type Installed = { status: 'Accepted' } | { status: 'Rejected' | 'Failed'; reason: string; invalid: boolean };
export type Deleted = 'Accepted' | 'Failed' | 'NotFound';

/** Root certificates that are trusted (white paper M03 to M05), one PEM file each. */
export interface RootStore {
  /** Newest installation first. */
  list(use: RootUse): Certificate[];
  install(use: RootUse, pem: string): Installed;
  /** @param inUse fingerprint of the root that validated the connection to the central system (M04.FR.06) */
  delete(data: CertificateHashData, inUse: string | null): Deleted;
  /** For GetInstalledCertificateIds. */
  hashes(use: RootUse): CertificateHashData[];
  /** First content from the configuration: what was not there before and cannot be used is told. */
  seed(use: RootUse, pem: string): string[];
  /** The connection came up with this root: an older one that was kept as fall-back goes (M05.FR.12). */
  proven(fingerprint: string): void;
}

const DIRECTORIES: Record<RootUse, string> = {
  CentralSystemRootCertificate: 'central-system-roots',
  ManufacturerRootCertificate: 'manufacturer-roots',
};
/** Fingerprints that were taken from the configuration once: deleted ones do not come back. */
const SEEDED = 'seeded-roots';

export function createRootStore({ files, nowMs, maximum, additionalCheck }: RootStoreOptions): RootStore {
  /** Names begin with a number that counts up, so that the order of installation is the order of names. */
  const names = (use: RootUse): string[] => files.list(DIRECTORIES[use], '.pem').reverse();
  const list = (use: RootUse): Certificate[] =>
    names(use).flatMap(
      (name) => readCertificates(files.read(`${DIRECTORIES[use]}/${name}`)?.toString('utf8') ?? '') ?? [],
    );
  const put = (use: RootUse, { fingerprint, pem }: Certificate): void => {
    if (names(use).some((name) => name.endsWith(`-${fingerprint}.pem`))) return;
    const number = Number.parseInt(names(use)[0] ?? '0', 10) + 1;
    files.write(`${DIRECTORIES[use]}/${String(number).padStart(6, '0')}-${fingerprint}.pem`, pem);
  };
  const take = (use: RootUse, { fingerprint }: Certificate): void => {
    for (const name of names(use))
      if (name.endsWith(`-${fingerprint}.pem`)) files.remove(`${DIRECTORIES[use]}/${name}`);
  };
  const all = (): Certificate[] => ROOT_USES.flatMap(list);
  /** Its own issuer for a root; a cross-signed one may have its issuer in the store. */
  const issuerOf = (certificate: Certificate): Certificate => {
    if (isSelfSigned(certificate)) return certificate;
    return all().find((candidate) => isIssuedBy(certificate.x509, candidate.x509)) ?? certificate;
  };

  const check = (certificates: Certificate[] | null): Verdict => {
    const [certificate, ...more] = certificates ?? [];
    if (certificate === undefined) return { ok: false, reason: 'cannot be read' };
    if (more.length > 0) return { ok: false, reason: 'is more than one' };
    if (!certificate.x509.ca) return { ok: false, reason: 'is not one of a certificate authority' };
    for (const verdict of [checkValidity(certificate, nowMs()), checkStrength(certificate)])
      if (!verdict.ok) return verdict;
    return { ok: true };
  };

  const install = (use: RootUse, pem: string): Installed => {
    const certificates = readCertificates(pem);
    const verdict = check(certificates);
    const [certificate] = certificates ?? [];
    if (!verdict.ok || certificate === undefined)
      return { status: 'Rejected', reason: verdict.ok ? 'cannot be read' : verdict.reason, invalid: true };
    const present = list(use);
    if (present.some(({ fingerprint }) => fingerprint === certificate.fingerprint)) return { status: 'Accepted' };
    const [newest, ...older] = present;
    const replaces = additionalCheck && use === 'CentralSystemRootCertificate' && newest !== undefined;
    if (replaces && !isIssuedBy(certificate.x509, newest.x509))
      return { status: 'Rejected', reason: 'is not signed by the root that it replaces (M05.FR.10)', invalid: true };
    if (all().length - (replaces ? older.length : 0) >= maximum)
      return { status: 'Rejected', reason: `is one too many (CertificateStoreMaxLength ${maximum})`, invalid: false };
    try {
      put(use, certificate);
      // The one before stays as the fall-back (M05.FR.11); what is older goes.
      if (replaces) for (const old of older) take(use, old);
    } catch (error) {
      return { status: 'Failed', reason: `could not be stored: ${String(error)}`, invalid: false };
    }
    return { status: 'Accepted' };
  };

  return {
    list,
    install,
    hashes: (use) => list(use).map((certificate) => hashData(certificate, issuerOf(certificate))),
    delete(data, inUse) {
      for (const use of ROOT_USES)
        for (const certificate of list(use)) {
          if (!sameHashData(hashData(certificate, issuerOf(certificate), data.hashAlgorithm), data)) continue;
          if (use === 'CentralSystemRootCertificate' && certificate.fingerprint === inUse) return 'Failed';
          try {
            take(use, certificate);
          } catch {
            // A disk that cannot be written: the answer says so (M04.FR.03).
            return 'Failed';
          }
          return 'Accepted';
        }
      return 'NotFound';
    },
    seed(use, pem) {
      const certificates = readCertificates(pem);
      if (certificates === null) return ['cannot be read'];
      const seeded = (files.read(SEEDED)?.toString('utf8') ?? '').split('\n');
      const problems: string[] = [];
      const fresh = certificates.filter(({ fingerprint }) => !seeded.includes(`${use} ${fingerprint}`));
      for (const certificate of fresh) {
        const verdict = checkStrength(certificate);
        // What a person put there is trusted also when it is a server's own certificate, or its time is over.
        if (verdict.ok) put(use, certificate);
        else problems.push(verdict.reason);
      }
      if (fresh.length > 0)
        files.write(SEEDED, [...seeded, ...fresh.map(({ fingerprint }) => `${use} ${fingerprint}`)].join('\n'));
      return problems;
    },
    proven(fingerprint) {
      if (!additionalCheck) return;
      const [newest, ...older] = list('CentralSystemRootCertificate');
      if (newest?.fingerprint !== fingerprint) return;
      for (const old of older) take('CentralSystemRootCertificate', old);
    },
  };
}
