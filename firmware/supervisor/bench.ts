import type { SimulatedConnector } from '@tapwatt/hal/simulated';
import type { ChargePointConfig } from '../config/config.js';
import { ControlError } from '../control/errors.js';
import type { BenchTarget } from '../control/target.js';
import type { ToStation } from '../threads/messages.js';
import type { ConnectorPort } from './connectorPort.js';
import type { Hardware } from './hardware.js';
import type { Taps } from './taps.js';

export interface BenchOptions {
  config: ChargePointConfig;
  hardware: Hardware;
  connectors: readonly ConnectorPort[];
  taps: Taps;
  /** Hands a tag over above the reader. */
  tapAbove(idTag: string, connectorIds: number[] | null): void;
  toStation(message: ToStation): void;
}

/** 4, 7 or 10 bytes in hex. */
const UID = /^(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{14}|[0-9A-Fa-f]{20})$/;

/** Commands for simulated hardware. A part that is real answers NotSimulated. */
export function createBench(options: BenchOptions): BenchTarget {
  const { config, hardware, connectors, taps } = options;

  const port = (connectorId: number): ConnectorPort => {
    const found = connectors.find((connector) => connector.connectorId === connectorId);
    if (found !== undefined) return found;
    const known = connectors.map((connector) => connector.connectorId).join(', ');
    throw new ControlError(404, 'UnknownConnector', `there is no connector ${connectorId}`, `there are: ${known}`);
  };
  const simulated = (connectorId: number, part: 'can' | 'gpio'): SimulatedConnector => {
    const { simulated: connector } = port(connectorId).hardware;
    const isReal = part === 'can' ? config.can.kind !== 'simulated' : config.gpio.backend !== 'simulated';
    if (connector === null || isReal) throw notSimulated(part);
    return connector;
  };
  const board = (part: 'can' | 'reader') => {
    const isReal = config[part].kind !== 'simulated';
    if (hardware.board === null || isReal) throw notSimulated(part);
    return hardware.board;
  };

  return {
    plugIn(connectorId, { currentA, phases, drawDelayMs }) {
      const car = port(connectorId).hardware.simulated;
      if (car === null) throw notSimulated('gpio');
      car.plugIn({ currentMa: Math.round(currentA * 1000), phases, drawDelayMs });
    },
    plugOut(connectorId) {
      const car = port(connectorId).hardware.simulated;
      if (car === null) throw notSimulated('gpio');
      car.plugOut();
    },
    tap(idTag, connectorIds) {
      for (const id of connectorIds ?? []) port(id);
      if (!UID.test(idTag) || config.reader.kind !== 'simulated') {
        options.tapAbove(idTag, connectorIds);
        return;
      }
      taps.announce(idTag, connectorIds);
      board('reader').tap(idTag);
    },
    fault: (connectorId, fault) => port(connectorId).faults.raise('bench', fault),
    clearFault: (connectorId) => port(connectorId).faults.clear('bench'),
    meter(connectorId, energyWh) {
      simulated(connectorId, 'can');
      const { hardware: own, refreshReading } = port(connectorId);
      if (energyWh !== null) {
        own.meter.setRegister(energyWh);
        // The next transaction must begin at the new register, not at the last second's.
        refreshReading();
      }
      return own.meter.read().energyWh;
    },
    ev(connectorId, { ready, currentA }) {
      simulated(connectorId, 'can').setEv({
        ...(ready === undefined ? {} : { ready }),
        ...(currentA === undefined ? {} : { currentMa: Math.round(currentA * 1000) }),
      });
    },
    powerModule(connectorId, mode) {
      const connector = simulated(connectorId, 'can');
      connector.setPowerModuleMode(mode);
      return connector.state.deliveredMwh / 1000;
    },
    reader: (mode) => board('reader').setReaderMode(mode),
    can: (down) => board('can').setCanDown(down),
    lock: (connectorId, fails) => simulated(connectorId, 'gpio').setLockFails(fails),
    chaos(thread, connectorId, mode) {
      if (thread === 'station') options.toStation({ t: 'chaos', mode });
      else port(connectorId).thread.send({ t: 'chaos', mode });
    },
    // Nothing is closed, nothing is written: what the disk has is what there is.
    powerCut: () => process.kill(process.pid, 'SIGKILL'),
  };
}

function notSimulated(part: string): ControlError {
  return new ControlError(404, 'NotSimulated', `${part} is real here`, `set ${part} to simulated in the configuration`);
}
