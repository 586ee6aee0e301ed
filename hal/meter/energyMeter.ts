import type { ObservedOutput } from '../gpio/observed.js';
import type { Clock, EnergyMeter, Health, PowerModule, Unsubscribe } from '../interfaces.js';
import type { RegisterStore } from './registerStore.js';

export interface EnergyMeterOptions {
  clock: Clock;
  /** Whose current is counted. */
  powerModule: Pick<PowerModule, 'currentMa' | 'onCurrent' | 'onHealth'>;
  /** Open contactor: no current, whatever the module says. */
  contactor: ObservedOutput;
  store: RegisterStore;
  /** Phase to neutral. */
  voltageV: number;
  /** Phases in use; asked at each change of current, so that a bench may change it with the car. */
  phases: number | (() => number);
  /** How often the register is saved while current flows. Default 60 000. */
  persistEveryMs?: number;
}

/** An energy meter that counts what the power module reports. */
export interface IntegratingMeter extends EnergyMeter {
  /** `failed` when the register could not be saved. Metering goes on. */
  readonly health: Health;
  onHealth(listener: (health: Health) => void): Unsubscribe;
  /** Bench only: the one way to lower the register. Saved at once. */
  setRegister(energyWh: number): void;
}

/** Loads the register and begins to count. */
export function createEnergyMeter(_options: EnergyMeterOptions): Promise<IntegratingMeter> {
  throw new Error('follows');
}
