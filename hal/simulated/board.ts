import type { ObservedOutput } from '../gpio/observed.js';
import type { CanBus, Clock, DigitalInput, DigitalOutput } from '../interfaces.js';
import type { OpenPn532Transport } from '../pn532/transport.js';
import type { SimulatedEvPlug, SimulatedEvState } from './ev.js';
import type { ReaderFault, ReaderMode } from './pn532.js';
import type { PowerModuleMode } from './powerModule.js';

export interface SimulatedConnectorOptions {
  connectorId: number;
  /** Phases of the supply at this connector. */
  phases: number;
  canIdOffset: number;
  /** Phase to neutral; for the module's own count of energy. Default 230. */
  voltageV?: number;
}

export interface SimulatedBoardOptions {
  clock: Clock;
  connectors: readonly SimulatedConnectorOptions[];
  currentScaleMa: number;
  /** Where other programs may reach the bus by the socketcand protocol; null for nowhere. Port 0 takes a free one. */
  listen?: { host: string; port: number } | null;
  /** Of the noise. Default 1. */
  seed?: number;
}

/** The hardware of one connector, and the hands that move it. */
export interface SimulatedConnector {
  readonly connectorId: number;
  /** Give these to the drivers. */
  readonly contactor: ObservedOutput;
  readonly plug: DigitalInput;
  readonly lock: DigitalOutput;
  readonly lockFeedback: DigitalInput;
  /** For the meter's `phases`: what the car uses of what the connector has. */
  phasesInUse(): number;
  /** Cable and car connected. Plugging in again replaces the car. */
  plugIn(ev?: Partial<SimulatedEvPlug>): void;
  plugOut(): void;
  /** The car pauses, resumes, changes its demand. Kept for the next car when none is there. */
  setEv(change: { ready?: boolean; currentMa?: number }): void;
  setPowerModuleMode(mode: PowerModuleMode): void;
  /** The bolt stays where it is. */
  setLockFails(fails: boolean): void;
  readonly state: SimulatedConnectorState;
}

export interface SimulatedConnectorState {
  ev: SimulatedEvState | null;
  powerModuleMode: PowerModuleMode;
  contactorClosed: boolean;
  locked: boolean;
  /** Flowing now, per phase. */
  currentMa: number;
  /** The module's own count since the board was made. */
  deliveredMwh: number;
}

/** A charge point's hardware in memory. The drivers on top of it are the real ones. */
export interface SimulatedBoard {
  /** For `openCardReader`. */
  readonly openReaderTransport: OpenPn532Transport;
  /** The charge point's node on the bus, for `createPowerModule`. */
  readonly can: CanBus;
  /** Where the bus can be listened to; null when nowhere. */
  readonly socketcand: { host: string; port: number } | null;
  /** @throws HardwareError NO_CONNECTOR. */
  connector(connectorId: number): SimulatedConnector;
  /**
   * A card on the reader for about 400 ms, longer only until the chip has answered with it. Taps queue up.
   * @param uid 4, 7 or 10 bytes in hex. @throws HardwareError NOT_A_UID for anything else.
   */
  tap(uid: string): void;
  setReaderMode(mode: ReaderMode): void;
  /** Spoils the next answer of the chip. */
  injectReaderFault(fault: ReaderFault): void;
  /** Cuts the CAN cable, and mends it. */
  setCanDown(down: boolean): void;
  close(): Promise<void>;
}

export function createSimulatedBoard(_options: SimulatedBoardOptions): Promise<SimulatedBoard> {
  throw new Error('follows');
}
