import type { OcppVersion } from '@tapwatt/ocpp';

/**
 * The configuration file after defaults and environment were applied. `schema.ts` is its JSON Schema; the two are
 * held together by a test. Units are in the names. Secrets are never in it, only paths to them.
 */
export interface ChargePointConfig {
  version: 1;
  csms: CsmsConfig;
  identity: {
    vendor: string;
    model: string;
    chargePointSerialNumber: string | null;
    chargeBoxSerialNumber: string | null;
    firmwareVersion: string;
    iccid: string | null;
    imsi: string | null;
    meterType: string | null;
    meterSerialNumber: string | null;
  };
  supply: { voltageV: number };
  reader: ReaderConfig;
  can: CanConfig;
  gpio: {
    backend: 'auto' | 'onoff' | 'simulated';
    indicatorPin: number | null;
    /** Labels of the controller that carries the pins; the first that the machine has. */
    chipLabels: string[];
  };
  connectors: ConnectorConfig[];
  ocpp: {
    /** Initial values of OCPP configuration keys: applied once, on first start with an empty state directory. */
    configuration: Record<string, string>;
    /** Feature profiles that are on; OCPP 1.6 §9.1.25 spelling. Core is always on. */
    featureProfiles: string[];
  };
  powerLoss: { openTransaction: 'end' | 'resume' };
  journal: { checkpointIntervalS: number };
  clock: {
    /** `auto`: trusted when NTP has synchronised or the machine is no Pi; `system`: always; `csms`: never before the central system said the time. */
    trust: 'auto' | 'system' | 'csms';
    /** Whether the process may set the system clock from the central system's time. */
    setSystemClock: boolean;
  };
  maintenance: MaintenanceConfig;
  stateDirectory: string;
  controlSocket: string;
  log: { level: 'debug' | 'info' | 'warn' | 'error' };
}

/** Firmware updates, diagnostics. */
export interface MaintenanceConfig {
  /** Program and arguments that install a downloaded file, run without a shell; `{file}` is its path. Null: none. */
  installCommand: string[] | null;
  installTimeoutS: number;
  /** Whether the process ends after the command succeeded, for the service manager to start what was installed. */
  restartAfterInstall: boolean;
  /** For HTTP(S) uploads. `auto`: PUT, then POST where the server does not take PUT. */
  uploadMethod: 'auto' | 'PUT' | 'POST';
}

export interface CsmsConfig {
  /** Without the charge point id: it is appended (OCPP-J §3.1.1). */
  url: string;
  /** Used instead of `url` with security profiles 2 and 3; null: `url` with wss:. */
  tlsUrl: string | null;
  chargePointId: string;
  /** Offered in this order. */
  ocppVersions: OcppVersion[];
  security: {
    profile: 0 | 1 | 2 | 3;
    /** Basic authentication password; first line of the file. */
    passwordFile: string | null;
    rootCertificateFile: string | null;
    clientCertificateFile: string | null;
    clientKeyFile: string | null;
    verifyHostname: boolean;
    /** AdditionalRootCertificateCheck (white paper §7.1). */
    additionalRootCertificateCheck: boolean;
    /** First content of the stores, applied once. */
    csmsRootCertificates: string[];
    manufacturerRootCertificates: string[];
  };
  reconnect: { minimumS: number; maximumS: number; randomS: number };
  callTimeoutS: number;
}

export type ReaderConfig =
  | { kind: 'none' }
  | { kind: 'simulated'; pollMs: number }
  | {
      kind: 'pn532';
      i2cBus: number;
      address: number;
      pollMs: number;
      irqPin: number | null;
      resetPin: number | null;
      acceptRandomUid: boolean;
    };

export type CanConfig =
  | { kind: 'simulated'; currentScaleMa: number; listen: { host: string; port: number } | null }
  | { kind: 'socketcan'; interface: string; currentScaleMa: number }
  | { kind: 'socketcand'; host: string; port: number; interface: string; currentScaleMa: number };

export interface ConnectorConfig {
  id: number;
  maximumCurrentA: number;
  phases: 1 | 3;
  hasLock: boolean;
  hasPlugSensor: boolean;
  /** Added to 0x200, 0x201, 0x210 and 0x300. */
  canIdOffset: number;
  /** BCM numbers; null where not wired. Ignored when gpio.backend is simulated. */
  relayPin: number | null;
  relayActiveLow: boolean;
  plugPin: number | null;
  plugActiveLow: boolean;
  lockPin: number | null;
  pwmPin: number | null;
}
