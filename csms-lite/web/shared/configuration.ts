/** A key as GetConfiguration.conf tells it (1.6 §7.29). */
export interface ConfigurationKey {
  key: string;
  readonly: boolean;
  value?: string;
}

export interface Configuration {
  keys: readonly ConfigurationKey[];
  /** When the charger told it, RFC 3339. */
  at: string;
}

interface KnownCommand {
  name: string;
  request: object;
  response: object | null;
  completedAt: string | null;
}

function keysOf(response: object | null): readonly ConfigurationKey[] {
  return (response as { configurationKey?: readonly ConfigurationKey[] } | null)?.configurationKey ?? [];
}

/** Where a charge point's keys stand, from its newest answers (newest first); null when it never told all of them. */
export function configurationOf(commands: readonly KnownCommand[]): Configuration | null {
  const answers = commands.filter(({ name, response }) => name === 'get-configuration' && response !== null);
  const whole = answers.findIndex(({ request }) => ((request as { key?: readonly string[] }).key ?? []).length === 0);
  const base = answers[whole];
  if (base === undefined || base.completedAt === null) return null;
  const keys = new Map(keysOf(base.response).map((one) => [one.key, one]));
  // Single keys that were read since then, oldest first
  for (const answer of answers.slice(0, whole).reverse())
    for (const one of keysOf(answer.response)) keys.set(one.key, one);
  return { keys: [...keys.values()].sort((a, b) => a.key.localeCompare(b.key)), at: base.completedAt };
}

/** What the standard keys mean (1.6 §9, security white paper §2.4, own words); units in brackets. */
export const KEY_NOTES: Readonly<Record<string, string>> = {
  AllowOfflineTxForUnknownId: 'unknown cards may charge while offline',
  AuthorizationCacheEnabled: 'remembers cards that were accepted',
  AuthorizeRemoteTxRequests: 'checks the tag of a remote start first',
  BlinkRepeat: 'how often lights blink when signalling',
  ClockAlignedDataInterval: 'meter values by the clock (s, 0: none)',
  ConnectionTimeOut: 'how long after a tap the car may be plugged in (s)',
  ConnectorPhaseRotation: 'wiring of the phases per connector',
  GetConfigurationMaxKeys: 'keys in one GetConfiguration',
  HeartbeatInterval: 'between heartbeats (s)',
  LightIntensity: 'lights (%)',
  LocalAuthorizeOffline: 'known cards may charge while offline',
  LocalPreAuthorize: 'known cards start at once, asked afterwards',
  MaxEnergyOnInvalidId: 'energy still given when a tag turns out invalid (Wh)',
  MeterValuesAlignedData: 'what is measured by the clock',
  MeterValuesSampledData: 'what is measured while charging',
  MeterValueSampleInterval: 'between meter values while charging (s, 0: none)',
  MinimumStatusDuration: 'shorter statuses are not told (s)',
  NumberOfConnectors: 'connectors',
  ResetRetries: 'tries of a reset',
  StopTransactionOnEVSideDisconnect: 'pulling the plug at the car ends the session',
  StopTransactionOnInvalidId: 'a tag that turns out invalid ends the session',
  StopTxnAlignedData: 'clock-aligned values in StopTransaction',
  StopTxnSampledData: 'sampled values in StopTransaction',
  SupportedFeatureProfiles: 'what it can do',
  TransactionMessageAttempts: 'tries of a transaction message',
  TransactionMessageRetryInterval: 'wait before such a try, times the tries so far (s)',
  UnlockConnectorOnEVSideDisconnect: 'pulling the plug at the car unlocks',
  WebSocketPingInterval: 'between pings (s, 0: none)',
  LocalAuthListEnabled: 'uses the local list',
  LocalAuthListMaxLength: 'entries the local list can hold',
  SendLocalListMaxLength: 'entries in one SendLocalList',
  ReserveConnectorZeroSupported: 'reservations of any connector',
  ChargeProfileMaxStackLevel: 'highest stack level of a profile',
  ChargingScheduleAllowedChargingRateUnit: 'units of charging schedules',
  ChargingScheduleMaxPeriods: 'periods in one schedule',
  ConnectorSwitch3to1PhaseSupported: 'can switch from three phases to one',
  MaxChargingProfilesInstalled: 'profiles it can hold',
  AuthorizationKey: 'its password; never told',
  SecurityProfile: 'can only be raised',
  CpoName: 'the operator’s name in its certificate',
};

/** What ends the sentence about a changed key. */
export const CHANGE_NOTES: Readonly<Record<string, string>> = {
  Accepted: 'changed',
  RebootRequired: 'changed after the next restart',
  Rejected: 'refused: the charger does not take this value',
  NotSupported: 'the charger does not have this key',
};
