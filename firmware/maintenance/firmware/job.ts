/**
 * A firmware update on its way, as it is kept over restarts. Phases follow 1.6 §5.19 and white paper L01:
 * scheduled → downloading → downloaded → verified → install-scheduled → waiting → installing → restarting.
 */
export const PHASES = [
  'scheduled',
  'downloading',
  'downloaded',
  'verified',
  'install-scheduled',
  'waiting',
  'installing',
  'restarting',
] as const;
export type Phase = (typeof PHASES)[number];

export interface FirmwareJob {
  /** Of SignedUpdateFirmware; null for UpdateFirmware. */
  signed: { requestId: number; signingCertificate: string; signature: string } | null;
  location: string;
  retries: number | null;
  retryIntervalS: number | null;
  /** Unix epoch milliseconds. */
  retrieveAtMs: number;
  installAtMs: number | null;
  phase: Phase;
  /** How often the installation was begun. */
  installs: number;
  /** Version that ran when the installation was begun: another one after a restart means that it has happened. */
  versionBefore: string;
}

/** FirmwareStatusEnumType of the white paper §6.8, without Idle. */
export type FirmwareStatus =
  | 'Downloaded'
  | 'DownloadFailed'
  | 'Downloading'
  | 'DownloadScheduled'
  | 'InstallationFailed'
  | 'Installing'
  | 'Installed'
  | 'InstallRebooting'
  | 'InstallScheduled'
  | 'InstallVerificationFailed'
  | 'InvalidSignature'
  | 'SignatureVerified';

/** What 1.6 §7.25 has a word for; null: UpdateFirmware stays silent about it. */
export function plainStatus(status: FirmwareStatus): string | null {
  switch (status) {
    case 'Downloaded':
    case 'DownloadFailed':
    case 'Downloading':
    case 'InstallationFailed':
    case 'Installing':
    case 'Installed':
      return status;
    case 'InstallVerificationFailed':
      return 'InstallationFailed';
    case 'InvalidSignature':
    case 'SignatureVerified':
    case 'DownloadScheduled':
    case 'InstallRebooting':
    case 'InstallScheduled':
      return null;
  }
}

/** A stored job; anything else (of another version of this program) is null. */
export function readJob(value: unknown): FirmwareJob | null {
  if (typeof value !== 'object' || value === null) return null;
  const phase: unknown = Reflect.get(value, 'phase');
  const known = PHASES.some((candidate) => candidate === phase);
  return known && typeof Reflect.get(value, 'location') === 'string' ? (value as FirmwareJob) : null;
}
