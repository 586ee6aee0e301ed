import { mkdir } from 'node:fs/promises';
import {
  type CanBus,
  type CardReader,
  type Clock,
  createMemoryCanNetwork,
  HardwareError,
  i2cTransport,
  openCanBus,
  openCardReader,
  openDigitalInput,
  openDigitalOutput,
} from '@tapwatt/hal';
import type { SimulatedBoard } from '@tapwatt/hal/simulated';
import type { ChargePointConfig } from '../config/config.js';
import { type ConnectorHardware, openConnectorHardware } from './connectorHardware.js';
import { type Light, openLight } from './light.js';
import { type Log, messageOf } from './log.js';
import { recordOutputs } from './outputsFile.js';

/** All hardware of the charge point. It lives in the main thread and nowhere else. */
export interface Hardware {
  /** The simulation below the drivers, when any part is simulated. */
  readonly board: SimulatedBoard | null;
  /** Null when the configuration says that there is none. */
  readonly reader: CardReader | null;
  readonly connectors: readonly ConnectorHardware[];
  readonly indicator: Light | null;
  readonly canState: CanBus['busState'];
  /** Where the simulated bus can be listened to with socketcand; null when nowhere. */
  readonly canListen: { host: string; port: number } | null;
  close(): Promise<void>;
}

/** Whether any part is simulated: bench routes exist then. */
export function isSimulated(config: ChargePointConfig): boolean {
  return config.reader.kind === 'simulated' || config.can.kind === 'simulated' || config.gpio.backend === 'simulated';
}

/**
 * Opens what the configuration names. A part that is missing or broken becomes a health or a connector fault.
 * @throws when the state directory cannot be made or the simulation cannot listen: nothing could be kept or shown then.
 */
export async function openHardware(config: ChargePointConfig, clock: Clock, log: Log): Promise<Hardware> {
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 });
  // Before anything can be switched on.
  await recordOutputs(config, process.env);
  const board = isSimulated(config) ? await openBoard(config, clock) : null;
  const bus = openBus(config, clock, board);
  bus.onBusState((state) => {
    if (state.state === 'up') log.info('The CAN bus is up');
    else log.warn(`The CAN bus is down: ${state.reason}`, { hint: state.fix });
  });
  const connectors = await Promise.all(
    config.connectors.map((connector) =>
      openConnectorHardware({
        config,
        connector,
        clock,
        bus,
        simulated: board?.connector(connector.id) ?? null,
        log,
      }),
    ),
  );
  const reader = await openReader(config, clock, board, log);
  const { indicatorPin, chipLabels } = config.gpio;
  const indicator =
    indicatorPin === null || config.gpio.backend === 'simulated'
      ? null
      : await openLight(indicatorPin, chipLabels, clock, log);
  return {
    board,
    reader: reader?.driver ?? null,
    connectors,
    indicator,
    get canState() {
      return bus.busState;
    },
    canListen: board?.socketcand ?? null,
    async close() {
      await Promise.all([
        reader?.driver.close(),
        indicator?.close(),
        ...connectors.map((connector) => connector.close()),
      ]);
      for (const line of reader?.lines ?? []) await line.close();
      await bus.close();
      await board?.close();
    },
  };
}

async function openBoard(config: ChargePointConfig, clock: Clock): Promise<SimulatedBoard> {
  // Only here, so that a charge point with real hardware does not load it.
  const { createSimulatedBoard } = await import('@tapwatt/hal/simulated');
  return createSimulatedBoard({
    clock,
    connectors: config.connectors.map((connector) => ({
      connectorId: connector.id,
      phases: connector.phases,
      canIdOffset: connector.canIdOffset,
      voltageV: config.supply.voltageV,
    })),
    currentScaleMa: config.can.currentScaleMa,
    listen: config.can.kind === 'simulated' ? config.can.listen : null,
  });
}

function openBus(config: ChargePointConfig, clock: Clock, board: SimulatedBoard | null): CanBus {
  const { can } = config;
  switch (can.kind) {
    case 'simulated':
      return board?.can ?? createMemoryCanNetwork().attach();
    case 'socketcan':
      return openCanBus({ kind: 'socketcan', clock, interface: can.interface });
    case 'socketcand':
      return openCanBus({ kind: 'socketcand', clock, host: can.host, port: can.port, interface: can.interface });
  }
}

/** The driver, and the lines that are closed after it. */
async function openReader(
  config: ChargePointConfig,
  clock: Clock,
  board: SimulatedBoard | null,
  log: Log,
): Promise<{ driver: CardReader; lines: { close(): Promise<void> }[] } | null> {
  const { reader } = config;
  const onDiagnostic = (message: string): void => log.debug(`PN532: ${message}`);
  switch (reader.kind) {
    case 'none':
      return null;
    case 'simulated':
      if (board === null) return null;
      return {
        driver: openCardReader({
          clock,
          openTransport: board.openReaderTransport,
          pollMs: reader.pollMs,
          resetLine: board.readerResetLine,
          onDiagnostic,
        }),
        lines: [],
      };
    case 'pn532': {
      const { irqPin, resetPin } = reader;
      const { chipLabels } = config.gpio;
      const optional = async <Line>(open: Promise<Line>, what: string): Promise<Line | null> => {
        try {
          return await open;
        } catch (error) {
          const hint = error instanceof HardwareError ? error.hint : '';
          log.warn(`The reader works without its ${what}: ${messageOf(error)}`, { hint });
          return null;
        }
      };
      const irq =
        irqPin === null
          ? null
          : await optional(
              openDigitalInput({ clock, pin: irqPin, chipLabels, activeLow: true, debounceMs: 0 }),
              'IRQ line',
            );
      const resetLine =
        resetPin === null
          ? null
          : await optional(openDigitalOutput({ pin: resetPin, chipLabels, activeLow: true }), 'reset line');
      const driver = openCardReader({
        clock,
        openTransport: i2cTransport({ busNumber: reader.i2cBus, address: reader.address }),
        pollMs: reader.pollMs,
        irq,
        resetLine,
        onDiagnostic,
      });
      return { driver, lines: [irq, resetLine].filter((line) => line !== null) };
    }
  }
}
