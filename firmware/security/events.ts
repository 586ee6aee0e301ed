/** The white paper's list (§8) in its spelling. `critical` events have to be pushed. */
export const SECURITY_EVENTS = {
  FirmwareUpdated: { critical: true },
  FailedToAuthenticationAtCentralSystem: { critical: false },
  CentralSystemFailedToAuthentication: { critical: false },
  SettingSystemTime: { critical: true },
  StartupOfTheDevice: { critical: true },
  ResetOrReboot: { critical: true },
  SecurityLogWasCleared: { critical: true },
  ReconfigurationOfSecurityParameters: { critical: false },
  MemoryExhaustion: { critical: true },
  InvalidMessages: { critical: false },
  InvalidFirmwareSignature: { critical: false },
  InvalidFirmwareSigningCertificate: { critical: false },
  InvalidCentralSystemCertificate: { critical: false },
  InvalidChargePointCertificate: { critical: false },
  InvalidTLSVersion: { critical: false },
  InvalidTLSCipherSuite: { critical: false },
} as const;

/**
 * Those that can happen here. Not among them: TamperDetectionActivated (no sensor), AttemptedReplayAttacks (a repeated
 * message cannot be told from a central system that tries again, which the white paper excepts).
 */
export type SecurityEventType = keyof typeof SECURITY_EVENTS;

/** Tells the security log, and the central system. @param techInfo at most 255 characters, never a secret */
export type RecordSecurityEvent = (type: SecurityEventType, techInfo?: string) => void;

/**
 * The shortest time between two records of a kind that a stranger can cause at will; what comes between is counted.
 * Everything else is recorded each time.
 */
export function quietTimeMs(type: SecurityEventType): number {
  switch (type) {
    case 'InvalidMessages':
    case 'FailedToAuthenticationAtCentralSystem':
    case 'CentralSystemFailedToAuthentication':
    case 'InvalidCentralSystemCertificate':
    case 'InvalidTLSVersion':
    case 'InvalidTLSCipherSuite':
    case 'MemoryExhaustion':
      return 10 * 60_000;
    default:
      return 0;
  }
}
