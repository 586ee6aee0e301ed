import type { KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { ChargePointConfig } from '../config/config.js';
import type { Outcome } from '../ocpp/outgoing.js';
import { CERTIFICATE_STORE_MAXIMUM } from '../ocpp/v16/securityKeys.js';
import type { TriggerRegistry } from '../ocpp/v16/triggers.js';
import type { Core } from '../station/core.js';
import type { OpenedJournal } from '../station/journal/journal.js';
import { accessFor, urlFor } from './access.js';
import { type Attempts, createAttempts } from './attempts.js';
import { createAuthorizationKeyStore, passwordOf, readAuthorizationKey } from './authorizationKey.js';
import { type CertificateHashData, checkStrength, checkValidity, readCertificates } from './certificates.js';
import { checkChain } from './chain.js';
import { createChargePointCertificates } from './chargePointCertificates.js';
import { createPrivateFiles } from './privateFiles.js';
import { createProfileKeeper, type SecurityProfile } from './profile.js';
import { createRecorder, type Recorder } from './record.js';
import { createRootStore, type Deleted, type RootUse } from './rootStore.js';
import { createSigning, type Signing } from './signing.js';
import { createWatch, type Watch } from './watch.js';

export interface SecurityOptions
  extends Pick<Core, 'journal' | 'clock' | 'configuration' | 'events' | 'stamp' | 'failed' | 'log'> {
  config: ChargePointConfig;
  opened: OpenedJournal;
  /** Reads files that the configuration names. */
  readFile: (path: string) => Buffer;
  /** There is something new in the outbox. */
  kick: () => void;
  isOnline: () => boolean;
  request: (action: string, payload: object) => Promise<Outcome>;
  /** Drops the connection and connects again. */
  reconnect: (reason: string) => void;
}

/** Everything of the security white paper but firmware and logs. */
export interface Security {
  readonly record: Recorder['record'];
  readonly log: Recorder['lines'];
  readonly attempts: Attempts;
  readonly watch: Watch;
  /** Address in force. */
  url(): string;
  readonly profile: SecurityProfile;
  /** For handlers. */
  certificates: {
    signed(pem: string): 'Accepted' | 'Rejected';
    install(use: RootUse, pem: string): 'Accepted' | 'Rejected' | 'Failed';
    delete(data: CertificateHashData): Deleted;
    ids(use: RootUse): CertificateHashData[];
  };
  /** The key that may sign firmware; null when the certificate does not chain to a manufacturer root (L01.FR.12). */
  firmwareSigner(pem: string): { ok: true; key: KeyObject } | { ok: false; reason: string };
  /** Roots for file transfers, PEM: public ones and those of the central system. */
  transferRoots(): string[];
  addTriggers(triggers: TriggerRegistry): void;
  start(): void;
  stop(): void;
}

/** After an answer: a Reset that follows at once (TC_083) is still heard on the old connection. */
const BEFORE_RECONNECT_MS = 300;

export function createSecurity(options: SecurityOptions): Security {
  const { config, journal, configuration, events } = options;
  const { csms } = config;
  const files = createPrivateFiles(`${config.stateDirectory}/security`);
  const nowMs = (): number => journal.clock.nowMs();
  const { record, lines } = createRecorder(options);
  const tell = (type: string, message: string): void => events.tell(type, message);
  const commonName =
    config.identity.chargePointSerialNumber ?? config.identity.chargeBoxSerialNumber ?? csms.chargePointId;

  /** A file of the configuration; one that cannot be read is told and counts as absent. */
  const configured = (path: string | null): Buffer | null => {
    if (path === null) return null;
    try {
      return options.readFile(path);
    } catch (error) {
      options.log('warn', `${path} cannot be read: ${String(error)}`, {
        hint: 'Correct the path in csms.security, or its permissions.',
      });
      return null;
    }
  };
  const filePassword = (): Buffer | null => {
    const content = configured(csms.security.passwordFile);
    return content === null ? null : passwordOf(content);
  };

  const keys = createAuthorizationKeyStore(files);
  const roots = createRootStore({
    files,
    nowMs,
    maximum: CERTIFICATE_STORE_MAXIMUM,
    additionalCheck: csms.security.additionalRootCertificateCheck,
  });
  const seed = (use: RootUse, path: string | null): void => {
    const pem = configured(path);
    if (pem === null) return;
    for (const reason of roots.seed(use, pem.toString('utf8')))
      options.log('warn', `${path}: a certificate ${reason}`, { hint: 'It was left out; see csms.security.' });
  };
  const certificates = createChargePointCertificates({
    files,
    nowMs,
    anchors: () => roots.list('CentralSystemRootCertificate'),
    commonName,
    factory: () => {
      const chain = configured(csms.security.clientCertificateFile);
      const key = configured(csms.security.clientKeyFile);
      return chain === null || key === null ? null : { chain: chain.toString('utf8'), key: key.toString('utf8') };
    },
  });

  /** A05.FR.02 to FR.04. */
  const obstacle = (profile: SecurityProfile): string | null => {
    const password = keys.current() ?? filePassword();
    if ((profile === 1 || profile === 2) && (password?.length ?? 0) < 16)
      return 'needs an AuthorizationKey of at least 16 bytes first (A05.FR.02)';
    const usable = roots.list('CentralSystemRootCertificate').some((root) => checkValidity(root, nowMs()).ok);
    if (profile >= 2 && !usable) return 'needs an installed CentralSystemRootCertificate first (A05.FR.03)';
    if (profile === 3 && certificates.usable().length === 0)
      return 'needs a charge point certificate first (A05.FR.04)';
    return null;
  };
  const profile = createProfileKeeper({ store: journal.state, configured: csms.security.profile, obstacle });
  const attempts = createAttempts({
    profile,
    keys,
    filePassword,
    roots: () => {
      // Replacing the file is enough.
      seed('CentralSystemRootCertificate', csms.security.rootCertificateFile);
      return roots.list('CentralSystemRootCertificate');
    },
    certificates: () => (profile.current === 3 ? certificates.usable() : []),
    access: (parts) => accessFor({ csms, ...parts }),
    proven: roots.proven,
    record,
    tell,
  });
  const watch = createWatch({
    ...options,
    stateDirectory: config.stateDirectory,
    firmwareVersion: config.identity.firmwareVersion,
    record,
  });

  const reconnectSoon = (reason: string) => (): void => {
    options.clock.after(BEFORE_RECONNECT_MS, () => options.reconnect(reason));
  };
  const changed = (what: string): void => {
    record('ReconfigurationOfSecurityParameters', what);
    events.tell('SecurityChanged', what);
  };
  const signing: Signing = createSigning({
    ...options,
    nowMs,
    certificates,
    commonName,
    organisation: () => configuration.text('CpoName'),
    certificateDue: () => {
      if (profile.current === 3) options.reconnect('new charge point certificate');
    },
    tell,
  });

  configuration.own('AdditionalRootCertificateCheck', {
    read: () => String(csms.security.additionalRootCertificateCheck),
  });
  configuration.own('AuthorizationKey', {
    read: () => '',
    change(value) {
      const verdict = readAuthorizationKey(value);
      if (!verdict.ok) return verdict;
      keys.change(verdict.bytes);
      attempts.renewed();
      changed('AuthorizationKey was changed');
      const inUse = profile.current === 1 || profile.current === 2;
      // Nothing tries it out: there is nothing to go back from.
      if (!inUse) keys.confirm();
      return inUse ? { ok: true, after: reconnectSoon('new AuthorizationKey') } : { ok: true };
    },
  });
  configuration.own('SecurityProfile', {
    read: () => String(profile.current),
    change(value) {
      const before = profile.current;
      const reason = profile.raise(Number(value));
      if (reason !== null) return { ok: false, reason };
      attempts.renewed();
      changed(`SecurityProfile was raised from ${before} to ${profile.current}`);
      return { ok: true, after: reconnectSoon('new security profile') };
    },
  });
  configuration.onChange((key) => {
    if (key.effect === 'security') changed(`${key.name} was changed`);
  });

  return {
    record,
    log: lines,
    attempts,
    watch,
    url: () => urlFor(csms, profile.current),
    get profile() {
      return profile.current;
    },
    certificates: {
      signed(pem) {
        const accepted = certificates.accept(pem);
        if (!accepted.ok) {
          record('InvalidChargePointCertificate', `the certificate ${accepted.reason}`);
          events.tell('CertificateRejected', `The charge point certificate ${accepted.reason}`);
          return 'Rejected';
        }
        changed('a new charge point certificate was installed');
        attempts.renewed();
        if (profile.current === 3 && accepted.leaf.notBeforeMs <= nowMs())
          reconnectSoon('new charge point certificate')();
        return 'Accepted';
      },
      install(use, pem) {
        const installed = roots.install(use, pem);
        if (installed.status === 'Accepted') {
          changed(`a ${use} was installed`);
          return 'Accepted';
        }
        if (installed.invalid)
          record(
            use === 'CentralSystemRootCertificate'
              ? 'InvalidCentralSystemCertificate'
              : 'InvalidFirmwareSigningCertificate',
            `the ${use} ${installed.reason}`,
          );
        events.tell('CertificateRejected', `A ${use} was not installed: it ${installed.reason}`);
        return installed.status;
      },
      delete(data) {
        const deleted = roots.delete(data, attempts.rootInUse);
        if (deleted === 'Accepted') changed(`the root certificate ${data.serialNumber} was deleted`);
        return deleted;
      },
      ids: (use) => roots.hashes(use),
    },
    firmwareSigner(pem) {
      const [signer, ...others] = readCertificates(pem) ?? [];
      if (signer === undefined) return { ok: false, reason: 'cannot be read' };
      // "SHALL NOT use intermediate certificates" (L01 remarks): what came with it does not count.
      const strength = checkStrength(signer);
      if (others.length > 0) return { ok: false, reason: 'came with others' };
      if (!strength.ok) return strength;
      const anchors = roots.list('ManufacturerRootCertificate');
      // A root that signs by itself: installed, so trusted.
      const isRoot = anchors.some(({ fingerprint }) => fingerprint === signer.fingerprint);
      const chain = isRoot ? checkValidity(signer, nowMs()) : checkChain(signer, [], anchors, nowMs());
      return chain.ok ? { ok: true, key: signer.x509.publicKey } : chain;
    },
    transferRoots: () => [...rootCertificates, ...roots.list('CentralSystemRootCertificate').map(({ pem }) => pem)],
    addTriggers(triggers) {
      triggers.add({
        message: 'SignChargePointCertificate',
        by: ['ExtendedTriggerMessage'],
        perConnector: false,
        maySend: () => signing.isPossible,
        send: signing.begin,
      });
    },
    start() {
      seed('CentralSystemRootCertificate', csms.security.rootCertificateFile);
      for (const path of csms.security.csmsRootCertificates) seed('CentralSystemRootCertificate', path);
      for (const path of csms.security.manufacturerRootCertificates) seed('ManufacturerRootCertificate', path);
      watch.start();
      signing.start();
    },
    stop() {
      watch.stop();
      signing.stop();
    },
  };
}
