import { type CanBus, type Clock, decodePowerModuleMessage, type Health, openCanBus } from '@tapwatt/hal';
import { type CurrentReport, createCurrentWatch } from '../anomaly/currentWatch.js';
import type { ChargePointConfig } from '../config/config.js';

/** The module is silent after this long, as for the running service (hal/can/powerModule.ts). */
const STALE_MS = 3000;

/**
 * Reads the CAN bus without ever sending: for a charge point that does not run. What limit holds and whether power is on
 * is known from the first 0x210, 0x200 or 0x201 on.
 * @returns null when the configured bus is simulated: it exists only inside of the running service
 */
export function followBus(
  config: ChargePointConfig,
  clock: Clock,
  onReport: (report: CurrentReport) => void,
  onProblem: (text: string) => void,
): { close(): Promise<void> } | null {
  const bus = openConfigured(config.can, clock);
  if (bus === null) return null;
  const watches = config.connectors.map(({ id, canIdOffset }) => {
    const power: { isOn: boolean | null; limitMa: number | null } = { isOn: null, limitMa: null };
    const listeners = new Set<(currentMa: number) => void>();
    const startedMs = clock.monotonicMs();
    let heardMs: number | null = null;
    bus.onFrame((frame) => {
      const address = { idOffset: canIdOffset, currentScaleMa: config.can.currentScaleMa };
      const message = decodePowerModuleMessage(frame, address);
      if (message === null) return;
      switch (message.t) {
        case 'start':
          power.isOn = true;
          return;
        case 'stop':
          power.isOn = false;
          power.limitMa = null;
          return;
        case 'limit':
          power.limitMa = message.limitMa;
          return;
        case 'current':
          heardMs = clock.monotonicMs();
          for (const listener of listeners) listener(message.currentMa);
      }
    });
    const watch = createCurrentWatch({
      clock,
      connectorId: id,
      power,
      powerModule: {
        get health(): Health {
          if (heardMs === null) return { state: 'starting', sinceMs: startedMs };
          if (clock.monotonicMs() - heardMs < STALE_MS) return { state: 'ok', sinceMs: heardMs };
          return { state: 'failed', sinceMs: heardMs, reason: 'no 0x300', fix: 'tapwatt doctor' };
        },
        onCurrent(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
      },
      onAnomalies() {},
    });
    watch.subscribe(onReport);
    return watch;
  });
  bus.onBusState((state) => {
    if (state.state === 'down') onProblem(`the CAN bus is down: ${state.reason}. ${state.fix}`);
  });
  return {
    async close() {
      for (const watch of watches) watch.close();
      await bus.close();
    },
  };
}

function openConfigured(can: ChargePointConfig['can'], clock: Clock): CanBus | null {
  switch (can.kind) {
    case 'socketcan':
      return openCanBus({ kind: 'socketcan', clock, interface: can.interface });
    case 'socketcand':
      return openCanBus({ kind: 'socketcand', clock, host: can.host, port: can.port, interface: can.interface });
    case 'simulated':
      return null;
  }
}
