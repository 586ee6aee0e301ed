import type { ConfigurationKey } from './configuration.js';

/**
 * What `tapwatt` comes with, by the vendor that it tells. OCPP 1.6 itself gives no default values (§9), so of other
 * vendors nothing is known. Keys that depend on the hardware are left out. A test holds this against the real program.
 */
const TAPWATT: Readonly<Record<string, string>> = {
  AllowOfflineTxForUnknownId: 'false',
  AuthorizationCacheEnabled: 'true',
  AuthorizeRemoteTxRequests: 'false',
  BlinkRepeat: '3',
  ClockAlignedDataInterval: '0',
  ConnectionTimeOut: '60',
  CpoName: '',
  HeartbeatInterval: '300',
  LightIntensity: '100',
  LocalAuthListEnabled: 'true',
  LocalAuthorizeOffline: 'true',
  LocalPreAuthorize: 'false',
  MaxEnergyOnInvalidId: '0',
  MeterValueSampleInterval: '60',
  MeterValuesAlignedData: 'Energy.Active.Import.Register',
  MeterValuesSampledData: 'Energy.Active.Import.Register',
  MinimumStatusDuration: '0',
  ResetRetries: '2',
  StopTransactionOnEVSideDisconnect: 'true',
  StopTransactionOnInvalidId: 'true',
  StopTxnAlignedData: '',
  StopTxnSampledData: '',
  TransactionMessageAttempts: '3',
  TransactionMessageRetryInterval: '60',
  WebSocketPingInterval: '30',
};

const BY_VENDOR: Readonly<Record<string, Readonly<Record<string, string>>>> = { Tapwatt: TAPWATT };

/** Names are told without regard to case by some; lists with or without blanks. */
function plain(value: string): string {
  return value
    .replace(/\s*,\s*/g, ',')
    .trim()
    .toLowerCase();
}

/** The default that this key differs from; null: it does not, or no default is known. */
export function differsFrom(vendor: string | undefined, { key, value }: ConfigurationKey): string | null {
  const byDefault = BY_VENDOR[vendor ?? '']?.[key];
  return byDefault === undefined || plain(byDefault) === plain(value ?? '') ? null : byDefault;
}

export function hasDefaults(vendor: string | undefined): boolean {
  return (vendor ?? '') in BY_VENDOR;
}
