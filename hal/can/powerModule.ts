import type { CanBus, Clock, PowerModule } from '../interfaces.js';
import type { PowerModuleAddress } from './frames.js';

export interface PowerModuleOptions extends PowerModuleAddress {
  clock: Clock;
  bus: CanBus;
  /** Silence after which the module counts as failed. Default 3000. */
  staleAfterMs?: number;
}

export function createPowerModule(_options: PowerModuleOptions): PowerModule {
  throw new Error('follows');
}
