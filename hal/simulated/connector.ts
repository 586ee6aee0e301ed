import type { MemoryCanNetwork } from '../can/memory.js';
import { createMemoryInput, createMemoryOutput } from '../gpio/memory.js';
import { type ObservedOutput, observeOutput } from '../gpio/observed.js';
import type { Clock, DigitalInput, DigitalOutput } from '../interfaces.js';
import { HardwareError } from '../support/errors.js';
import { createSimulatedEv, type SimulatedEv, type SimulatedEvPlug, type SimulatedEvState } from './ev.js';
import { createSimulatedLock } from './lock.js';
import { createSimulatedPowerModule, type PowerModuleMode } from './powerModule.js';

export interface SimulatedConnectorOptions {
  connectorId: number;
  /** Phases of the supply at this connector. */
  phases: number;
  canIdOffset: number;
  /** Phase to neutral; for the module's own count of energy. Default 230. */
  voltageV?: number;
}

/** The hardware of one connector, and the hands that move it. */
export interface SimulatedConnector {
  readonly connectorId: number;
  /** Give these to the drivers. */
  readonly contactor: ObservedOutput;
  /** Active while a cable is in. */
  readonly plug: DigitalInput;
  readonly lock: DigitalOutput;
  readonly lockFeedback: DigitalInput;
  /** For the meter's `phases`: what the car uses of what the connector has. */
  phasesInUse(): number;
  /** Cable and car connected. Plugging in again replaces the car. */
  plugIn(ev?: Partial<SimulatedEvPlug>): void;
  plugOut(): void;
  /** The car pauses, resumes, changes its demand. @throws HardwareError NO_CAR. */
  setEv(change: { ready?: boolean; currentMa?: number }): void;
  setPowerModuleMode(mode: PowerModuleMode): void;
  /** The bolt stays where it is. */
  setLockFails(fails: boolean): void;
  readonly state: SimulatedConnectorState;
}

export interface SimulatedConnectorState {
  /** Null while nothing is plugged in. */
  ev: SimulatedEvState | null;
  powerModuleMode: PowerModuleMode;
  contactorClosed: boolean;
  locked: boolean;
  /** Flowing now, per phase. */
  currentMa: number;
  /** The module's own count since the board was made. */
  deliveredMwh: number;
}

export interface ClosableConnector {
  connector: SimulatedConnector;
  close(): Promise<void>;
}

export function createSimulatedConnector(
  options: SimulatedConnectorOptions,
  board: { clock: Clock; network: MemoryCanNetwork; currentScaleMa: number; seed: number },
): ClosableConnector {
  const { clock } = board;
  const { connectorId, canIdOffset, phases, voltageV = 230 } = options;
  const contactor = observeOutput(createMemoryOutput());
  const plug = createMemoryInput(clock);
  const lock = createSimulatedLock(clock);
  let ev: SimulatedEv | null = null;

  const phasesInUse = (): number => Math.min(phases, ev?.state.phases ?? phases);
  const powerModule = createSimulatedPowerModule({
    clock,
    bus: board.network.attach(),
    idOffset: canIdOffset,
    currentScaleMa: board.currentScaleMa,
    contactor,
    demandMa: (offered, nowMs) => ev?.demandMa(offered, nowMs) ?? 0,
    phases: phasesInUse,
    voltageV,
    seed: board.seed + connectorId,
  });

  const connector: SimulatedConnector = {
    connectorId,
    contactor,
    plug,
    lock: lock.output,
    lockFeedback: lock.feedback,
    phasesInUse,
    plugIn(wanted) {
      powerModule.interrupt();
      ev = createSimulatedEv(wanted);
      plug.set(true);
    },
    plugOut() {
      powerModule.interrupt();
      ev = null;
      plug.set(false);
    },
    setEv(change) {
      if (ev === null) {
        throw new HardwareError(
          'NO_CAR',
          `No car is plugged in at connector ${connectorId}.`,
          'Plug one in first: POST /plug-in.',
        );
      }
      ev.set(change);
      // A car that pauses opens its own circuit: no current from this moment, whatever the module would give.
      if (change.ready === false) powerModule.interrupt();
    },
    setPowerModuleMode: powerModule.setMode,
    setLockFails: lock.setFails,
    get state(): SimulatedConnectorState {
      return {
        ev: ev?.state ?? null,
        powerModuleMode: powerModule.mode,
        contactorClosed: contactor.value,
        locked: lock.feedback.read(),
        currentMa: powerModule.currentMa,
        deliveredMwh: powerModule.deliveredMwh,
      };
    },
  };
  return {
    connector,
    async close() {
      await powerModule.close();
      await plug.close();
      await lock.output.close();
    },
  };
}
