/**
 * What charge points hold and how they behave, as the services answer with it. The conventions of model.ts hold.
 */
import type { Verdict } from './model.js';

/** A charge point certificate that the local authority has issued. */
export interface ChargePointCertificate {
  id: number;
  chargePointId: string;
  /** Hexadecimal, lower case. */
  serialNumber: string;
  subject: string;
  pem: string;
  notBeforeMs: number;
  notAfterMs: number;
  /** Issued until the charge point has answered CertificateSigned; Failed: it could not be sent, or was answered with an error. */
  status: 'Issued' | 'Accepted' | 'Rejected' | 'Failed';
  commandId: string | null;
  createdAtMs: number;
}

/** A SignCertificate.req of a charge point. */
export interface CertificateRequest {
  id: number;
  chargePointId: string;
  /** PKCS #10 as it came. */
  csr: string;
  status: 'Accepted' | 'Rejected';
  /** Why it was refused; null when it was not, or by an early version. */
  reason: string | null;
  receivedAtMs: number;
}

/** A way in which a charge point breaks OCPP, counted. */
export interface Quirk {
  chargePointId: string;
  /** OCPP action, or `(connection)`. */
  action: string;
  /** Whether it was in its CALL or in its answer to ours. */
  where: 'call' | 'result' | 'connection';
  /** JSON pointer with `*` for positions in lists. */
  path: string;
  message: string;
  /** What was done about it, last. */
  verdict: Verdict;
  count: number;
  firstSeenAtMs: number;
  lastSeenAtMs: number;
}

/** A charging profile that a charge point has, as it accepted it. */
export interface ProfileAssignment {
  chargePointId: string;
  chargingProfileId: number;
  connectorId: number;
  purpose: string;
  stackLevel: number;
  /** transactionId of a TxProfile. */
  transactionId: number | null;
  /** csChargingProfiles as sent. */
  profile: object;
  commandId: string;
  assignedAtMs: number;
}

/** A place with charge points that share a supply. */
export interface Site {
  id: string;
  name: string;
  /** mA per phase that its charge points may draw together; null: no limit. */
  limitMa: number | null;
  chargePointIds: string[];
}

/** What one session of a site with a limit may draw now. */
export interface SiteAllocation {
  chargePointId: string;
  connectorId: number;
  transactionId: number;
  /** mA per phase; 0: it waits. */
  limitMa: number;
  /** Whether its charge point has taken it. */
  applied: boolean;
}

/** A file that a charge point has put to a URL of ours. */
export interface Upload {
  id: number;
  chargePointId: string;
  /** The get-diagnostics or get-log that asked for it. */
  commandId: string;
  fileName: string | null;
  sizeBytes: number;
  /** Hexadecimal, lower case. */
  sha256: string;
  receivedAtMs: number;
}

/** A file that charge points can be told to fetch. */
export interface FirmwareFile {
  id: number;
  name: string;
  note: string | null;
  sizeBytes: number;
  /** Hexadecimal, lower case. */
  sha256: string;
  uploadedAtMs: number;
}

/** A DataTransfer.req of a charge point. */
export interface DataTransfer {
  id: number;
  chargePointId: string;
  vendorId: string;
  messageId: string | null;
  data: string | null;
  receivedAtMs: number;
}

/** The stored profile: everything of OCPP's ChargingProfile except chargingProfileId, which is `id`, and transactionId. */
export interface ChargingProfile {
  /** IS the chargingProfileId on the wire. */
  id: number;
  name: string;
  stackLevel: number;
  chargingProfilePurpose: string;
  chargingProfileKind: string;
  recurrencyKind?: string;
  validFrom?: string;
  validTo?: string;
  chargingSchedule: object;
}

/** Defaults: stackLevel 0, chargingProfileKind Absolute, chargingSchedule empty (which no charge point can be sent). */
export type ChargingProfileUpdate = Pick<ChargingProfile, 'name' | 'chargingProfilePurpose'> &
  Partial<Omit<ChargingProfile, 'id'>>;
