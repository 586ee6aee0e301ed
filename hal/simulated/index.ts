export {
  createSimulatedBoard,
  type SimulatedBoard,
  type SimulatedBoardOptions,
  type SimulatedConnector,
  type SimulatedConnectorOptions,
  type SimulatedConnectorState,
} from './board.js';
export type { SimulatedEvPlug, SimulatedEvState } from './ev.js';
export { createManualClock, type ManualClock } from './manualClock.js';
export type { ReaderFault, ReaderMode } from './pn532.js';
export type { PowerModuleMode } from './powerModule.js';
