import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../ocpp/v16/configuration.js';
import type { ConnectorSettings } from '../threads/messages.js';
import type { ConnectorRegistry } from './connectors.js';
import type { ClockKeeper } from './time/clock-keeper.js';

/** What connectors need of the configuration keys and of the clock. */
export function connectorSettings(
  configuration: Configuration,
  clock: Pick<ClockKeeper, 'known' | 'offsetMs'>,
): ConnectorSettings {
  return {
    connectionTimeoutS: configuration.integer('ConnectionTimeOut'),
    stopTransactionOnEvSideDisconnect: configuration.boolean('StopTransactionOnEVSideDisconnect'),
    unlockConnectorOnEvSideDisconnect: configuration.boolean('UnlockConnectorOnEVSideDisconnect'),
    sampleIntervalS: configuration.integer('MeterValueSampleInterval'),
    // Aligned to which clock? Not before one is known.
    clockAlignedIntervalS: clock.known ? configuration.integer('ClockAlignedDataInterval') : 0,
    stopTransactionOnInvalidId: configuration.boolean('StopTransactionOnInvalidId'),
    maxEnergyOnInvalidIdWh: configuration.integer('MaxEnergyOnInvalidId'),
    clockOffsetMs: clock.offsetMs(),
  };
}

export interface SettingsPusher {
  current(): ConnectorSettings;
  /** Tells every connector when something in it has become another. */
  push(): void;
}

/** Connectors need not hear of a clock that moved by less. */
const OFFSET_STEP_MS = 500;

export function createSettingsPusher(
  configuration: Configuration,
  clock: Pick<ClockKeeper, 'known' | 'offsetMs'>,
  connectors: ConnectorRegistry,
): SettingsPusher {
  let told = connectorSettings(configuration, clock);
  return {
    current: () => connectorSettings(configuration, clock),
    push() {
      const now = connectorSettings(configuration, clock);
      const moved = Math.abs(now.clockOffsetMs - told.clockOffsetMs) >= OFFSET_STEP_MS;
      const compared = moved ? now : { ...now, clockOffsetMs: told.clockOffsetMs };
      if (isDeepStrictEqual(compared, told)) return;
      told = now;
      for (const connectorId of connectors.ids) connectors.send(connectorId, { t: 'settings', settings: now });
    },
  };
}
