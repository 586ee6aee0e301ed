export { createSimulatedBoard, type SimulatedBoard, type SimulatedBoardOptions } from './board.js';
export type { SimulatedConnector, SimulatedConnectorOptions, SimulatedConnectorState } from './connector.js';
export { createSimulatedEv, type SimulatedEv, type SimulatedEvPlug, type SimulatedEvState } from './ev.js';
export { createManualClock, type ManualClock } from './manualClock.js';
export { createSimulatedPn532, type ReaderFault, type ReaderMode, type SimulatedPn532 } from './pn532.js';
export {
  createSimulatedPowerModule,
  type PowerModuleMode,
  type SimulatedPowerModule,
  type SimulatedPowerModuleOptions,
} from './powerModule.js';
