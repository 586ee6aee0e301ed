/** Records that are looked at: refused connections, frames, security events, file jobs, the audit log. */

export type KnockReason =
  | 'malformed-url'
  | 'invalid-identity'
  | 'no-common-subprotocol'
  | 'unknown-station'
  | 'blocked'
  | 'password-required'
  | 'password-wrong'
  | 'already-connected'
  | 'security-profile'
  | 'certificate-required'
  | 'certificate-wrong';

/** A connection that was refused; one row per id, address and reason, counted. */
export interface Knock {
  id: number;
  chargePointId: string;
  remoteAddress: string;
  subprotocols: string[];
  credentialsGiven: boolean;
  reason: KnockReason;
  /** What to do about it, in a sentence. */
  hint: string;
  count: number;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
}

/** One frame, as it was on the wire. */
export type { LoggedMessage as OcppMessage } from '../store/message-blocks.js';

export interface SecurityEvent {
  id: number;
  chargePointId: string;
  type: string;
  atMs: number;
  receivedAtMs: number;
  techInfo: string | null;
}

/** A firmware update or a log upload that was ordered, and how it is getting on. */
export interface FileJob {
  id: number;
  chargePointId: string;
  kind: 'firmware' | 'signed-firmware' | 'diagnostics' | 'log';
  /** OCPP requestId of the security messages; null for the older ones. */
  requestId: number | null;
  commandId: string | null;
  location: string | null;
  /** Name that the charge point gave in its answer. */
  fileName: string | null;
  /** The file that came of it, where it was uploaded here. */
  uploadId: number | null;
  /** Last status notification, OCPP spelling; `Requested` before the first. */
  status: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface AuditEntry {
  id: number;
  atMs: number;
  /** Who: a user, a token's name, `cli`, `system`. */
  actor: string;
  /** Such as `transaction.close`, `station.update`. */
  action: string;
  subject: string;
  details: object;
}
