import type { Clock, Timer } from '@tapwatt/hal';
import type { Stamp } from '../domain/stamp.js';
import type { ChaosMode, ConnectorWorkerData, FromConnector, LogMessage, ToConnector } from '../threads/messages.js';
import type { Effect, TimerName } from './effects.js';
import type { ConnectorEvent } from './events.js';
import { step } from './machine.js';
import { notices } from './notices.js';
import { type ConnectorState, initialState } from './state.js';

/** With power the lease is repeated, and the sign of life given, this often: main takes the power away after 2 s. */
const PULSE_MS = 500;
/** Without power the sign of life alone: main gives the thread up after 4 s. */
const QUIET_PULSE_MS = 1000;

const LEVELS: readonly LogMessage['level'][] = ['debug', 'info', 'warn', 'error'];

export interface ShellOptions extends ConnectorWorkerData {
  clock: Clock;
  /** A fresh UUID. */
  incarnation: string;
  send(message: FromConnector): void;
  /** Nothing comes any more: close the port. */
  close(): void;
  /** What `chaos` does; called only where hardware is simulated. */
  misbehave(mode: ChaosMode): void;
}

/** What turns the machine into a running connector: time, timers, and the pulse. It decides nothing. */
export interface Shell {
  receive(message: ToConnector): void;
}

export function createShell(options: ShellOptions): Shell {
  const { clock, send } = options;
  const timers = new Map<TimerName, Timer>();
  let state: ConnectorState = initialState(options.traits, options.incarnation);
  let pulse: Timer;

  const now = (): Stamp => ({ wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() });

  const handle = (event: ConnectorEvent): void => {
    const before = state;
    const result = step(state, event);
    state = result.state;
    for (const effect of result.effects) perform(effect);
    for (const notice of notices(before, event, state))
      if (LEVELS.indexOf(notice.level) >= LEVELS.indexOf(options.logLevel)) send(notice);
  };

  const perform = (effect: Effect): void => {
    switch (effect.t) {
      case 'set-timer':
        timers.get(effect.name)?.cancel();
        timers.set(
          effect.name,
          clock.after(Math.max(0, effect.dueMs - clock.monotonicMs()), () => {
            timers.delete(effect.name);
            handle({ t: 'timer', name: effect.name, at: now() });
          }),
        );
        return;
      case 'clear-timer':
        timers.get(effect.name)?.cancel();
        timers.delete(effect.name);
        return;
      case 'close':
        pulse.cancel();
        for (const timer of timers.values()) timer.cancel();
        options.close();
        return;
      case 'power':
      case 'lock':
      case 'record':
      case 'unlock-result':
      case 'snapshot':
        send(effect);
        return;
    }
  };

  const beat = (): void => {
    const { power } = state.told;
    pulse = clock.after(power?.on ? PULSE_MS : QUIET_PULSE_MS, beat);
    send({ t: 'alive' });
    if (power?.on) send({ t: 'power', ...power });
  };

  send({ t: 'hello', incarnation: options.incarnation });
  beat();

  return {
    receive(message) {
      if (message.t === 'chaos') {
        if (options.bench === true) options.misbehave(message.mode);
        return;
      }
      if (message.t === 'restore') handle({ ...message, at: message.restore.at });
      else handle('at' in message ? message : { ...message, at: now() });
    },
  };
}
