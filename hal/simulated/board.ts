import { createMemoryCanNetwork } from '../can/memory.js';
import { startSocketcandHub } from '../can/socketcand/hub.js';
import type { CanBus, Clock, DigitalOutput } from '../interfaces.js';
import type { OpenPn532Transport } from '../pn532/transport.js';
import { HardwareError } from '../support/errors.js';
import { createCardSlot } from './cardSlot.js';
import { createSimulatedConnector, type SimulatedConnector, type SimulatedConnectorOptions } from './connector.js';
import { createSimulatedPn532, type ReaderFault, type ReaderMode } from './pn532.js';

export interface SimulatedBoardOptions {
  clock: Clock;
  connectors: readonly SimulatedConnectorOptions[];
  /** As the power modules count; see PowerModuleAddress. */
  currentScaleMa: number;
  /** Where other programs may reach the bus by the socketcand protocol; null for nowhere. Port 0 takes a free one. */
  listen?: { host: string; port: number } | null;
  /** Of the noise. Default 1. */
  seed?: number;
}

/** A charge point's hardware in memory. The drivers on top of it are the real ones. */
export interface SimulatedBoard {
  /** For `openCardReader`. */
  readonly openReaderTransport: OpenPn532Transport;
  /** RSTPD_N, for `openCardReader`. */
  readonly readerResetLine: DigitalOutput;
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

/** @throws HardwareError when `listen` names a port that cannot be had. */
export async function createSimulatedBoard(options: SimulatedBoardOptions): Promise<SimulatedBoard> {
  const { clock, currentScaleMa, listen = null, seed = 1 } = options;
  const network = createMemoryCanNetwork();
  const hub =
    listen === null ? null : await startSocketcandHub({ clock, network, host: listen.host, port: listen.port });
  const chip = createSimulatedPn532(clock, seed);
  const slot = createCardSlot(clock, chip);
  const can = network.attach();
  const connectors = new Map(
    options.connectors.map((wanted) => [
      wanted.connectorId,
      createSimulatedConnector(wanted, { clock, network, currentScaleMa, seed }),
    ]),
  );

  return {
    openReaderTransport: chip.openTransport,
    readerResetLine: chip.resetLine,
    can,
    socketcand: hub === null ? null : { host: hub.host, port: hub.port },
    connector(connectorId) {
      const found = connectors.get(connectorId);
      if (found !== undefined) return found.connector;
      throw new HardwareError(
        'NO_CONNECTOR',
        `There is no connector ${connectorId}.`,
        `Connectors: ${[...connectors.keys()].join(', ')}.`,
      );
    },
    tap: slot.tap,
    setReaderMode: chip.setMode,
    injectReaderFault: chip.inject,
    setCanDown(down) {
      if (down) network.setDown('the simulated cable is cut');
      else network.setUp();
    },
    async close() {
      slot.close();
      for (const connector of connectors.values()) await connector.close();
      await can.close();
      await hub?.close();
    },
  };
}
