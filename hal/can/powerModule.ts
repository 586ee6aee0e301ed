import type { CanBus, Clock, PowerModule, Timer } from '../interfaces.js';
import { createHealthKeeper } from '../support/healthKeeper.js';
import { createListeners } from '../support/listeners.js';
import {
  checkAddress,
  decodePowerModuleMessage,
  encodePowerModuleMessage,
  type PowerModuleAddress,
  type PowerModuleMessage,
} from './frames.js';

export interface PowerModuleOptions extends PowerModuleAddress {
  clock: Clock;
  bus: CanBus;
  /** Silence after which the module counts as failed. Default 3000. */
  staleAfterMs?: number;
}

/**
 * The power module behind a CAN bus. The bus stays the caller's to close.
 *
 * What is wanted (a limit, or off) is said when it changes, and again whenever the module may have missed it: when the
 * bus comes up and when the module is heard after a silence. Off is also the first thing that is said, so that a module
 * left running by a process that died is stopped. STOP is repeated by evidence and not by a timer: with each report of
 * a current while off is wanted, that is once a second until the current is gone.
 * @throws HardwareError CAN_ADDRESS.
 */
export function createPowerModule(options: PowerModuleOptions): PowerModule {
  const { clock, bus, staleAfterMs = 3000 } = options;
  checkAddress(options);
  const keeper = createHealthKeeper(clock);
  const currents = createListeners<number>();
  let wantedMa: number | null = null;
  let currentMa: number | null = null;
  let silence: Timer | null = null;
  let closed = false;

  const say = (message: PowerModuleMessage): void => bus.send(encodePowerModuleMessage(message, options));

  function sayWanted(): void {
    if (wantedMa === null) {
      say({ t: 'stop' });
    } else {
      say({ t: 'limit', limitMa: wantedMa });
      say({ t: 'start' });
    }
  }

  function listen(): void {
    silence?.cancel();
    silence = clock.after(staleAfterMs, () => {
      currentMa = null;
      keeper.failed(
        `the power module has not reported its current for ${staleAfterMs / 1000} s`,
        `Check the module's supply and the CAN wiring and termination; \`candump can0\` should show 0x${(0x300 + options.idOffset).toString(16)} each second.`,
      );
    });
  }

  function busDown(reason: string, fix: string): void {
    silence?.cancel();
    silence = null;
    currentMa = null;
    keeper.failed(`the CAN bus is down: ${reason}`, fix);
  }

  function busUp(): void {
    keeper.starting();
    listen();
    sayWanted();
  }

  function heard(reportedMa: number): void {
    const wasFailed = keeper.health.state === 'failed';
    currentMa = reportedMa;
    listen();
    keeper.ok();
    // It may have been without power and know nothing any more.
    if (wasFailed) sayWanted();
    else if (wantedMa === null && reportedMa > 0) say({ t: 'stop' });
    currents.emit(reportedMa);
  }

  const unsubscribeFrames = bus.onFrame((frame) => {
    const message = decodePowerModuleMessage(frame, options);
    if (message?.t === 'current') heard(message.currentMa);
  });
  const unsubscribeState = bus.onBusState((state) => {
    if (state.state === 'up') busUp();
    else busDown(state.reason, state.fix);
  });
  if (bus.busState.state === 'up') busUp();
  else busDown(bus.busState.reason, bus.busState.fix);

  return {
    get health() {
      return keeper.health;
    },
    get currentMa() {
      return currentMa;
    },
    start(limitMa) {
      if (closed) return;
      wantedMa = limitMa;
      sayWanted();
    },
    setLimit(limitMa) {
      if (closed || wantedMa === null) return;
      wantedMa = limitMa;
      say({ t: 'limit', limitMa });
    },
    stop() {
      wantedMa = null;
      if (!closed) say({ t: 'stop' });
    },
    onCurrent: currents.add,
    onHealth: keeper.onHealth,
    async close() {
      if (closed) return;
      if (wantedMa !== null) say({ t: 'stop' });
      wantedMa = null;
      closed = true;
      silence?.cancel();
      unsubscribeFrames();
      unsubscribeState();
      currents.clear();
    },
  };
}
