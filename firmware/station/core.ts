import type { Clock } from '@tapwatt/hal';
import type { ChargePointConfig } from '../config/config.js';
import type { Stamp } from '../domain/stamp.js';
import { type Configuration, createConfiguration } from '../ocpp/v16/configuration.js';
import { activeProfiles, type FeatureProfile } from '../ocpp/v16/keyDefinition.js';
import { CONFIGURATION_KEYS } from '../ocpp/v16/keys.js';
import type { FromStation } from '../threads/messages.js';
import { type ConnectorRegistry, createConnectorRegistry } from './connectors.js';
import type { Journal } from './journal/journal.js';
import { createReporter, type Reporter } from './reporter.js';

/** What every module of the station may need. Modules name the parts that they do need. */
export interface Core extends Reporter {
  journal: Journal;
  clock: Clock;
  connectors: ConnectorRegistry;
  configuration: Configuration;
  /** Profiles that are on. */
  featureProfiles: readonly FeatureProfile[];
  /** Now, by both clocks. */
  stamp: () => Stamp;
}

export function createCore(parts: {
  config: ChargePointConfig;
  journal: Journal;
  clock: Clock;
  post: (message: FromStation) => void;
}): Core {
  const { config, journal, clock, post } = parts;
  const facts = config.connectors.map(({ id, phases, maximumCurrentA, hasLock, hasPlugSensor }) => ({
    connectorId: id,
    phases,
    maximumMa: Math.round(maximumCurrentA * 1000),
    hasLock,
    hasPlugSensor,
  }));
  const featureProfiles = activeProfiles(config.ocpp.featureProfiles);
  const callTimeoutS = Math.max(1, Math.round(config.csms.callTimeoutS));
  return {
    ...createReporter({ journal, post }),
    journal,
    clock,
    connectors: createConnectorRegistry(facts, clock, (connectorId, message) =>
      post({ t: 'to-connector', connectorId, message }),
    ),
    configuration: createConfiguration(
      CONFIGURATION_KEYS,
      { connectors: facts, featureProfiles, callTimeoutS, indicator: indicatorOf(config.gpio.indicatorPin) },
      journal.configuration,
    ),
    featureProfiles,
    stamp: () => ({ wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() }),
  };
}

/** Pins with PWM can be dimmed. */
function indicatorOf(pin: number | null): 'none' | 'plain' | 'dimmable' {
  if (pin === null) return 'none';
  return [12, 13, 18, 19].includes(pin) ? 'dimmable' : 'plain';
}
