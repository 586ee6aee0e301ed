/** A case of the certification list for charge points (research/charge-point-peers.md §7). */
export interface CertificationCase {
  id: string;
  title: string;
  /** Why it cannot exist on this charge point; such a case has no test. Absent: it must have one. */
  notApplicable?: string;
}

/** The 107 cases, TC_001 … TC_087, in the order of the list. The only place that names them. */
export const CASES: readonly CertificationCase[] = [
  // Booting
  { id: 'TC_001', title: 'Cold boot: Rejected, wait, then Accepted' },
  { id: 'TC_002', title: 'Cold boot: Pending' },
  // Sessions
  { id: 'TC_003', title: 'Regular session: plug-in first' },
  { id: 'TC_004_1', title: 'Regular session: identification first' },
  { id: 'TC_004_2', title: 'Identification first: ConnectionTimeOut' },
  { id: 'TC_005_1', title: 'EV-side disconnect: stop and unlock' },
  { id: 'TC_005_2', title: 'EV-side disconnect: stop, cable stays locked' },
  { id: 'TC_005_3', title: 'EV-side disconnect: transaction goes on' },
  { id: 'TC_068', title: 'Stop with the same idTag' },
  { id: 'TC_069', title: 'Stop with another idTag of the same parentIdTag' },
  // Authorization cache
  { id: 'TC_007_1', title: 'Cached idTag, local start' },
  { id: 'TC_007_2', title: 'Cached idTag, remote start' },
  { id: 'TC_061_1', title: 'ClearCache, then a local start' },
  { id: 'TC_061_2', title: 'ClearCache, then a remote start' },
  // Remote
  { id: 'TC_010', title: 'Remote start: cable first' },
  { id: 'TC_011_1', title: 'Remote start: remote first' },
  { id: 'TC_011_2', title: 'Remote start: ConnectionTimeOut' },
  { id: 'TC_012', title: 'Remote stop' },
  // Reset
  { id: 'TC_013', title: 'Hard reset without a transaction' },
  { id: 'TC_014', title: 'Soft reset without a transaction' },
  { id: 'TC_015', title: 'Hard reset with a transaction' },
  { id: 'TC_016', title: 'Soft reset with a transaction' },
  // Unlocking
  { id: 'TC_017_1', title: 'Unlock without a transaction: socket' },
  { id: 'TC_017_2', title: 'Unlock without a transaction: fixed cable' },
  { id: 'TC_018_1', title: 'Unlock during a transaction: socket' },
  { id: 'TC_018_2', title: 'Unlock during a transaction: fixed cable' },
  // Configuration
  { id: 'TC_019', title: 'GetConfiguration: all keys, one key' },
  { id: 'TC_021', title: 'ChangeConfiguration, then read back' },
  // Meter values
  { id: 'TC_070', title: 'Sampled meter values' },
  { id: 'TC_071', title: 'Clock-aligned meter values' },
  // Core, unhappy
  { id: 'TC_023_4', title: 'Start refused by the central system: local' },
  { id: 'TC_023_5', title: 'Start refused by the central system: remote' },
  { id: 'TC_024', title: 'Start: lock failure' },
  { id: 'TC_026', title: 'Remote start rejected: connector busy' },
  { id: 'TC_027', title: 'Remote start rejected: connector 0' },
  { id: 'TC_028', title: 'Remote stop rejected: unknown transaction' },
  { id: 'TC_030', title: 'Unlock: failure' },
  { id: 'TC_031', title: 'Unlock: unknown connector' },
  // Power failure
  { id: 'TC_032_1', title: 'Power failure with back-up supply' },
  { id: 'TC_032_2', title: 'Power failure without back-up supply' },
  { id: 'TC_034', title: 'Power failure: Unavailable persists' },
  // Offline
  { id: 'TC_036', title: 'Connection loss during a transaction' },
  { id: 'TC_037_1', title: 'Offline start: valid idTag' },
  { id: 'TC_037_2', title: 'Offline start: invalid idTag, transaction suspended' },
  { id: 'TC_037_3', title: 'Offline start: invalid idTag, transaction stopped' },
  { id: 'TC_038', title: 'Offline stop' },
  { id: 'TC_039', title: 'Offline transaction' },
  // Core, refusals and faults
  { id: 'TC_040_1', title: 'ChangeConfiguration: unknown key' },
  { id: 'TC_040_2', title: 'ChangeConfiguration: invalid value' },
  { id: 'TC_041', title: 'Fault' },
  // Local authorization list
  { id: 'TC_008_1', title: 'idTag in the local list, local start' },
  { id: 'TC_008_2', title: 'idTag in the local list, remote start' },
  { id: 'TC_042_1', title: 'GetLocalListVersion: not supported or off' },
  { id: 'TC_042_2', title: 'GetLocalListVersion: empty list' },
  { id: 'TC_043', title: 'SendLocalList: Full and Differential' },
  { id: 'TC_043_1', title: 'SendLocalList: NotSupported' },
  { id: 'TC_043_2', title: 'SendLocalList: VersionMismatch' },
  { id: 'TC_043_3', title: 'SendLocalList: Failed' },
  // Firmware
  { id: 'TC_044_1', title: 'UpdateFirmware: download and install' },
  { id: 'TC_044_2', title: 'UpdateFirmware: DownloadFailed' },
  { id: 'TC_044_3', title: 'UpdateFirmware: InstallationFailed' },
  // Diagnostics
  { id: 'TC_045_1', title: 'GetDiagnostics: Uploaded' },
  { id: 'TC_045_2', title: 'GetDiagnostics: UploadFailed' },
  // Reservation
  { id: 'TC_046_1', title: 'Reservation: local start' },
  { id: 'TC_046_2', title: 'Reservation: remote start' },
  { id: 'TC_047', title: 'Reservation: expiry' },
  { id: 'TC_048_1', title: 'Reservation of a connector: Faulted' },
  { id: 'TC_048_2', title: 'Reservation of a connector: Occupied' },
  { id: 'TC_048_3', title: 'Reservation of a connector: Unavailable' },
  { id: 'TC_048_4', title: 'Reservation of a connector: Rejected' },
  { id: 'TC_049', title: 'Reservation of the charge point: transaction' },
  { id: 'TC_050_1', title: 'Reservation of the charge point: Faulted' },
  { id: 'TC_050_2', title: 'Reservation of the charge point: Occupied' },
  { id: 'TC_050_3', title: 'Reservation of the charge point: Unavailable' },
  { id: 'TC_050_4', title: 'Reservation of the charge point: Rejected' },
  { id: 'TC_051', title: 'CancelReservation: Accepted' },
  { id: 'TC_052', title: 'CancelReservation: Rejected' },
  { id: 'TC_053_1', title: 'Reservation used by parentIdTag: local start' },
  { id: 'TC_053_2', title: 'Reservation used by parentIdTag: remote start' },
  // Remote trigger
  { id: 'TC_054', title: 'TriggerMessage: every message' },
  { id: 'TC_055', title: 'TriggerMessage: Rejected' },
  // Smart charging
  { id: 'TC_056', title: 'TxDefaultProfile' },
  { id: 'TC_057', title: 'TxProfile during a transaction' },
  { id: 'TC_058_1', title: 'TxProfile without a transaction: Rejected' },
  { id: 'TC_058_2', title: 'TxProfile with a wrong transactionId: Rejected' },
  { id: 'TC_059', title: 'Remote start with a charging profile' },
  { id: 'TC_060', title: 'Remote start with a wrong charging profile' },
  { id: 'TC_066', title: 'GetCompositeSchedule: purposes combined' },
  { id: 'TC_067', title: 'ClearChargingProfile' },
  { id: 'TC_072', title: 'Stack levels' },
  { id: 'TC_082', title: 'TxDefaultProfile with a running transaction' },
  // Data transfer
  { id: 'TC_062', title: 'DataTransfer to the charge point' },
  // Security
  { id: 'TC_073', title: 'New AuthorizationKey' },
  { id: 'TC_074', title: 'New charge point certificate' },
  { id: 'TC_075_1', title: 'InstallCertificate: ManufacturerRootCertificate' },
  { id: 'TC_075_2', title: 'InstallCertificate: CentralSystemRootCertificate' },
  { id: 'TC_076', title: 'DeleteCertificate' },
  { id: 'TC_077', title: 'CertificateSigned: invalid certificate' },
  { id: 'TC_078', title: 'InstallCertificate: invalid central system root' },
  { id: 'TC_079', title: 'GetLog: SecurityLog' },
  { id: 'TC_080', title: 'SignedUpdateFirmware' },
  { id: 'TC_081', title: 'SignedUpdateFirmware: invalid signature' },
  { id: 'TC_083', title: 'Security profile upgraded' },
  { id: 'TC_084', title: 'Security profile downgrade: Rejected' },
  { id: 'TC_085', title: 'Basic authentication: decoded password' },
  { id: 'TC_086', title: 'TLS with server certificate' },
  { id: 'TC_087', title: 'TLS with client certificate' },
];

/** @throws Error when the list has no such case, or says that it cannot exist here */
export function listedCase(id: string): CertificationCase {
  const found = CASES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`${id} is not in the list of certification cases (harness/cases.ts)`);
  if (found.notApplicable !== undefined) throw new Error(`${id} has a test but is listed as not applicable`);
  return found;
}
