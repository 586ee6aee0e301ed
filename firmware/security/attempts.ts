import type { Access } from './access.js';
import type { AuthorizationKeyStore } from './authorizationKey.js';
import type { Certificate } from './certificates.js';
import type { OwnCertificate } from './chargePointCertificates.js';
import type { RecordSecurityEvent } from './events.js';
import type { ProfileKeeper, SecurityProfile } from './profile.js';

/** How an attempt to connect ended. `code` as of ConnectError. */
export type Attempt = { t: 'open' } | { t: 'failed'; code: string; message: string };

export interface AttemptsOptions {
  profile: ProfileKeeper;
  keys: AuthorizationKeyStore;
  /** Of the password file; null when there is none. */
  filePassword: () => Buffer | null;
  roots: () => readonly Certificate[];
  certificates: () => readonly OwnCertificate[];
  /** Puts the parts together. */
  access: (parts: {
    profile: SecurityProfile;
    password: Buffer | null;
    roots: readonly Certificate[];
    certificate: OwnCertificate | null;
    onServerChain: (fingerprints: string[]) => void;
  }) => Access;
  /** The connection came up with this root. */
  proven: (fingerprint: string) => void;
  record: RecordSecurityEvent;
  tell: (type: string, message: string) => void;
}

/** What each attempt to connect shows and expects, and what is learned from how it ends. */
export interface Attempts {
  next(): Access;
  ended(attempt: Attempt): void;
  /** Another credential counts from now on. */
  renewed(): void;
  /** Fingerprint of the root that validated the connection that is open; null without TLS. */
  readonly rootInUse: string | null;
}

export function createAttempts(options: AttemptsOptions): Attempts {
  const { profile, keys, record } = options;
  let chain: string[] = [];
  let trusted: readonly Certificate[] = [];
  let rootInUse: string | null = null;
  /** Refusals in a row: credentials on trial and those before them take turns. */
  let refused = 0;
  let certificateRefused = 0;

  const usesPassword = (): boolean => profile.current === 1 || profile.current === 2;
  const tryingPrevious = (): boolean => keys.onTrial && refused % 2 === 1;
  const password = (): Buffer | null => (tryingPrevious() ? keys.previous() : keys.current()) ?? options.filePassword();

  const settleKey = (): void => {
    if (!usesPassword() || !keys.onTrial) return;
    if (tryingPrevious()) {
      keys.goBack();
      record('ReconfigurationOfSecurityParameters', 'AuthorizationKey: the new one was refused, the old one is back');
      options.tell('SecurityFallBack', 'The new AuthorizationKey was refused; the one before is in force again');
    } else keys.confirm();
  };

  const opened = (): void => {
    settleKey();
    if (profile.onTrial) options.tell('SecurityProfile', `Security profile ${profile.current} is in force`);
    profile.connected();
    // From the server's certificate upwards: the first that is installed is the one that was trusted.
    rootInUse = chain.find((fingerprint) => trusted.some((root) => root.fingerprint === fingerprint)) ?? null;
    if (rootInUse !== null) options.proven(rootInUse);
    refused = 0;
    certificateRefused = 0;
  };

  /** @returns which security event it is */
  const judge = (code: string, message: string): void => {
    switch (code) {
      case 'Unauthorized':
        refused += 1;
        certificateRefused += 1;
        record('FailedToAuthenticationAtCentralSystem', message);
        return;
      case 'TlsCertificate':
        record('InvalidCentralSystemCertificate', message);
        record('CentralSystemFailedToAuthentication', message);
        return;
      case 'TlsVersion':
        record('InvalidTLSVersion', message);
        return;
      case 'TlsCipherSuite':
        // With a client certificate it may be that one which is refused: TLS 1.2 says handshake_failure for both.
        if (profile.current === 3) certificateRefused += 1;
        else record('InvalidTLSCipherSuite', message);
        return;
      case 'TlsFailed':
      case 'ConnectionReset':
        // How a server says that it does not like our certificate: an alert, or after TLS 1.3's handshake a reset.
        certificateRefused += 1;
        if (profile.current === 3 && code === 'TlsFailed') record('FailedToAuthenticationAtCentralSystem', message);
        return;
      default:
        return;
    }
  };

  return {
    next() {
      chain = [];
      trusted = options.roots();
      const own = options.certificates();
      return options.access({
        profile: profile.current,
        password: usesPassword() ? password() : null,
        roots: trusted,
        certificate: own[certificateRefused % Math.max(own.length, 1)] ?? null,
        onServerChain: (fingerprints) => {
          chain = fingerprints;
        },
      });
    },
    ended(attempt) {
      if (attempt.t === 'open') {
        opened();
        return;
      }
      rootInUse = null;
      judge(attempt.code, attempt.message);
      const tried = profile.current;
      const back = profile.failed();
      if (back === null) return;
      record('ReconfigurationOfSecurityParameters', `SecurityProfile ${tried} did not connect: back to ${back}`);
      options.tell(
        'SecurityFallBack',
        `Security profile ${tried} did not connect (${attempt.message}); profile ${back} is in force again`,
      );
    },
    renewed() {
      refused = 0;
      certificateRefused = 0;
    },
    get rootInUse() {
      return rootInUse;
    },
  };
}
